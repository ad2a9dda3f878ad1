using System.Diagnostics;
using System.Text.Json;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;

namespace ChatOps.Findings;

/// <summary>
/// Brings what Security Hub says, and what people decide, into the tables and tells delivery, all in the caller's transaction.
/// Everything that changes a finding goes through here.
/// </summary>
internal sealed class FindingChanges(IOutbox outbox, FindingRoutes routes, SecurityHubWriterSignal signal, TimeProvider time)
{
    private const int Attempts = 5;

    /// <summary>Applies findings as Security Hub said them, in order.</summary>
    /// <returns>How many changed something.</returns>
    public async Task<int> ApplyAsync(UnitOfWork uow, IReadOnlyList<IncomingFinding> said, CancellationToken cancellationToken)
    {
        var changed = 0;
        var open = said.ToLookup(one => one.Finding.Id);
        for (var attempt = 1; open.Count > 0; attempt++)
        {
            // A row that another replica saved meanwhile is read again and decided anew; it cannot happen for ever.
            if (attempt > Attempts) throw new UnreachableException($"{open.Count} findings changed under our hands {Attempts} times.");
            var ids = open.Select(group => group.Key).ToList();
            var known = await FindingStore.FindAsync(uow.Connection, uow.Transaction, ids, cancellationToken);
            var pending = await FindingWrites.PendingAsync(uow, known.Keys, cancellationToken);
            var changes = open.Select(group => Change.Of(known.GetValueOrDefault(group.Key), group, pending.Contains(group.Key), time.GetUtcNow())).OfType<Change>().ToList();
            // Of those nobody knows, some are no news.
            var untold = ids.Except(changes.Select(change => change.After.Id)).ToHashSet(StringComparer.Ordinal);
            var saved = await FindingStore.SaveAsync(uow, [.. changes.Where(change => change.IsChanged).Select(change => change.After)], cancellationToken);
            var settled = changes.Where(change => !change.IsChanged || saved.Contains(change.After.Id)).ToList();
            await TellAsync(uow, settled, cancellationToken);
            await TellSecurityHubAsync(uow, settled, cancellationToken);
            changed += saved.Count;
            var done = settled.Select(change => change.After.Id).Concat(untold).ToHashSet(StringComparer.Ordinal);
            open = said.Where(one => !done.Contains(one.Finding.Id) && open.Contains(one.Finding.Id)).ToLookup(one => one.Finding.Id);
        }

        return changed;
    }

