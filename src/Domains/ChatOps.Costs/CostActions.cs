using System.Text.Json;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;

namespace ChatOps.Costs;

/// <summary>
/// What people decide about budgets and anomalies. Each act is checked, claimed by compare-and-set, audited and said in the thread, in
/// one transaction; a second click finds it done.
/// </summary>
internal sealed class CostActions(IDatabase database, IAccess access, IAudit audit, CostService recorder, TimeProvider time)
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
            budget => budget.AssignedTo != toUserId ? budget with { AssignedTo = toUserId, Acknowledged = budget.Acknowledged ?? mark } : null,
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
            budget => budget.Snoozed is null && budget.NextThreshold is { } next ? budget with { Snoozed = new Snooze(userId, now, next) } : null,
            budget => budget.Snoozed?.ByUserId == userId,
            budget => (CostReplies.Snoozed, new CostReply { ByUserId = userId, Until = budget.Snoozed?.Until }),
            cancellationToken);
    }

    /// <summary>Somebody looks after an anomaly.</summary>
    public async Task AcknowledgeAnomalyAsync(string userId, string id, CancellationToken cancellationToken)
    {
        var act = new UserAction(userId, AcknowledgeAnomalyButton.ActionId, new SubjectId(Anomaly.Kind, id), Role.Operator);
        await access.DemandAsync(act, cancellationToken);
        var mark = new Mark(userId, time.GetUtcNow());
        var seen = await database.WriteAsync(
            async uow =>
            {
                Anomaly? stands = null;
                var change = await recorder.ChangeAnomalyAsync(
                    uow, id,
                    anomaly =>
                    {
                        stands = anomaly;
                        return anomaly.Acknowledged is null ? anomaly with { Acknowledged = mark } : null;
                    },
                    (CostReplies.Acknowledged, new CostReply { ByUserId = userId }), cancellationToken);
                if (change is not null)
                {
                    await audit.AppendAsync(uow, act, "done", "{}", cancellationToken);
                    return (Done: true, Stands: stands);
                }

                if (stands is not null) await recorder.RefreshAsync(uow, stands.Subject, stands.Rank, stands.Open, cancellationToken);
                return (Done: false, Stands: stands);
            },
            cancellationToken);
        if (seen.Done || seen.Stands?.Acknowledged?.ByUserId == userId) return;
        throw Late(seen.Stands is null, seen.Stands?.Acknowledged?.ByUserId);
    }

    private async Task BudgetAsync(
        UserAction act, Func<Budget, Budget?> decide, Func<Budget, bool> isMine, Func<Budget, (string Reply, CostReply Data)> line, CancellationToken cancellationToken)
    {
        await access.DemandAsync(act, cancellationToken);
        var seen = await database.WriteAsync(
            async uow =>
            {
                Budget? stands = null;
                Budget? decided = null;
                if (await CostSubjectStore.BudgetAsync(uow.Connection, uow.Transaction, act.Subject.Key, cancellationToken) is { } present)
                {
                    stands = present;
                    decided = decide(present);
                }

                if (decided is null)
                {
                    // Whoever clicked looked at an old message: bring it up to date.
                    if (stands is not null) await recorder.RefreshAsync(uow, stands.Subject, stands.Rank, stands.Open, cancellationToken);
                    return (Done: false, Stands: stands);
                }

                var said = line(decided);
                var change = await recorder.ChangeBudgetAsync(uow, act.Subject.Key, decide, time.GetUtcNow() + RefreshSoon, said, cancellationToken);
                if (change is not { } done) return (Done: false, Stands: stands);
                var details = JsonSerializer.Serialize(said.Data, CostJson.Default.CostReply);
                await audit.AppendAsync(uow, act, "done", details, cancellationToken);
                return (Done: true, Stands: done.After);
            },
            cancellationToken);
        if (seen.Done || (seen.Stands is { } mine && isMine(mine))) return;
        throw Late(seen.Stands is null, seen.Stands?.Snoozed?.ByUserId ?? seen.Stands?.Acknowledged?.ByUserId);
    }

    /// <summary>Somebody looks at it: its figures are renewed within the hour.</summary>
    private static readonly TimeSpan RefreshSoon = TimeSpan.FromHours(1);

    private static UserFacingException Late(bool gone, string? byUserId) => gone
        ? new UserFacingException("cost.gone")
        : new UserFacingException("cost.late", ("who", byUserId is null ? "–" : Slack.Blocks.Mrkdwn.User(byUserId)));
}
