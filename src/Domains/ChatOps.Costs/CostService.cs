using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs;

/// <summary>
/// Brings what AWS says, and what people decide, into the tables and tells delivery, all in the caller's transaction. Everything that
/// changes a budget or an anomaly goes through here.
/// </summary>
internal sealed class CostService(IOutbox outbox, CostRoutes routes, WorkSignal<DueBudget> signal, TimeProvider time)
    : ISubjectChanges<Budget>, ISubjectChanges<Anomaly>
{
    /// <summary>Somebody looks at it: its figures are renewed within the hour.</summary>
    private static readonly TimeSpan RefreshSoon = TimeSpan.FromHours(1);

    public string GoneText => "cost.gone";

    /// <summary>A notification of a budget came.</summary>
    public async Task NoticeAsync(UnitOfWork uow, BudgetNotice notice, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var period = BudgetPeriod.OfNotice(notice.TimeUnit, notice.Day);
        var known = await CostSubjectStore.BudgetsOfAsync(uow, notice.Account, notice.Name, cancellationToken);
        var id = (known.FirstOrDefault(budget => budget.TimeUnit == notice.TimeUnit && !budget.IsUnitGuessed && budget.Period == period)
            // A custom period is worded as some other; an action may have come before, which says no unit.
            ?? known.FirstOrDefault(
                budget => (budget.IsUnitGuessed || budget.TimeUnit == "CUSTOM") && budget.Period?.Holds(notice.Day) == true))?.Id
            ?? Budget.IdOf(notice.Account, notice.Name, period.Key);
        await BudgetAsync(
            uow, id, present => CostPosts.After(present, BudgetMerge.Merge(present, notice, at), notice.Threshold), time.GetUtcNow(),
            CostReplies.Passed, new CostReply { Passed = notice.Threshold, Amount = notice.Amount }, cancellationToken);
    }

    /// <summary>
    /// An action of a budget is known. It names no period: it belongs to the one that the budget is known to be in, whatever its length.
    /// </summary>
    public async Task ActionAsync(
        UnitOfWork uow, string account, BudgetAction action, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var known = await CostSubjectStore.BudgetsOfAsync(uow, account, action.BudgetName, cancellationToken);
        var unit = known.FirstOrDefault(budget => !budget.IsUnitGuessed)?.TimeUnit;
        var id = known.FirstOrDefault(budget => budget.Period is { } period
            && (period.Holds(day) || (budget.TimeUnit == "DAILY" && period.Holds(day.AddDays(-1)))))?.Id
            ?? Budget.IdOf(account, action.BudgetName, BudgetPeriod.Of(unit ?? "MONTHLY", day).Key);
        await BudgetAsync(
            uow, id, present => CostPosts.After(present, BudgetMerge.Merge(present, account, action, unit, at), null), time.GetUtcNow(),
            CostReplies.Action, new CostReply { Text = $"{action.ActionType} {action.Status}" }, cancellationToken);
    }

    /// <summary>A budget was found overrun; false when its message says so already.</summary>
    public async Task<bool> WatchedAsync(
        UnitOfWork uow, string account, AwsBudget found, BudgetThreshold passed, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var period = BudgetPeriod.OfBudget(found, day);
        var known = (await CostSubjectStore.BudgetsOfAsync(uow, account, found.BudgetName, cancellationToken)).FirstOrDefault(
            budget => budget.Period?.Holds(day) == true && (budget.IsUnitGuessed || budget.TimeUnit == found.TimeUnit));
        var next = BudgetMerge.Merge(known, account, found, period, passed, at);
        if (known is not null && next.Rank >= known.Rank) return false;
        await BudgetAsync(
            uow, known?.Id ?? Budget.IdOf(account, found.BudgetName, period.Key),
            present => CostPosts.After(present, BudgetMerge.Merge(present, account, found, period, passed, at), null), time.GetUtcNow(),
            CostReplies.Passed,
            new CostReply { Passed = passed, Amount = passed.Figure == BudgetFigure.Actual ? next.Actual : next.Forecast },
            cancellationToken);
        return true;
    }

    /// <summary>Something of Budgets could not be read.</summary>
    public async Task UnreadAsync(UnitOfWork uow, string id, string text, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var budget = BudgetMerge.Unread(id, text, at);
        if (!await CostSubjectStore.SaveAsync(uow, budget, null, cancellationToken)) return;
        await outbox.RequestAsync(uow, [.. routes.RequestsFor(budget.Subject, "", budget.Rank, budget.Open)], cancellationToken);
    }

    /// <summary>An anomaly was detected, or has grown.</summary>
    public async Task AnomalyAsync(UnitOfWork uow, Anomaly incoming, CancellationToken cancellationToken)
    {
        var merge = await Versioned.ChangeAsync(
            $"anomaly {incoming.Id}",
            () => CostSubjectStore.AnomalyAsync(uow.Connection, uow.Transaction, incoming.Id, cancellationToken),
            known => Anomaly.Merge(known, incoming) is var merged && !ReferenceEquals(merged, known)
                ? new AnomalyMerge(known, merged)
                : null,
            decided => CostSubjectStore.SaveAsync(uow, decided.After, cancellationToken));
        if (merge is not var (before, anomaly)) return;
        await outbox.RequestAsync(
            uow, [.. routes.RequestsFor(anomaly.Subject, anomaly.Account, anomaly.Rank, anomaly.Open)], cancellationToken);
        if (before is not null && before.Post != anomaly.Post) await FoldAsync(uow, before.Subject, before.Rank, cancellationToken);
        if (before is not null && before.Impact != anomaly.Impact)
            await ReplyAsync(uow, anomaly.Subject, ReplyOf(CostReplies.Grown, new CostReply { Share = anomaly.Impact }), cancellationToken);
    }

    /// <summary>Changes a budget by a decision made on its present state; null decides for no change.</summary>
    /// <returns>The budget before and after, or null when nothing changed.</returns>
    public Task<Change<Budget>?> ChangeBudgetAsync(
        UnitOfWork uow, string id, Func<Budget, Budget?> decide, DateTimeOffset? refreshAt, (string Reply, CostReply Data)? line,
        CancellationToken cancellationToken) =>
        ChangeBudgetAsync(uow, id, decide, refreshAt, _ => line is { } given ? ReplyOf(given.Reply, given.Data) : null, cancellationToken);

    Task<Change<Budget>?> ISubjectChanges<Budget>.ChangeAsync(
        UnitOfWork uow, string key, Func<Budget, Budget?> decide, Func<Budget, SubjectReply?> reply, CancellationToken cancellationToken) =>
        ChangeBudgetAsync(uow, key, decide, time.GetUtcNow() + RefreshSoon, reply, cancellationToken);

    async Task<Change<Anomaly>?> ISubjectChanges<Anomaly>.ChangeAsync(
        UnitOfWork uow, string key, Func<Anomaly, Anomaly?> decide, Func<Anomaly, SubjectReply?> reply, CancellationToken cancellationToken)
    {
        var change = await Versioned.ChangeAsync(
            $"anomaly {key}",
            () => CostSubjectStore.AnomalyAsync(uow.Connection, uow.Transaction, key, cancellationToken),
            before => before is not null && decide(before) is { } after ? new Change<Anomaly>(before, after) : null,
            decided => CostSubjectStore.SaveAsync(uow, decided.After, cancellationToken));
        if (change is null) return null;
        await RefreshAsync(uow, change.After, cancellationToken);
        if (reply(change.After) is { } line) await ReplyAsync(uow, change.After.Subject, line, cancellationToken);
        return change;
    }

    public Task RefreshAsync(UnitOfWork uow, Budget subject, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(uow, [new ChangedSubject(subject.Subject, subject.Rank, subject.Open)], cancellationToken);

    public Task RefreshAsync(UnitOfWork uow, Anomaly subject, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(uow, [new ChangedSubject(subject.Subject, subject.Rank, subject.Open)], cancellationToken);

    public StaleSubjectException Stale(Budget subject) =>
        Stale(subject.Subject, subject.Snoozed?.ByUserId ?? subject.Acknowledged?.ByUserId);

    public StaleSubjectException Stale(Anomaly subject) => Stale(subject.Subject, subject.Acknowledged?.ByUserId);

    /// <summary>A line for the thread of a budget or an anomaly.</summary>
    public static SubjectReply ReplyOf(string reply, CostReply data) =>
        new(reply, JsonSerializer.Serialize(data, CostJson.Default.CostReply));

    private async Task BudgetAsync(
        UnitOfWork uow, string id, Func<Budget?, Budget> merge, DateTimeOffset refreshAt, string reply, CostReply data,
        CancellationToken cancellationToken)
    {
        Budget? before = null;
        var budget = (await Versioned.ChangeAsync(
            $"budget {id}",
            () => CostSubjectStore.BudgetAsync(uow.Connection, uow.Transaction, id, cancellationToken),
            known => merge(before = known),
            decided => CostSubjectStore.SaveAsync(uow, decided, refreshAt.ToUnixTimeMilliseconds(), cancellationToken)))!;
        await outbox.RequestAsync(
            uow, [.. routes.RequestsFor(budget.Subject, budget.Account, budget.Rank, budget.Open)], cancellationToken);
        if (before is not null && before.Post != budget.Post) await FoldAsync(uow, before.Subject, before.Rank, cancellationToken);
        await ReplyAsync(uow, budget.Subject, ReplyOf(reply, data), cancellationToken);
        uow.AfterCommit(signal.Wake);
    }

    private async Task<Change<Budget>?> ChangeBudgetAsync(
        UnitOfWork uow, string id, Func<Budget, Budget?> decide, DateTimeOffset? refreshAt, Func<Budget, SubjectReply?> reply,
        CancellationToken cancellationToken)
    {
        var change = await Versioned.ChangeAsync(
            $"budget {id}",
            () => CostSubjectStore.BudgetAsync(uow.Connection, uow.Transaction, id, cancellationToken),
            before => before is not null && decide(before) is { } after
                ? new Change<Budget>(before, CostPosts.After(before, after, null))
                : null,
            decided => CostSubjectStore.SaveAsync(uow, decided.After, refreshAt?.ToUnixTimeMilliseconds(), cancellationToken));
        if (change is null) return null;
        var (was, now) = (change.Before, change.After);
        if (was.Post == now.Post)
        {
            await RefreshAsync(uow, now, cancellationToken);
        }
        else
        {
            await outbox.RequestAsync(uow, [.. routes.RequestsFor(now.Subject, now.Account, now.Rank, now.Open)], cancellationToken);
            await FoldAsync(uow, was.Subject, was.Rank, cancellationToken);
        }

        if (reply(change.After) is { } line) await ReplyAsync(uow, change.After.Subject, line, cancellationToken);
        return change;
    }

    /// <summary>The former message is drawn anew: it points to the newer one and needs nobody any more.</summary>
    private Task FoldAsync(UnitOfWork uow, SubjectId former, Severity rank, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(uow, [new ChangedSubject(former, rank, Open: false)], cancellationToken);

    private static StaleSubjectException Stale(SubjectId subject, string? byUserId) =>
        new(subject, "cost.late", ("who", byUserId is null ? "–" : Mrkdwn.User(byUserId)));

    private Task ReplyAsync(UnitOfWork uow, SubjectId subject, SubjectReply line, CancellationToken cancellationToken) =>
        outbox.ReplyAsync(uow, subject, line.Reply, line.Data, cancellationToken);

    /// <summary>What came of an anomaly that AWS told of.</summary>
    private sealed record AnomalyMerge(Anomaly? Before, Anomaly After);
}

/// <summary>The lines that stand in threads of budgets and anomalies.</summary>
internal static class CostReplies
{
    public const string Passed = "passed";
    public const string Action = "action";
    public const string Grown = "grown";
    public const string Acknowledged = "acknowledged";
    public const string Assigned = "assigned";
    public const string Snoozed = "snoozed";
    public const string Unacknowledged = "unacknowledged";
    public const string Unsnoozed = "unsnoozed";
    public const string Feedback = "feedback";
}
