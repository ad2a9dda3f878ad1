using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Health;

/// <summary>AWS Health's events into rows: each changes one living message, whichever page or copy it is.</summary>
internal sealed class HealthEventReader(IOutbox outbox, IPolicy<Routes> routes, TimeProvider time) : IEventReader
{
    public IReadOnlyCollection<string> Kinds { get; } = [HealthEvents.Kind];

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        // Always in the same order, so that two readers never wait for each other crosswise.
        var incoming = events.Select(received => HealthEvents.Read(EventBridgeEnvelope.ParseOne(received.Event.Body))).ToList();
        foreach (var equals in incoming.GroupBy(healthEvent => healthEvent.Id).OrderBy(group => group.Key, StringComparer.Ordinal))
            await ApplyAsync(uow, [.. equals], cancellationToken);
    }

    private async Task ApplyAsync(UnitOfWork uow, IReadOnlyList<HealthEvent> incoming, CancellationToken cancellationToken)
    {
        var merge = await Versioned.ChangeAsync(
            $"health event {incoming[0].Id}",
            () => HealthStore.FindAsync(uow.Connection, uow.Transaction, incoming[0].Id, cancellationToken),
            known => Merge.Of(known, incoming, time.GetUtcNow()),
            decided => HealthStore.SaveAsync(uow, decided.After, cancellationToken));
        if (merge is not null) await TellAsync(uow, merge.Before, merge.After, merge.Lines, cancellationToken);
    }

    private async Task TellAsync(
        UnitOfWork uow, HealthEvent? before, HealthEvent after, IReadOnlyList<(string Reply, HealthReplyData Data)> lines,
        CancellationToken cancellationToken)
    {
        if (before is not null)
            await outbox.MarkChangedAsync(uow, [new ChangedSubject(after.Subject, after.Rank, after.Open)], cancellationToken);
        // What was over before we heard of it is recorded, and posted nowhere.
        if (after.Open)
        {
            // Of a public event, the route of any affected account counts.
            var requests = after.Accounts
                .SelectMany(account => routes.Value.For(
                    RouteKind.Health,
                    new RouteFacts { Severity = after.Rank, Product = after.Service, Account = account, Region = after.Region }))
                .Select(to => new MessageRequest(after.Subject, to.Channel, to.Language, after.Rank, after.Open, after.Group)).ToList();
            await outbox.RequestAsync(uow, requests, cancellationToken);
        }

        foreach (var (reply, data) in lines)
            await outbox.ReplyAsync(
                uow, after.Subject, reply, JsonSerializer.Serialize(data, HealthJson.Default.HealthReplyData), cancellationToken);
    }

    /// <summary>What came of incoming copies of one event.</summary>
    private sealed record Merge(HealthEvent? Before, HealthEvent After, IReadOnlyList<(string Reply, HealthReplyData Data)> Lines)
    {
        /// <summary>Null when they say nothing new.</summary>
        public static Merge? Of(HealthEvent? known, IReadOnlyList<HealthEvent> incoming, DateTimeOffset now)
        {
            var lines = new List<(string Reply, HealthReplyData Data)>();
            var present = known;
            foreach (var copy in incoming)
            {
                var next = HealthEvents.Merge(present, copy, now);
                lines.AddRange(HealthThread.Lines(present, next));
                present = next;
            }

            return ReferenceEquals(present, known) ? null : new Merge(known, present!, lines);
        }
    }
}
