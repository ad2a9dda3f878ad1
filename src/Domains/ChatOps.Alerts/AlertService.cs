using System.Diagnostics;
using System.Text.Json;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;

namespace ChatOps.Alerts;

/// <summary>
/// Brings what sources say, and what people decide, into the tables and tells delivery, all in the caller's transaction. Everything that
/// changes a group goes through here.
/// </summary>
internal sealed class AlertService(IOutbox outbox, IPolicy<Routes> routes, IPolicy<AlertPolicy> policy, PictureSignal pictures, TimeProvider time)
{
    private const int Attempts = 5;

    /// <summary>Applies what was said, in order.</summary>
    public async Task ApplyAsync(UnitOfWork uow, IReadOnlyList<IncomingAlertGroup> said, CancellationToken cancellationToken)
    {
        foreach (var group in said.GroupBy(one => one.Identity, StringComparer.Ordinal))
        {
            foreach (var one in group) await ApplyAsync(uow, one, cancellationToken);
        }
    }

    /// <summary>Changes one group by a decision that is made on its present state; null decides for no change.</summary>
    /// <returns>The group before and after, or null when nothing changed.</returns>
    public async Task<(AlertGroup Before, AlertGroup After)?> ChangeAsync(
        UnitOfWork uow, string id, Func<AlertGroup, AlertGroup?> decide, (string Reply, AlertReplyData Data)? line, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await AlertStore.FindAsync(uow.Connection, uow.Transaction, id, cancellationToken) is not { } before || decide(before) is not { } decided) return null;
            if (!await AlertStore.SaveAsync(uow, decided, null, cancellationToken)) continue;
            await TellAsync(uow, before, decided, line is { } one ? [one] : [], cancellationToken);
            return (before, decided);
        }

        throw new UnreachableException($"Alert group {id} changed under our hands {Attempts} times.");
    }

    /// <summary>What follows from a group's alerts, for those who change them.</summary>
    public AlertGroup Normalize(AlertGroup group) => AlertMerge.Normalize(group, policy.Value, time.GetUtcNow());

    /// <summary>The language of the first channel that hears of a group: its one picture speaks it. Null for the default.</summary>
    public string? LanguageOf(AlertGroup group) => RequestsFor(group).Select(wanted => wanted.Language).FirstOrDefault();

    /// <summary>Has the group's messages drawn anew, although nothing changed: somebody looks at an old one.</summary>
    public Task RefreshAsync(UnitOfWork uow, AlertGroup group, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(uow, [new ChangedSubject(group.Subject, group.Severity, group.Open)], cancellationToken);

    /// <summary>A line in the thread and in the history.</summary>
    public async Task SayAsync(UnitOfWork uow, AlertGroup group, (string Reply, AlertReplyData Data) line, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(line.Data, AlertJson.Default.AlertReplyData);
        await AlertStore.AppendAsync(uow, group.Id, time.GetUtcNow(), line.Reply, json, cancellationToken);
        await outbox.ReplyAsync(uow, group.Subject, line.Reply, json, cancellationToken);
    }

    private async Task ApplyAsync(UnitOfWork uow, IncomingAlertGroup said, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var now = time.GetUtcNow();
            var known = (await AlertStore.LatestAsync(uow, [said.Identity], cancellationToken)).GetValueOrDefault(said.Identity);
            if (AlertMerge.Apply(known, said, policy.Value, now) is not { } merged) return;
            var turned = merged.IsNew || known!.IsFiring != merged.Group.IsFiring || known.Firing != merged.Group.Firing;
            if (!await AlertStore.SaveAsync(uow, merged.Group, turned ? PictureDue(merged.Group, now) : null, cancellationToken)) continue;
            if (turned) uow.AfterCommit(pictures.Wake);
            if (merged is { IsNew: true, Group.Silence: { } mute }) await SilenceStore.GoesOnWithAsync(uow, mute.Id, merged.Group.Id, cancellationToken);
            await TellAsync(uow, merged.IsNew ? null : known, merged.Group, merged.Lines, cancellationToken);
            return;
        }

        throw new UnreachableException($"Alert group {said.Identity} changed under our hands {Attempts} times.");
    }

    /// <summary>At once for the first, and not before a while after the one before: a flapping rule is not drawn at every turn.</summary>
    private static DateTimeOffset PictureDue(AlertGroup group, DateTimeOffset now) =>
        group.Picture is { } last && last.DrawnAt + AlertPictureWorker.Sparing > now ? last.DrawnAt + AlertPictureWorker.Sparing : now;

    private async Task TellAsync(UnitOfWork uow, AlertGroup? before, AlertGroup after, IReadOnlyList<(string Reply, AlertReplyData Data)> lines, CancellationToken cancellationToken)
    {
        if (before is not null) await outbox.MarkChangedAsync(uow, [new ChangedSubject(after.Subject, after.Severity, after.Open)], cancellationToken);
        if (after.Open && RequestsFor(after).ToList() is { Count: > 0 } wanted) await outbox.RequestAsync(uow, wanted, cancellationToken);
        foreach (var line in lines) await SayAsync(uow, after, line, cancellationToken);
    }

    private IEnumerable<MessageRequest> RequestsFor(AlertGroup group)
    {
        var facts = new RouteFacts
        {
            Severity = group.Severity,
            Account = group.Account,
            Region = group.Region,
            Tags = [.. group.Alerts.SelectMany(alert => alert.Labels).Distinct()],
        };
        return routes.Value.For(RouteKind.Alerts, facts).Select(to => new MessageRequest(group.Subject, to.Channel, to.Language, group.Severity, group.Open, group.Storm));
    }
}
