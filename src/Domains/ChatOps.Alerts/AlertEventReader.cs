using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Alerts;

/// <summary>Alertmanager's notifications and CloudWatch's alarms into groups. What cannot be read is shown whole, never dropped.</summary>
internal sealed partial class AlertEventReader(AlertService recorder, ILogger<AlertEventReader> logger) : IEventReader
{
    private const string Webhook = "alertmanager/webhook";

    /// <summary>The kinds of events that tell of alerts.</summary>
    public static IReadOnlyCollection<string> AllKinds { get; } =
    [
        Webhook, AlertRecognizer.Alertmanager, AlertRecognizer.CloudWatch, CloudWatchAlarm.EventKind,
        CloudWatchAlarm.ConfigurationKind, CloudWatchAlarm.ContributorKind,
    ];

    public IReadOnlyCollection<string> Kinds => AllKinds;

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        var incoming = new List<IncomingAlertGroup>(events.Count);
        foreach (var received in events)
        {
            if (Read(received.Event) is { } group)
            {
                incoming.Add(group);
                continue;
            }

            LogUnread(logger, received.Id, received.Event.Kind);
            incoming.Add(Unread(received.Event));
        }

        await recorder.ApplyAsync(uow, incoming, cancellationToken);
    }

    /// <summary>What an event says; null when it cannot be read.</summary>
    internal static IncomingAlertGroup? Read(IncomingEvent received) => received.Kind switch
    {
        AlertRecognizer.CloudWatch or CloudWatchAlarm.EventKind or CloudWatchAlarm.ConfigurationKind or CloudWatchAlarm.ContributorKind =>
             CloudWatchAlarm.Read(received.Body),
        _ when AlertmanagerNotification.Read(received.Body) is { } group => group,
        _ => AlertmanagerText.Read(received.Body),
    };

    /// <summary>Each is a group of its own: what it says belongs to, nobody knows.</summary>
    private static IncomingAlertGroup Unread(IncomingEvent received) =>
        new(
            IncomingAlertGroup.IdentityOf("unread", [new("event", received.DedupKey)]),
            received.Kind == AlertRecognizer.CloudWatch ? AlertSource.CloudWatch : AlertSource.Alertmanager)
        {
            Unread = received.Body,
        };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {EventId} ({Kind}) could not be read; it is shown as it came")]
    private static partial void LogUnread(ILogger logger, long eventId, string kind);
}
