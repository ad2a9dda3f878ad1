using System.Text;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Findings;

/// <summary>Events of Security Hub, of both generations, and of the services that find things themselves, into findings.</summary>
internal sealed partial class FindingEventReader(FindingChanges recorder, ILogger<FindingEventReader> logger) : IEventReader
{
    public IReadOnlyCollection<string> Kinds { get; } =
    [
        SecurityHubEvents.Imported, SecurityHubEvents.CustomAction, SecurityHubEvents.ImportedV2,
        GuardDutyEvents.Kind, InspectorEvents.Kind, ConfigRules.ComplianceChange, Incoming.ConfigRuleInvocation,
    ];

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        var incoming = new List<IncomingFinding>(events.Count);
        foreach (var received in events)
        {
            switch (received.Event.Kind)
            {
                case GuardDutyEvents.Kind:
                    incoming.Add(new IncomingFinding(GuardDutyEvents.Read(EventBridgeEnvelope.ParseOne(received.Event.Body))));
                    break;
                case InspectorEvents.Kind:
                    incoming.Add(new IncomingFinding(InspectorEvents.Read(EventBridgeEnvelope.ParseOne(received.Event.Body))));
                    break;
                case ConfigRules.ComplianceChange:
                    if (ConfigRules.Read(EventBridgeEnvelope.ParseOne(received.Event.Body)) is { } change) incoming.Add(change);
                    break;
                case Incoming.ConfigRuleInvocation:
                    // A periodic invocation is about no resource.
                    if (ConfigRuleInvocation.TryParse(Encoding.UTF8.GetBytes(received.Event.Body), out var invocation)
                        && invocation.Item is not null)
                        incoming.Add(ConfigRules.Read(invocation, received.ReceivedAt));
                    break;
                default:
                    incoming.AddRange(await ReadSecurityHubAsync(received, uow, cancellationToken));
                    break;
            }
        }

        foreach (var chunk in incoming.Chunk(FindingStore.BatchSize)) await recorder.ApplyAsync(uow, chunk, cancellationToken);
    }

    private async Task<IEnumerable<IncomingFinding>> ReadSecurityHubAsync(
        InboxEvent received, UnitOfWork uow, CancellationToken cancellationToken)
    {
        var read = SecurityHubEvents.Read(received.Event.Body);
        foreach (var fault in read.Faults)
        {
            LogFault(logger, received.Id, fault.Index, fault.Error);
            await FindingStore.KeepFaultAsync(uow, received.Id, fault, received.ReceivedAt, cancellationToken);
        }

        // A custom action is somebody's press of a button: an unnamed one still is.
        var action = received.Event.Kind == SecurityHubEvents.CustomAction ? read.ActionName ?? "Security Hub" : null;
        return read.Findings.Select(finding => new IncomingFinding(finding, action));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Finding {Place} of event {EventId} is kept unread: {Error}")]
    private static partial void LogFault(ILogger logger, long eventId, int place, string error);
}
