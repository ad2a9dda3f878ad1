using ChatOps.Findings;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation.Tests;

/// <summary>Findings as the rest of the product keeps them.</summary>
internal sealed class PlayedFindings : IFindings
{
    private readonly Dictionary<string, Finding> _findings = [];

    public List<(string Id, RemediationMark Mark)> Marks { get; } = [];

    public List<(string Id, string Reply, string Data)> Replies { get; } = [];

    public List<(string Id, WorkflowStatus? Status, string Note, string By)> Writes { get; } = [];

    public int ReadBacks { get; private set; }

    public Exception? ReadBackFault { get; set; }

    public IEnumerable<string> ReplyNames => Replies.Select(reply => reply.Reply);

    public Task<IReadOnlyDictionary<string, Finding>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, Finding>>(_findings.Where(finding => ids.Contains(finding.Key)).ToDictionary());

    public Task<IReadOnlyDictionary<string, OpenFindings>> CountOpenAsync(
        IReadOnlyList<string> resourceArns, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Finding>> OpenOfAsync(string resourceArn, int most, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Finding Add(Finding finding) => _findings[finding.Id] = finding;

    public void Remove(string id) => _findings.Remove(id);

    /// <summary>What Security Hub says when it is asked, where that is not what is known here; null for a finding that it lost.</summary>
    public Dictionary<string, Finding?> Hub { get; } = [];

    public Task<Finding?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult(_findings.GetValueOrDefault(id));

    public Task RecordRemediationAsync(UnitOfWork uow, string id, RemediationMark mark, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (Marks) Marks.Add((id, mark));
        });
        return Task.CompletedTask;
    }

    public Task ReplyAsync(UnitOfWork uow, string id, string reply, string data, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (Replies) Replies.Add((id, reply, data));
        });
        return Task.CompletedTask;
    }

    public Task<Finding?> ReadBackAsync(string id, CancellationToken cancellationToken)
    {
        ReadBacks++;
        if (ReadBackFault is { } fault) return Task.FromException<Finding?>(fault);
        return Hub.TryGetValue(id, out var said) ? Task.FromResult(said) : FindAsync(id, cancellationToken);
    }

    public Task WriteToSecurityHubAsync(
        UnitOfWork uow, string id, WorkflowStatus? status, string note, string byUserId, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (Writes) Writes.Add((id, status, note, byUserId));
        });
        return Task.CompletedTask;
    }
}

/// <summary>Groups' messages, and who is in them.</summary>
internal sealed class GivenGroups : IGroups
{
    public Dictionary<string, IReadOnlyList<string>> Open { get; } = [];

    public Task<MessageGroup?> FindAsync(string key, string kind, CancellationToken cancellationToken) =>
        Task.FromResult(Open.TryGetValue(key, out var ids) ? new MessageGroup(new SubjectId("group", key), ids) : null);
}
