using System.Text.Json;
using ChatOps.Platform.Access;
using ChatOps.Platform.Work;

namespace ChatOps.Health;

/// <summary>What people decide about health events.</summary>
internal sealed class HealthActions(SubjectActions actions, HealthChanges changes, TimeProvider time)
{
    /// <summary>Somebody looks after it; a second click finds it done.</summary>
    public Task AcknowledgeAsync(string userId, string id, CancellationToken cancellationToken) => actions.RunAsync(
        changes,
        new SubjectAction<HealthEvent>(new UserAction(userId, HealthAcknowledgeButton.ActionId, HealthEvent.SubjectOf(id), Role.Operator))
        {
            Decide = health => HealthAcknowledgeButton.MakesSense(health)
                ? health with { Acknowledged = new HealthAcknowledgement(userId, time.GetUtcNow()) }
                : null,
            IsDone = health => health.Acknowledged?.ByUserId == userId,
            Reply = _ => new SubjectReply(
                HealthThread.Acknowledged,
                JsonSerializer.Serialize(new HealthReplyData { ByUserId = userId }, HealthJson.Default.HealthReplyData)),
            Details = change => JsonSerializer.Serialize(new { arn = change.After.Arn, status = change.After.Status.ToString() }),
        },
        cancellationToken);
}
