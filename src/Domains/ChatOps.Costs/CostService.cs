using System.Diagnostics;
using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;

namespace ChatOps.Costs;

/// <summary>
/// Brings what AWS says, and what people decide, into the tables and tells delivery, all in the caller's transaction. Everything that
/// changes a budget or an anomaly goes through here.
/// </summary>
internal sealed class CostService(IOutbox outbox, CostRoutes routes, BudgetRefreshSignal signal, TimeProvider time)
{
    private const int Attempts = 5;

    /// <summary>A budget has told of itself.</summary>
    public Task NoticeAsync(UnitOfWork uow, BudgetNotice notice, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var id = Budget.IdOf(notice.Account, notice.Name, BudgetPeriod.OfNotice(notice.TimeUnit, notice.Day).Key);
        return BudgetAsync(
            uow, id, known => BudgetMerge.Merge(known, notice, at), time.GetUtcNow(), CostReplies.Passed, new CostReply { Passed = notice.Threshold, Amount = notice.Amount }, cancellationToken);
    }

    /// <summary>An action of a budget is known.</summary>
    public Task ActionAsync(UnitOfWork uow, string account, BudgetAction action, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var id = Budget.IdOf(account, action.BudgetName, BudgetPeriod.Of("MONTHLY", DateOnly.FromDateTime(at.UtcDateTime)).Key);
        return BudgetAsync(uow, id, known => BudgetMerge.Merge(known, account, action, at), time.GetUtcNow(), CostReplies.Action, new CostReply { Text = $"{action.ActionType} {action.Status}" }, cancellationToken);
    }

    /// <summary>Something of Budgets could not be read.</summary>
    public async Task UnreadAsync(UnitOfWork uow, string id, string text, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var budget = BudgetMerge.Unread(id, text, at);
        if (!await CostSubjectStore.SaveAsync(uow, budget, null, cancellationToken)) return;
        await outbox.RequestAsync(uow, [.. routes.RequestsFor(budget.Subject, "", budget.Rank, budget.Open)], cancellationToken);
    }

    /// <summary>An anomaly was detected, or has grown.</summary>
    public async Task AnomalyAsync(UnitOfWork uow, Anomaly said, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var known = await CostSubjectStore.AnomalyAsync(uow.Connection, uow.Transaction, said.Id, cancellationToken);
            var anomaly = Anomaly.Merge(known, said);
            if (ReferenceEquals(anomaly, known)) return;
            if (!await CostSubjectStore.SaveAsync(uow, anomaly, cancellationToken)) continue;
            await outbox.RequestAsync(uow, [.. routes.RequestsFor(anomaly.Subject, anomaly.Account, anomaly.Rank, anomaly.Open)], cancellationToken);
            if (known is not null && known.Impact != anomaly.Impact)
                await ReplyAsync(uow, anomaly.Subject, CostReplies.Grown, new CostReply { Share = anomaly.Impact }, cancellationToken);
            return;
        }

        throw new UnreachableException($"Anomaly {said.Id} changed under our hands {Attempts} times.");
    }

    /// <summary>Changes a budget by a decision made on its present state; null decides for no change.</summary>
    /// <returns>The budget before and after, or null when nothing changed.</returns>
    public async Task<(Budget Before, Budget After)?> ChangeBudgetAsync(
        UnitOfWork uow, string id, Func<Budget, Budget?> decide, DateTimeOffset? refreshAt, (string Reply, CostReply Data)? line, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await CostSubjectStore.BudgetAsync(uow.Connection, uow.Transaction, id, cancellationToken) is not { } before) return null;
            if (decide(before) is not { } after) return null;
            if (!await CostSubjectStore.SaveAsync(uow, after, refreshAt?.ToUnixTimeMilliseconds(), cancellationToken)) continue;
            await outbox.MarkChangedAsync(uow, [new ChangedSubject(after.Subject, after.Rank, after.Open)], cancellationToken);
            if (line is { } one) await ReplyAsync(uow, after.Subject, one.Reply, one.Data, cancellationToken);
            return (before, after);
        }

        throw new UnreachableException($"Budget {id} changed under our hands {Attempts} times.");
    }

    /// <summary>The same for an anomaly.</summary>
    public async Task<(Anomaly Before, Anomaly After)?> ChangeAnomalyAsync(
        UnitOfWork uow, string id, Func<Anomaly, Anomaly?> decide, (string Reply, CostReply Data) line, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await CostSubjectStore.AnomalyAsync(uow.Connection, uow.Transaction, id, cancellationToken) is not { } before) return null;
            if (decide(before) is not { } after) return null;
            if (!await CostSubjectStore.SaveAsync(uow, after, cancellationToken)) continue;
            await outbox.MarkChangedAsync(uow, [new ChangedSubject(after.Subject, after.Rank, after.Open)], cancellationToken);
            await ReplyAsync(uow, after.Subject, line.Reply, line.Data, cancellationToken);
            return (before, after);
        }

        throw new UnreachableException($"Anomaly {id} changed under our hands {Attempts} times.");
    }

    /// <summary>Has messages drawn anew although nothing changed: somebody looks at an old one.</summary>
    public Task RefreshAsync(UnitOfWork uow, SubjectId subject, Severity rank, bool open, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(uow, [new ChangedSubject(subject, rank, open)], cancellationToken);

    private async Task BudgetAsync(
        UnitOfWork uow, string id, Func<Budget?, Budget> merge, DateTimeOffset refreshAt, string reply, CostReply data, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var known = await CostSubjectStore.BudgetAsync(uow.Connection, uow.Transaction, id, cancellationToken);
            var budget = merge(known);
            if (!await CostSubjectStore.SaveAsync(uow, budget, refreshAt.ToUnixTimeMilliseconds(), cancellationToken)) continue;
            await outbox.RequestAsync(uow, [.. routes.RequestsFor(budget.Subject, budget.Account, budget.Rank, budget.Open)], cancellationToken);
            await ReplyAsync(uow, budget.Subject, reply, data, cancellationToken);
            uow.AfterCommit(signal.Wake);
            return;
        }

        throw new UnreachableException($"Budget {id} changed under our hands {Attempts} times.");
    }

    private Task ReplyAsync(UnitOfWork uow, SubjectId subject, string reply, CostReply data, CancellationToken cancellationToken) =>
        outbox.ReplyAsync(uow, subject, reply, JsonSerializer.Serialize(data, CostJson.Default.CostReply), cancellationToken);
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
}

/// <summary>Wakes who asks AWS about budgets.</summary>
internal sealed class BudgetRefreshSignal : WakeSignal;
