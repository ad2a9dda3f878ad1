using System.Text.Json.Nodes;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;

namespace ChatOps.Tests.Kit;

/// <summary>Remembers what was entered.</summary>
internal sealed class RecordingAudit : IAudit
{
    public List<(string Verb, string Outcome)> Entries { get; } = [];

    public Task AppendAsync(UnitOfWork uow, UserAction act, string outcome, string details, CancellationToken cancellationToken)
    {
        Assert.NotNull(JsonNode.Parse(details));
        lock (Entries) Entries.Add((act.Verb, outcome));
        return Task.CompletedTask;
    }

    public Task<long?> VerifyAsync(CancellationToken cancellationToken) => Task.FromResult<long?>(null);
}
