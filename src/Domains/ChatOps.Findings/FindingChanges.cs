using System.Globalization;
using System.Text.Json;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>
/// Brings what Security Hub says, and what people decide, into the tables and tells delivery, all in the caller's transaction.
/// Everything that changes a finding goes through here.
/// </summary>
internal sealed class FindingChanges(
    IOutbox outbox, FindingRoutes routes, WorkSignal<FindingWrite> signal, WorkSignal<FindingReading> readings, TimeProvider time)
    : ISubjectChanges<Finding>
{
    public string GoneText => "finding.gone";

    /// <summary>Applies findings as Security Hub said them, in order.</summary>
    /// <returns>How many changed something.</returns>
    public async Task<int> ApplyAsync(UnitOfWork uow, IReadOnlyList<IncomingFinding> incoming, CancellationToken cancellationToken)
    {
        var changes = await MergeAsync(uow, incoming, cancellationToken);
        var doubtful = changes.Where(change => change.IsDoubtful && change.After.InSecurityHub).Select(change => change.After.Id).ToList();
        if (doubtful.Count > 0)
        {
            await FindingReadings.PlanAsync(uow, doubtful, time.GetUtcNow(), cancellationToken);
            uow.AfterCommit(readings.Wake);
        }

        return changes.Count(change => change.IsChanged);
    }

    /// <summary>Applies findings of a list of Security Hub's.</summary>
    /// <returns>The ids of those that are known now.</returns>
    public async Task<IReadOnlyCollection<string>> ApplyListedAsync(
        UnitOfWork uow, IReadOnlyList<IncomingFinding> listed, CancellationToken cancellationToken)
    {
        if (listed.Count == 0) return [];
        listed = await WithKnownIdsAsync(uow, listed, cancellationToken);
        await ApplyAsync(uow, listed, cancellationToken);
        return listed.Select(incoming => incoming.Finding.Id).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Closes findings that Security Hub no longer has: it keeps them for 90 days, archived ones for 30.</summary>
    public async Task CloseGoneAsync(UnitOfWork uow, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        foreach (var id in ids.Order(StringComparer.Ordinal))
        {
            await ChangeAsync(
                uow, id,
                finding => finding.State is FindingState.Resolved or FindingState.Archived || !FindingEvidence.MayBeGone(
                    finding, time.GetUtcNow())
                    ? null
                    : finding with { Archived = true, GoneAt = time.GetUtcNow() },
                (FindingReplies.Gone, new FindingReplyData()), cancellationToken);
        }
    }

    /// <summary>Applies what Security Hub answered when it was asked about findings.</summary>
    /// <returns>The ids of those about which there is still doubt.</returns>
    public async Task<IReadOnlySet<string>> ApplyReadingsAsync(
        UnitOfWork uow, IReadOnlyList<IncomingFinding> incoming, CancellationToken cancellationToken) =>
        (await MergeAsync(uow, incoming, cancellationToken)).Where(change => change.IsDoubtful).Select(change => change.After.Id)
        .ToHashSet(StringComparer.Ordinal);

    private async Task<IReadOnlyList<Change>> MergeAsync(
        UnitOfWork uow, IReadOnlyList<IncomingFinding> incoming, CancellationToken cancellationToken)
    {
        incoming = await WithKnownIdsAsync(uow, incoming, cancellationToken);
        var byId = incoming.ToLookup(finding => finding.Finding.Id);
        var changes = await Versioned.ChangeAllAsync<(Finding? Known, bool WritePending), Change>(
            "findings",
            byId.Select(group => group.Key),
            async ids =>
            {
                var known = await FindingStore.FindAsync(uow.Connection, uow.Transaction, ids, cancellationToken);
                var pending = await FindingWrites.PendingAsync(uow, known.Keys, cancellationToken);
                return known.ToDictionary(row => row.Key, row => (
                    // What is refused waits, too, but Security Hub's word counts meanwhile.
                    (Finding?)row.Value, pending.Contains(row.Key) && row.Value.WriteFault is null), StringComparer.Ordinal);
            },
            (id, row) => Change.Of(row.Known, byId[id], row.WritePending, time.GetUtcNow()),
            async decided =>
            {
                var saved = await FindingStore.SaveAsync(
                    uow, [.. decided.Values.Where(change => change.IsChanged).Select(change => change.After)], cancellationToken);
                // A line in the thread alone changes no row.
                saved.UnionWith(decided.Values.Where(change => !change.IsChanged).Select(change => change.After.Id));
                return saved;
            });
        await TellAsync(uow, changes, cancellationToken);
        await TellSecurityHubAsync(uow, changes, cancellationToken);
        var overruled = changes.Where(change => change is { Before.WriteFault: not null, After.WriteFault: null })
            .Select(change => change.After.Id).Order(StringComparer.Ordinal).ToList();
        await FindingWrites.CancelAsync(uow, overruled, cancellationToken);
        return changes;
    }

    /// <summary>
    /// Our id of a Config rule's finding is made of its rule and its resource, and the next event may name more resources: <c>Id</c> and
    /// <c>ProductArn</c> say that it is the same finding, which keeps the id it has. So does a standard's finding from before those of one
    /// control were one.
    /// </summary>
    private static async Task<IReadOnlyList<IncomingFinding>> WithKnownIdsAsync(
        UnitOfWork uow, IReadOnlyList<IncomingFinding> incoming, CancellationToken cancellationToken)
    {
        var ofRules = incoming.Select(incomingFinding => incomingFinding.Finding)
            .Where(finding => finding.Form != FindingForm.Native && (finding.Members.Count > 0
                || finding.ProductArn.EndsWith("/config", StringComparison.Ordinal)))
            .ToList();
        if (ofRules.Count == 0) return incoming;
        var ids = await FindingStore.IdsAsync(uow, [.. ofRules.Select(finding => finding.Arn).Distinct()], cancellationToken);
        foreach (var finding in ofRules) ids.TryAdd((finding.Arn, finding.ProductArn), finding.Id);
        return [.. incoming.Select(incomingFinding => ids.TryGetValue(
            (incomingFinding.Finding.Arn, incomingFinding.Finding.ProductArn), out var id) && id != incomingFinding.Finding.Id
            ? incomingFinding with { Finding = incomingFinding.Finding with { Id = id } }
            : incomingFinding)];
    }

    /// <summary>Changes one finding by a decision that is made on its present state; null decides for no change.</summary>
    /// <returns>The finding before and after, or null when nothing changed.</returns>
    public Task<Change<Finding>?> ChangeAsync(
        UnitOfWork uow, string id, Func<Finding, Finding?> decide, (string Reply, FindingReplyData Data)? line,
        CancellationToken cancellationToken) =>
        ChangeAsync(uow, id, decide, _ => line is { } given ? ReplyOf(given.Reply, given.Data) : null, cancellationToken);

    Task<Change<Finding>?> ISubjectChanges<Finding>.ChangeAsync(
        UnitOfWork uow, string key, Func<Finding, Finding?> decide, Func<Finding, SubjectReply?> reply,
        CancellationToken cancellationToken) =>
        ChangeAsync(uow, key, decide, reply, cancellationToken);

    public StaleSubjectException Stale(Finding subject) => new(
        subject.Subject, "finding.stale", ("what", Mrkdwn.Literal(FindingText.Short(subject))),
        ("state", new LocalizedValue(locale => FindingText.State(subject.State, locale))));

    /// <summary>A line for a finding's thread.</summary>
    public static SubjectReply ReplyOf(string reply, FindingReplyData data) =>
        new(reply, JsonSerializer.Serialize(data, FindingJson.Default.FindingReplyData));

    /// <summary>A line in the thread and in the history.</summary>
    public async Task ReplyAsync(UnitOfWork uow, string id, string reply, string data, CancellationToken cancellationToken)
    {
        await FindingStore.AppendAsync(
            uow, [new HistoryRow(id, time.GetUtcNow().ToUnixTimeMilliseconds(), reply, data)], cancellationToken);
        await outbox.ReplyAsync(uow, Finding.SubjectOf(id), reply, data, cancellationToken);
    }

    /// <summary>Has the finding's messages drawn anew, although nothing changed: somebody looks at an old one.</summary>
    public Task RefreshAsync(UnitOfWork uow, Finding finding, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(uow, [new ChangedSubject(finding.Subject, finding.Severity, finding.Open)], cancellationToken);

    private async Task<Change<Finding>?> ChangeAsync(
        UnitOfWork uow, string id, Func<Finding, Finding?> decide, Func<Finding, SubjectReply?> reply, CancellationToken cancellationToken)
    {
        var change = await Versioned.ChangeAsync(
            $"finding {id}",
            () => FindingStore.FindAsync(uow.Connection, uow.Transaction, id, cancellationToken),
            before => before is not null && decide(before) is { } decided
                ? new Change<Finding>(before, FindingMerge.Normalize(before, decided, time.GetUtcNow()))
                : null,
            async decided => (await FindingStore.SaveAsync(uow, [decided.After], cancellationToken)).Count > 0);
        if (change is null) return null;
        await TellAsync(
            uow, [new Change(change.Before, change.After, IsChanged: true, reply(change.After) is { } line ? [line] : [])],
            cancellationToken);
        return change;
    }

    /// <summary>What was decided here while Security Hub did not have the finding yet.</summary>
    private async Task TellSecurityHubAsync(UnitOfWork uow, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        foreach (var finding in changes.Where(change => change.IsChanged && FindingMerge.IsToBeTold(change.Before, change.After))
            .Select(change => change.After))
        {
            var by = finding.Suppressed?.ByUserId
                ?? finding.Assigned?.ByUserId ?? finding.Acknowledged?.ByUserId ?? FindingActor.Bot.UserId;
            var note = finding.Suppressed is { } suppression
                ? FormattableString.Invariant($"Suppressed in Slack until {suppression.Until:yyyy-MM-dd HH:mm} UTC: {suppression.Reason}")
                : "Decided in Slack before Security Hub had the finding";
            await FindingWrites.AddAsync(
                uow, finding, finding.Workflow, note, FieldsOf(finding, null), by, time.GetUtcNow(), cancellationToken);
            uow.AfterCommit(signal.Wake);
        }
    }

    /// <summary>What Security Hub keeps of a decision in fields of ours.</summary>
    /// <param name="finding">As decided.</param>
    /// <param name="assignee">The assignee's handle; null where only the Slack id is known.</param>
    public static IReadOnlyDictionary<string, string> FieldsOf(Finding finding, string? assignee)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (finding.Assigned is { } assigned) fields[FindingFields.Assignee] = assignee ?? assigned.ToUserId;
        if (finding.Suppressed is { } suppression)
        {
            fields[FindingFields.Reason] = suppression.Reason;
            fields[FindingFields.Until] = suppression.Until.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        }

        return fields;
    }

    private async Task TellAsync(UnitOfWork uow, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        var changed = changes.Where(change => change.IsChanged && change.Before is not null)
            .Select(change => new ChangedSubject(change.After.Subject, change.After.Severity, change.After.Open))
            .Concat(changes.Where(change => change.Before is { } before && before.SuppressionAsked != change.After.SuppressionAsked).Select(
                change => new ChangedSubject(
                    SuppressionApprovals.SubjectOf(change.After.Id), change.After.Severity,
                    change.After.SuppressionAsked is { State: SuppressionRequestState.Waiting })))
            .ToList();
        var requests = changes.Where(change => change.IsChanged || change.Lines.Count > 0)
            .SelectMany(change => routes.RequestsFor(change.After, change.IsSent)).ToList();
        if (changed.Count > 0) await outbox.MarkChangedAsync(uow, changed, cancellationToken);
        if (requests.Count > 0) await outbox.RequestAsync(uow, requests, cancellationToken);

        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var lines = changes.SelectMany(change => change.Lines.Select(line =>
            new HistoryRow(change.After.Id, at, line.Reply, line.Data))).ToList();
        await FindingStore.AppendAsync(uow, lines, cancellationToken);
        await outbox.ReplyAsync(
            uow, [.. lines.Select(line => new ThreadLine(Finding.SubjectOf(line.FindingId), line.What, line.Data))], cancellationToken);
    }

    /// <summary>What became of one finding.</summary>
    private sealed record Change(
        Finding? Before, Finding After, bool IsChanged, IReadOnlyList<SubjectReply> Lines, bool IsDoubtful = false)
    {
        /// <summary>Whether a person has sent it by a custom action.</summary>
        public bool IsSent { get; init; }

        /// <summary>Null when nobody knows the finding and what is said of it is no news.</summary>
        public static Change? Of(Finding? known, IEnumerable<IncomingFinding> incoming, bool writePending, DateTimeOffset now)
        {
            var lines = new List<SubjectReply>();
            var at = known;
            var version = known?.Version ?? 0;
            var isDoubtful = false;
            var isSent = false;
            foreach (var given in incoming)
            {
                if (at is null && given.OnlyIfKnown) continue;
                isSent |= given.CustomAction is not null;
                // A copy of one standard's finding that is older than what that standard has said says nothing.
                var incomingFinding = FindingStandards.Combine(at, given);
                if (incomingFinding is null)
                {
                    if (given.CustomAction is { } sent)
                        lines.Add(ReplyOf(FindingReplies.CustomAction, new FindingReplyData { Text = sent }));
                    continue;
                }

                var finding = incomingFinding.OnlyResources
                    ? FindingForms.WithResources(at!, incomingFinding.Finding)
                    : incomingFinding.Finding;
                if (incomingFinding.OnlyResources && FindingForms.Same(at!, finding)) continue;
                var merged = incomingFinding.OnlyResources
                    ? new Merged(finding, IsDoubtful: false)
                    : FindingMerge.Merge(at, incomingFinding, writePending, now);
                isDoubtful |= merged.IsDoubtful;
                if (merged.Finding is { } next)
                {
                    lines.AddRange(FindingMerge.Lines(at, next).Select(line => ReplyOf(line.Reply, line.Data)));
                    at = next;
                }

                if (incomingFinding.CustomAction is { } name)
                    lines.Add(ReplyOf(FindingReplies.CustomAction, new FindingReplyData { Text = name }));
            }

            return at is null ? null : new Change(known, at with { Version = version }, !ReferenceEquals(at, known), lines, isDoubtful)
            {
                IsSent = isSent,
            };
        }
    }
}

/// <summary>A finding as Security Hub, or the service that found it, said it.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="CustomAction">The custom action by which somebody sent it; null for an import.</param>
/// <param name="OnlyIfKnown">It is no news where nobody knows the finding: that something is as it should be.</param>
/// <param name="OnlyResources">Nothing is said of the finding but how its resources are; with <paramref name="OnlyIfKnown"/>.</param>
/// <param name="Reading">Which answer in a row this is to our own question about a doubt; 0 for what came unasked.</param>
/// <param name="IsListed">Whether it stood in a list that we asked for.</param>
internal sealed record IncomingFinding(
    Finding Finding, string? CustomAction = null, bool OnlyIfKnown = false, bool OnlyResources = false, int Reading = 0,
    bool IsListed = false)
{
    /// <summary>Whether we asked for it, rather than an event told it.</summary>
    public bool IsAsked => Reading > 0 || IsListed;
}
