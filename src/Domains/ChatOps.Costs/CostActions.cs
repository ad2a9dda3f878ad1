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

    /// <summary>Nobody looks after a budget any more.</summary>
    public Task UnacknowledgeBudgetAsync(string userId, string id, CancellationToken cancellationToken) => BudgetAsync(
        new UserAction(userId, UnacknowledgeBudgetButton.ActionId, new SubjectId(Budget.Kind, id), Role.Operator),
        budget => budget.Acknowledged is null && budget.AssignedTo is null ? null : budget with { Acknowledged = null, AssignedTo = null },
        budget => budget.Acknowledged is null,
        _ => (CostReplies.Unacknowledged, new CostReply { ByUserId = userId }),
        cancellationToken);

    /// <summary>A budget is quiet no longer.</summary>
    public Task UnsnoozeBudgetAsync(string userId, string id, CancellationToken cancellationToken) => BudgetAsync(
        new UserAction(userId, UnsnoozeButton.ActionId, new SubjectId(Budget.Kind, id), Role.Operator),
        budget => budget.Snoozed is null ? null : budget with { Snoozed = null },
        budget => budget.Snoozed is null,
        _ => (CostReplies.Unsnoozed, new CostReply { ByUserId = userId }),
        cancellationToken);

    /// <summary>Somebody shall look after an anomaly.</summary>
    public Task AssignAnomalyAsync(string userId, string id, string toUserId, CancellationToken cancellationToken)
    {
        var mark = new Mark(userId, time.GetUtcNow());
        return AnomalyAsync(
            new UserAction(userId, AssignAnomalyModal.ActionId, new SubjectId(Anomaly.Kind, id), Role.Operator),
            anomaly => anomaly.AssignedTo != toUserId
                ? anomaly with { AssignedTo = toUserId, Acknowledged = anomaly.Acknowledged ?? mark }
                : null,
            anomaly => anomaly.AssignedTo == toUserId,
            (CostReplies.Assigned, new CostReply { ByUserId = userId, ToUserId = toUserId }), cancellationToken);
    }

    /// <summary>Somebody says whether an anomaly was one. AWS is told before: what it refused is not recorded.</summary>
    public Task FeedbackAsync(string userId, string id, string feedback, CancellationToken cancellationToken) => AnomalyAsync(
        new UserAction(userId, AnomalyFeedbackSelect.ActionId, new SubjectId(Anomaly.Kind, id), Role.Operator),
        anomaly => anomaly.Feedback?.Answer == feedback
            ? null
            : anomaly with { Feedback = new AnomalyFeedback(feedback, new Mark(userId, time.GetUtcNow())) },
        anomaly => anomaly.Feedback?.Answer == feedback,
        (CostReplies.Feedback, new CostReply { ByUserId = userId, Text = feedback }), cancellationToken);

    /// <summary>Somebody looks after an anomaly.</summary>
    public Task AcknowledgeAnomalyAsync(string userId, string id, CancellationToken cancellationToken)
    {
        var mark = new Mark(userId, time.GetUtcNow());
        return AnomalyAsync(
            new UserAction(userId, AcknowledgeAnomalyButton.ActionId, new SubjectId(Anomaly.Kind, id), Role.Operator),
            anomaly => anomaly.Acknowledged is null ? anomaly with { Acknowledged = mark } : null,
            anomaly => anomaly.Acknowledged?.ByUserId == userId,
            (CostReplies.Acknowledged, new CostReply { ByUserId = userId }), cancellationToken);
    }

    private Task AnomalyAsync(
        UserAction action, Func<Anomaly, Anomaly?> decide, Func<Anomaly, bool> isDone, (string Reply, CostReply Data) line,
        CancellationToken cancellationToken) =>
        actions.RunAsync(
            changes,
            new SubjectAction<Anomaly>(action)
            {
                Decide = decide,
                IsDone = isDone,
                Reply = _ => CostService.ReplyOf(line.Reply, line.Data),
                Details = _ => JsonSerializer.Serialize(line.Data, CostJson.Default.CostReply),
            },
            cancellationToken);

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
