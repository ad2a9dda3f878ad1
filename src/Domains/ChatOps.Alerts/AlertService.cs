using System.Text.Json;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Options;

namespace ChatOps.Alerts;

/// <summary>
/// Brings what sources say, and what people decide, into the tables and tells delivery, all in the caller's transaction. Everything that
/// changes a group goes through here.
/// </summary>
internal sealed class AlertService(
    IOutbox outbox, IPolicy<Routes> routes, IPolicy<AlertPolicy> policy, IAlertmanagers servers, WorkSignal<AlertGroup> pictures,
    WorkSignal<AlertServer> readBack, IOptions<AlertsOptions> options, TimeProvider time)
        : ISubjectChanges<AlertGroup>
{
    public string GoneText => "alert.gone";

    /// <summary>Applies what was said, in order.</summary>
    public async Task ApplyAsync(UnitOfWork uow, IReadOnlyList<IncomingAlertGroup> incoming, CancellationToken cancellationToken)
    {
        var told = incoming.Select(Placed).ToList();
        foreach (var group in told.GroupBy(incomingAlertGroup => incomingAlertGroup.Identity, StringComparer.Ordinal))
        {
            foreach (var incomingAlertGroup in group) await MergeAsync(uow, incomingAlertGroup, cancellationToken);
        }

        var now = time.GetUtcNow();
        await AlertStore.HeardAsync(uow, [.. told.Select(group => group.Identity).Distinct()], now, cancellationToken);
        // What fires is soon asked for: what is over before the next round would never have been seen to be held.
        var asked = told.Where(group => group.Server is not null && group.Alerts.Any(alert => alert.Status == AlertStatus.Firing))
            .Select(group => group.Server!).Distinct().ToList();
        if (asked.Count == 0) return;
        await AlertServerStore.SoonerAsync(uow, asked, now, options.Value.ReadBackEvery, cancellationToken);
        uow.AfterCommit(readBack.Wake);
    }

    /// <summary>Applies what a server's own list says, whose groups know their places.</summary>
    public async Task ApplyReadAsync(UnitOfWork uow, IReadOnlyList<IncomingAlertGroup> read, CancellationToken cancellationToken)
    {
        foreach (var group in read) await MergeAsync(uow, group, cancellationToken);
    }

    /// <summary>Changes one group by a decision that is made on its present state; null decides for no change.</summary>
    /// <returns>The group before and after, or null when nothing changed.</returns>
    public Task<Change<AlertGroup>?> ChangeAsync(
        UnitOfWork uow, string id, Func<AlertGroup, AlertGroup?> decide, (string Reply, AlertReplyData Data)? line,
        CancellationToken cancellationToken) =>
        ChangeAsync(uow, id, decide, _ => line is { } given ? ReplyOf(given) : null, cancellationToken);

    Task<Change<AlertGroup>?> ISubjectChanges<AlertGroup>.ChangeAsync(
        UnitOfWork uow, string key, Func<AlertGroup, AlertGroup?> decide, Func<AlertGroup, SubjectReply?> reply,
        CancellationToken cancellationToken) =>
        ChangeAsync(uow, key, decide, reply, cancellationToken);

    public StaleSubjectException Stale(AlertGroup subject) => new(
        subject.Subject, "alert.stale", ("what", Mrkdwn.Cut(subject.Name)),
        ("state", new LocalizedValue(locale => AlertText.State(subject.State, locale))));

    /// <summary>A line for a group's thread.</summary>
    public static SubjectReply ReplyOf((string Reply, AlertReplyData Data) line) =>
        new(line.Reply, JsonSerializer.Serialize(line.Data, AlertJson.Default.AlertReplyData));

    /// <summary>What follows from a group's alerts, for those who change them.</summary>
    public AlertGroup Normalize(AlertGroup group) => AlertMerge.Normalize(group, policy.Value, time.GetUtcNow());

    /// <summary>The language of the first channel that hears of a group: its one picture speaks it. Null for the default.</summary>
    public string? LanguageOf(AlertGroup group) => RequestsFor(group).Select(request => request.Language).FirstOrDefault();

    /// <summary>Has the group's messages drawn anew, although nothing changed: somebody looks at an old one.</summary>
    public Task RefreshAsync(UnitOfWork uow, AlertGroup group, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(uow, [new ChangedSubject(group.Subject, group.Severity, group.Open)], cancellationToken);

    /// <summary>A line in the thread and in the history.</summary>
    public Task SayAsync(UnitOfWork uow, AlertGroup group, (string Reply, AlertReplyData Data) line, CancellationToken cancellationToken) =>
        SayAsync(uow, group, ReplyOf(line), cancellationToken);

    /// <summary>With the server that it comes from: two servers with one group key are two messages.</summary>
    private IncomingAlertGroup Placed(IncomingAlertGroup incoming)
    {
        if (incoming.Source != AlertSource.Alertmanager || incoming.Unread is not null) return incoming;
        var match = incoming.IsGrafana && servers.All.Count < 2 ? null : servers.Of(incoming.ExternalUrl, incoming.SharedLabels);
        var placed = incoming with { Server = match?.Server.Name, IsServerAssumed = match?.IsAssumed ?? false };
        return match is { IsAssumed: false }
            ? match.Server.Name.Length == 0 ? placed : placed.At($"server={match.Server.Name}")
            : placed.ExternalUrl is { Length: > 0 } url ? placed.At($"url={url.TrimEnd('/')}") : placed;
    }

    private async Task MergeAsync(UnitOfWork uow, IncomingAlertGroup incoming, CancellationToken cancellationToken)
    {
        var merge = await Versioned.ChangeAsync(
            $"alert group {incoming.Identity}",
            async () => await KnownAsync(uow, incoming, cancellationToken),
            known => AlertMerge.Apply(known, incoming, policy.Value, time.GetUtcNow()) is { } result ? new Merge(known, result) : null,
            decided => AlertStore.SaveAsync(
                uow, decided.After, decided.HasTurned ? PictureDue(decided.After, time.GetUtcNow()) : null, cancellationToken));
        if (merge is null) return;
        if (merge.HasTurned) uow.AfterCommit(pictures.Wake);
        if (merge.Result is { IsNew: true, Group.Silence: { } silence })
            await SilenceStore.GoesOnWithAsync(uow, silence.Id, merge.After.Id, cancellationToken);
        await TellAsync(
            uow, merge.Result.IsNew ? null : merge.Known, merge.After, [.. merge.Result.Lines.Select(ReplyOf)], cancellationToken);
    }

    /// <summary>The latest group of its identity, or of the one that earlier versions gave it.</summary>
    private static async Task<AlertGroup?> KnownAsync(
        UnitOfWork uow, IncomingAlertGroup incoming, CancellationToken cancellationToken)
    {
        var found = await AlertStore.LatestAsync(
            uow, incoming.FormerIdentity is { } former ? [incoming.Identity, former] : [incoming.Identity], cancellationToken);
        return found.TryGetValue(incoming.Identity, out var known) ? known
            : incoming.FormerIdentity is { } before && found.TryGetValue(before, out var earlier) && earlier.Server is null
                && earlier.ExternalUrl?.TrimEnd('/') == incoming.ExternalUrl?.TrimEnd('/') ? earlier with { Identity = incoming.Identity }
            : null;
    }

    private async Task<Change<AlertGroup>?> ChangeAsync(
        UnitOfWork uow, string id, Func<AlertGroup, AlertGroup?> decide, Func<AlertGroup, SubjectReply?> reply,
        CancellationToken cancellationToken)
    {
        var change = await Versioned.ChangeAsync(
            $"alert group {id}",
            () => AlertStore.FindAsync(uow.Connection, uow.Transaction, id, cancellationToken),
            before => before is not null && decide(before) is { } after
                ? new Change<AlertGroup>(before, AlertPosts.After(before, after, time.GetUtcNow()))
                : null,
            decided => AlertStore.SaveAsync(uow, decided.After, null, cancellationToken));
        if (change is null) return null;
        await TellAsync(uow, change.Before, change.After, reply(change.After) is { } line ? [line] : [], cancellationToken);
        return change;
    }

    private async Task SayAsync(UnitOfWork uow, AlertGroup group, SubjectReply line, CancellationToken cancellationToken)
    {
        await AlertStore.AppendAsync(uow, group.Id, time.GetUtcNow(), line.Reply, line.Data, cancellationToken);
        await outbox.ReplyAsync(uow, group.Subject, line.Reply, line.Data, cancellationToken);
    }

    /// <summary>At once for the first, and not before a while after the one before: a flapping rule is not drawn at every turn.</summary>
    private static DateTimeOffset PictureDue(AlertGroup group, DateTimeOffset now) =>
        group.Picture is { } last && last.DrawnAt + AlertPictureWorker.Sparing > now ? last.DrawnAt + AlertPictureWorker.Sparing : now;

    private async Task TellAsync(
        UnitOfWork uow, AlertGroup? before, AlertGroup after, IReadOnlyList<SubjectReply> lines, CancellationToken cancellationToken)
    {
        if (before is not null)
        {
            // The former message is drawn anew: it points to the newer one, and needs nobody any more.
            var changed = new ChangedSubject(after.Subject, after.Severity, after.Open);
            await outbox.MarkChangedAsync(
                uow, before.Post == after.Post ? [changed] : [changed, new ChangedSubject(before.Subject, before.Severity, Open: false)],
                cancellationToken);
        }

        if (after.Open && RequestsFor(after).ToList() is { Count: > 0 } requests)
            await outbox.RequestAsync(uow, requests, cancellationToken);
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
        return routes.Value.For(RouteKind.Alerts, facts).Select(
            to => new MessageRequest(group.Subject, to.Channel, to.Language, group.Severity, group.Open, group.Storm));
    }

    /// <summary>What came of an incoming group.</summary>
    private sealed record Merge(AlertGroup? Known, MergeResult Result)
    {
        public AlertGroup After => Result.Group;

        /// <summary>Whether it began or ended, or more or fewer of it fire: its picture is drawn anew.</summary>
        public bool HasTurned => Result.IsNew || Known!.IsFiring != After.IsFiring || Known.Firing != After.Firing;
    }
}
