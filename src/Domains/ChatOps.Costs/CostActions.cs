using System.Text.Json;
using ChatOps.Platform.Access;
using ChatOps.Platform.Work;

namespace ChatOps.Costs;

/// <summary>
/// What people decide about budgets and anomalies. Each act is checked, claimed by compare-and-set, audited and said in the thread, in
/// one transaction; a second click finds it done.
/// </summary>
internal sealed class CostActions(SubjectActions actions, CostService changes, TimeProvider time)
{
    /// <summary>Somebody looks after a budget.</summary>
    public Task AcknowledgeBudgetAsync(string userId, string id, CancellationToken cancellationToken)
    {
        var mark = new Mark(userId, time.GetUtcNow());
        return BudgetAsync(
            new UserAction(userId, AcknowledgeBudgetButton.ActionId, new SubjectId(Budget.Kind, id), Role.Operator),
            budget => budget.Acknowledged is null ? budget with { Acknowledged = mark } : null,
            budget => budget.Acknowledged?.ByUserId == userId,
            _ => (CostReplies.Acknowledged, new CostReply { ByUserId = userId }),
            cancellationToken);
    }

    /// <summary>Somebody shall look after a budget.</summary>
    public Task AssignBudgetAsync(string userId, string id, string toUserId, CancellationToken cancellationToken)
    {
        var mark = new Mark(userId, time.GetUtcNow());
        return BudgetAsync(
            new UserAction(userId, AssignBudgetModal.ActionId, new SubjectId(Budget.Kind, id), Role.Operator),
            budget => budget.AssignedTo != toUserId
                ? budget with { AssignedTo = toUserId, Acknowledged = budget.Acknowledged ?? mark }
                : null,
            budget => budget.AssignedTo == toUserId,
            _ => (CostReplies.Assigned, new CostReply { ByUserId = userId, ToUserId = toUserId }),
            cancellationToken);
    }

    /// <summary>A budget is quiet until its next threshold.</summary>
    public Task SnoozeBudgetAsync(string userId, string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return BudgetAsync(
            new UserAction(userId, SnoozeButton.ActionId, new SubjectId(Budget.Kind, id), Role.Operator),
            budget => budget.Snoozed is null && budget.NextThreshold is { } next
                ? budget with { Snoozed = new Snooze(userId, now, next) }
                : null,
            budget => budget.Snoozed?.ByUserId == userId,
            budget => (CostReplies.Snoozed, new CostReply { ByUserId = userId, Until = budget.Snoozed?.Until }),
            cancellationToken);
    }

    /// <summary>Somebody looks after an anomaly.</summary>
    public Task AcknowledgeAnomalyAsync(string userId, string id, CancellationToken cancellationToken)
    {
        var mark = new Mark(userId, time.GetUtcNow());
        return actions.RunAsync(
            changes,
            new SubjectAction<Anomaly>(
                new UserAction(userId, AcknowledgeAnomalyButton.ActionId, new SubjectId(Anomaly.Kind, id), Role.Operator))
            {
                Decide = anomaly => anomaly.Acknowledged is null ? anomaly with { Acknowledged = mark } : null,
                IsDone = anomaly => anomaly.Acknowledged?.ByUserId == userId,
                Reply = _ => CostService.ReplyOf(CostReplies.Acknowledged, new CostReply { ByUserId = userId }),
                Details = _ => "{}",
            },
            cancellationToken);
    }

    private Task BudgetAsync(
        UserAction action, Func<Budget, Budget?> decide, Func<Budget, bool> isDone, Func<Budget, (string Reply, CostReply Data)> line,
        CancellationToken cancellationToken) =>
        actions.RunAsync(
            changes,
            new SubjectAction<Budget>(action)
            {
                Decide = decide,
                IsDone = isDone,
                Reply = budget => line(budget) is var (reply, data) ? CostService.ReplyOf(reply, data) : null,
                Details = change => JsonSerializer.Serialize(line(change.After).Data, CostJson.Default.CostReply),
            },
            cancellationToken);
}
