using System.Text.Json;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;

namespace ChatOps.Health;

/// <summary>What people decide about health events: checked, claimed by compare-and-set, audited and said in the thread, in one transaction.</summary>
internal sealed class HealthActions(IDatabase database, IAccess access, IAudit audit, IOutbox outbox, TimeProvider time)
{
    private const int Attempts = 5;

    /// <summary>Somebody looks after it; a second click finds it done.</summary>
    public async Task AcknowledgeAsync(string userId, string id, CancellationToken cancellationToken)
    {
        var act = new UserAction(userId, HealthAcknowledgeButton.ActionId, HealthEvent.SubjectOf(id), Role.Operator);
        await access.DemandAsync(act, cancellationToken);
        var seen = await database.WriteAsync(uow => TryAsync(uow, act, id, cancellationToken), cancellationToken);
        if (seen is null) throw new UserFacingException("health.gone");
        if (seen.Acknowledged is { } acknowledged && acknowledged.ByUserId != userId) throw new UserFacingException("health.taken", ("who", $"<@{acknowledged.ByUserId}>"));
        if (seen.Acknowledged is null) throw new UserFacingException("health.over");
    }

    /// <summary>The event as it is now; null when there is none.</summary>
    private async Task<HealthEvent?> TryAsync(UnitOfWork uow, UserAction act, string id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await HealthStore.FindAsync(uow.Connection, uow.Transaction, id, cancellationToken) is not { } known) return null;
            if (!HealthAcknowledgeButton.MakesSense(known))
            {
                // Whoever clicked looked at an old message: bring it up to date.
                await outbox.MarkChangedAsync(uow, [new ChangedSubject(known.Subject, known.Rank, known.Open)], cancellationToken);
                return known;
            }

            var after = known with { Acknowledged = new HealthAcknowledgement(act.UserId, time.GetUtcNow()) };
            if (!await HealthStore.SaveAsync(uow, after, cancellationToken))
            {
                if (attempt == Attempts) throw new InvalidOperationException($"Health event {id} changed under our hands {Attempts} times.");
                continue;
            }

            await outbox.MarkChangedAsync(uow, [new ChangedSubject(after.Subject, after.Rank, after.Open)], cancellationToken);
            var data = JsonSerializer.Serialize(new HealthReplyData { ByUserId = act.UserId }, HealthJson.Default.HealthReplyData);
            await outbox.ReplyAsync(uow, after.Subject, HealthThread.Acknowledged, data, cancellationToken);
            await audit.AppendAsync(uow, act, "done", JsonSerializer.Serialize(new { arn = after.Arn, status = after.Status.ToString() }), cancellationToken);
            return after;
        }
    }
}
