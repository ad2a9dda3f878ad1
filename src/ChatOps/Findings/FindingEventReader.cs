using ChatOps.Ingest;
using ChatOps.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Findings;

/// <summary>Security Hub's events into findings. Insight results and the OCSF events of its second generation are not read yet.</summary>
internal sealed partial class FindingEventReader(FindingRecorder recorder, ILogger<FindingEventReader> logger) : IEventReader
{
    public IReadOnlyCollection<string> Kinds { get; } = [SecurityHubEvents.Imported, SecurityHubEvents.CustomAction];

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        var said = new List<SaidFinding>(events.Count);
        foreach (var received in events)
        {
            var read = SecurityHubEvents.Read(received.Event.Body);
            foreach (var fault in read.Faults)
            {
                LogFault(logger, received.Id, fault.Index, fault.Error);
                await FindingStore.KeepFaultAsync(uow, received.Id, fault, received.ReceivedAt, cancellationToken);
            }

            // A custom action is somebody's press of a button: an unnamed one still is.
            var action = received.Event.Kind == SecurityHubEvents.CustomAction ? read.ActionName ?? "Security Hub" : null;
            said.AddRange(read.Findings.Select(finding => new SaidFinding(finding, action)));
        }

        foreach (var chunk in said.Chunk(FindingStore.BatchSize)) await recorder.ApplyAsync(uow, chunk, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Finding {Place} of event {EventId} is kept unread: {Error}")]
    private static partial void LogFault(ILogger logger, long eventId, int place, string error);
}
