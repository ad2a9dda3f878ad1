using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>
/// The life of a confirmed attempt: starting → running → verifying → resolved, corrected or unverified, or failed. Each look takes a lease
/// on the row, does one thing, and says when to look again; whether a timer, an event or a restart had it look makes no difference.
/// </summary>
internal sealed class RemediationWorker(
    IDatabase database,
    ApprovalWatch approvals,
    AutomationStart start,
    AutomationWatch watch,
    Verification verification,
    RemediationUndo undo,
    IOptions<RemediationOptions> options,
    TimeProvider time) : IWorkProcessor<RemediationRun>
{
    private static readonly TimeSpan PlansKept = TimeSpan.FromDays(1);
    private static readonly TimeSpan AwsWithin = TimeSpan.FromSeconds(30);

    public async Task ProcessAsync(WorkBatch<RemediationRun> batch, CancellationToken cancellationToken)
    {
        var attempt = batch.Items[0];
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(AwsWithin);
            var next = await LookAsync(batch, attempt, limit.Token);
            await database.WriteAsync(uow => batch.RescheduleAsync(uow, attempt, next), CancellationToken.None);
        }
        catch (Exception fault) when (fault is not LeaseLostException && !cancellationToken.IsCancellationRequested)
        {
            // The row says what is to be done; it is tried again.
            batch.Retry(attempt, fault, options.Value.BackOff(attempt.Attempts));
        }
    }

    /// <summary>Never asked for: each state ends by its own time.</summary>
    public Task GiveUpAsync(UnitOfWork uow, RemediationRun item, Exception fault, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public Task SweepAsync(CancellationToken cancellationToken) =>
        RemediationStore.ForgetPlansAsync(database, time.GetUtcNow() - PlansKept, cancellationToken);

    private Task<DateTimeOffset> LookAsync(WorkBatch<RemediationRun> batch, RemediationRun attempt, CancellationToken cancellationToken) =>
        attempt.State switch
        {
            RemediationRunState.AwaitingApproval => approvals.LookAsync(batch, attempt, cancellationToken),
            RemediationRunState.Starting => start.StartAsync(batch, attempt, cancellationToken),
            RemediationRunState.Running => watch.FollowAsync(batch, attempt, cancellationToken),
            RemediationRunState.Verifying => verification.VerifyAsync(batch, attempt, cancellationToken),
            _ => undo.CloseAsync(batch, attempt, cancellationToken),
        };
}