    /// <summary>Changes one finding by a decision that is made on its present state; null decides for no change.</summary>
    /// <returns>The finding before and after, or null when nothing changed.</returns>
    public async Task<(Finding Before, Finding After)?> ChangeAsync(
        UnitOfWork uow, string id, Func<Finding, Finding?> decide, (string Reply, FindingReplyData Data)? line, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await FindingStore.FindAsync(uow.Connection, uow.Transaction, id, cancellationToken) is not { } before) return null;
            if (decide(before) is not { } decided) return null;
            var after = FindingMerge.Normalize(before, decided, time.GetUtcNow());
            if ((await FindingStore.SaveAsync(uow, [after], cancellationToken)).Count == 0) continue;
            var change = new Change(before, after, IsChanged: true, line is { } one ? [one] : []);
            await TellAsync(uow, [change], cancellationToken);
            return (before, after);
        }

        throw new UnreachableException($"Finding {id} changed under our hands {Attempts} times.");
    }

    /// <summary>A line in the thread and in the history.</summary>
    public async Task ReplyAsync(UnitOfWork uow, string id, string reply, string data, CancellationToken cancellationToken)
    {
        await FindingStore.AppendAsync(uow, [new HistoryRow(id, time.GetUtcNow().ToUnixTimeMilliseconds(), reply, data)], cancellationToken);
        await outbox.ReplyAsync(uow, Finding.SubjectOf(id), reply, data, cancellationToken);
    }

    /// <summary>Has the finding's messages drawn anew, although nothing changed: somebody looks at an old one.</summary>
    public Task RefreshAsync(UnitOfWork uow, Finding finding, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(uow, [new ChangedSubject(finding.Subject, finding.Severity, finding.Open)], cancellationToken);

    /// <summary>What was decided here while Security Hub did not have the finding yet.</summary>
    private async Task TellSecurityHubAsync(UnitOfWork uow, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        foreach (var finding in changes.Where(change => change.IsChanged && FindingMerge.IsToBeTold(change.Before, change.After)).Select(change => change.After))
        {
            var by = finding.Suppressed?.ByUserId ?? finding.Assigned?.ByUserId ?? finding.Acknowledged?.ByUserId ?? FindingActor.Bot.UserId;
            var note = finding.Suppressed is { } suppression
                ? FormattableString.Invariant($"Suppressed in Slack until {suppression.Until:yyyy-MM-dd HH:mm} UTC: {suppression.Reason}")
                : "Decided in Slack before Security Hub had the finding";
            await FindingWrites.AddAsync(uow, finding.Id, finding.Workflow, note, by, time.GetUtcNow(), cancellationToken);
            uow.AfterCommit(signal.Wake);
        }
    }

    private async Task TellAsync(UnitOfWork uow, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        var touched = changes.Where(change => change.IsChanged && change.Before is not null)
            .Select(change => new ChangedSubject(change.After.Subject, change.After.Severity, change.After.Open)).ToList();
        var wanted = changes.Where(change => change.IsChanged || change.Lines.Count > 0).SelectMany(change => routes.RequestsFor(change.After)).ToList();
        if (touched.Count > 0) await outbox.MarkChangedAsync(uow, touched, cancellationToken);
        if (wanted.Count > 0) await outbox.RequestAsync(uow, wanted, cancellationToken);

        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var lines = changes.SelectMany(change => change.Lines.Select(line =>
            new HistoryRow(change.After.Id, at, line.Reply, JsonSerializer.Serialize(line.Data, FindingJson.Default.FindingReplyData)))).ToList();
        await FindingStore.AppendAsync(uow, lines, cancellationToken);
        foreach (var line in lines) await outbox.ReplyAsync(uow, Finding.SubjectOf(line.FindingId), line.What, line.Data, cancellationToken);
    }

    /// <summary>What became of one finding.</summary>
    private sealed record Change(Finding? Before, Finding After, bool IsChanged, IReadOnlyList<(string Reply, FindingReplyData Data)> Lines)
    {
        /// <summary>Null when nobody knows the finding and what is said of it is no news.</summary>
        public static Change? Of(Finding? known, IEnumerable<IncomingFinding> said, bool writePending, DateTimeOffset now)
        {
            var lines = new List<(string, FindingReplyData)>();
            var at = known;
            var version = known?.Version ?? 0;
            foreach (var one in said)
            {
                if (at is null && one.OnlyIfKnown) continue;
                var finding = one.OnlyResources ? FindingForms.WithResources(at!, one.Finding) : one.Finding;
                if (one.OnlyResources && FindingForms.Same(at!, finding)) continue;
                if ((one.OnlyResources ? finding : FindingMerge.Merge(at, finding, writePending, now)) is { } next)
                {
                    lines.AddRange(FindingMerge.Lines(at, next));
                    at = next;
                }

                if (one.CustomAction is { } name) lines.Add((FindingReplies.CustomAction, new FindingReplyData { Text = name }));
            }

            return at is null ? null : new Change(known, at with { Version = version }, !ReferenceEquals(at, known), lines);
        }
    }
}

/// <summary>A finding as Security Hub, or the service that found it, said it.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="CustomAction">The custom action by which somebody sent it; null for an import.</param>
/// <param name="OnlyIfKnown">It is no news where nobody knows the finding: that something is as it should be.</param>
/// <param name="OnlyResources">Nothing is said of the finding but how its resources are; with <paramref name="OnlyIfKnown"/>.</param>
internal sealed record IncomingFinding(Finding Finding, string? CustomAction = null, bool OnlyIfKnown = false, bool OnlyResources = false);
