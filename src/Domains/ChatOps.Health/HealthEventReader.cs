using System.Diagnostics;
using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;

namespace ChatOps.Health;

/// <summary>AWS Health's events into rows: each changes one living message, whichever page or copy it is.</summary>
internal sealed class HealthEventReader(IOutbox outbox, IPolicy<Routes> routes, TimeProvider time) : IEventReader
{
    private const int Attempts = 5;

    public IReadOnlyCollection<string> Kinds { get; } = [HealthEvents.Kind];

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        // Always in the same order, so that two readers never wait for each other crosswise.
        var said = events.Select(received => HealthEvents.Read(EventBridgeEnvelope.ParseOne(received.Event.Body))).ToList();
        foreach (var same in said.GroupBy(one => one.Id).OrderBy(group => group.Key, StringComparer.Ordinal)) await ApplyAsync(uow, [.. same], cancellationToken);
    }

    private async Task ApplyAsync(UnitOfWork uow, IReadOnlyList<HealthEvent> said, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var known = await HealthStore.FindAsync(uow.Connection, uow.Transaction, said[0].Id, cancellationToken);
            var lines = new List<(string Reply, HealthReplyData Data)>();
            var now = known;
            foreach (var one in said)
            {
                var next = HealthEvents.Merge(now, one, time.GetUtcNow());
                lines.AddRange(HealthThread.Lines(now, next));
                now = next;
            }

            if (ReferenceEquals(now, known)) return;
            if (!await HealthStore.SaveAsync(uow, now!, cancellationToken)) continue;
            await TellAsync(uow, known, now!, lines, cancellationToken);
            return;
        }

        throw new UnreachableException($"Health event {said[0].Id} changed under our hands {Attempts} times.");
    }

    private async Task TellAsync(
        UnitOfWork uow, HealthEvent? before, HealthEvent after, IReadOnlyList<(string Reply, HealthReplyData Data)> lines, CancellationToken cancellationToken)
    {
        if (before is not null) await outbox.MarkChangedAsync(uow, [new ChangedSubject(after.Subject, after.Rank, after.Open)], cancellationToken);
        // What was over before we heard of it is recorded, and posted nowhere.
        if (after.Open)
        {
            // Of a public event, the route of any affected account counts.
            var wanted = after.Accounts
                .SelectMany(account => routes.Value.For(RouteKind.Health, new RouteFacts { Severity = after.Rank, Product = after.Service, Account = account, Region = after.Region }))
                .Select(to => new MessageRequest(after.Subject, to.Channel, to.Language, after.Rank, after.Open, after.Group)).ToList();
            await outbox.RequestAsync(uow, wanted, cancellationToken);
        }

        foreach (var (reply, data) in lines)
            await outbox.ReplyAsync(uow, after.Subject, reply, JsonSerializer.Serialize(data, HealthJson.Default.HealthReplyData), cancellationToken);
    }
}
