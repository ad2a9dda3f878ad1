using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Remediation.Tests;

/// <summary>A process's looks at remediations.</summary>
internal sealed class RemediationLooks(RemediationWorld world, RemediationWorker worker)
{
    private readonly TestWorker<RemediationRun> _worker = new(RemediationStore.Work, worker, world.Database, world.Time);

    /// <summary>
    /// Looks at one as an event would have it, or at its due time. When to look again; null when there is nothing to wait for, or somebody
    /// else looks.
    /// </summary>
    public async Task<DateTimeOffset?> AdvanceAsync(string id, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        if (due is { } planned && await world.DueAsync(id) != planned) return null;
        if (due is null) await WakeAsync(id);
        return await _worker.RunOnceAsync(cancellationToken) > 0 ? await world.DueAsync(id) : null;
    }

    /// <summary>Looks at whatever is due now.</summary>
    public Task<int> LookAtDueAsync() => _worker.RunOnceAsync(CancellationToken.None);

    /// <summary>Begins to look, as a process that dies.</summary>
    public Task<WorkBatch<RemediationRun>?> TakeAsync() => _worker.TakeAsync();

    /// <summary>What a process that is gone has left.</summary>
    public async Task<IReadOnlyList<string>> RecoverAsync()
    {
        await worker.SweepAsync(CancellationToken.None);
        return await world.WokenAsync();
    }

    public Task WakeAsync(string id) => world.Database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(
            """
            UPDATE remediation SET due_at = CASE WHEN due_at <= @now THEN due_at - 1 ELSE @now END
            WHERE id = @id AND state IN ('awaiting_approval', 'starting', 'running', 'verifying')
            """,
            new { id, now = world.Time.GetUtcNow().ToUnixTimeMilliseconds() }, uow.Transaction),
        CancellationToken.None);
}
