using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery;

/// <summary>The updates that the workspace has left this minute, over all replicas.</summary>
internal sealed class UpdateBudget(IDatabase database, TimeProvider time)
{
    private const long Minute = 60_000;

    /// <summary>How often what is older than a minute is removed; it is not counted in any case.</summary>
    private static readonly TimeSpan ClearEvery = TimeSpan.FromSeconds(20);

    /// <summary>Replicas count one after the other. Spells "Upda" in ASCII.</summary>
    private const string OneByOne = "SELECT pg_advisory_xact_lock(x'55706461'::int)";

    private long _cleared = time.GetTimestamp();

    /// <summary>Takes one update from the budget of this minute.</summary>
    /// <returns>Zero when it was taken, otherwise how long to wait until the next can be.</returns>
    public Task<TimeSpan> TakeAsync(int perMinute, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            if (uow.Kind == DatabaseKind.Postgres) await uow.Connection.ExecuteAsync(OneByOne, transaction: uow.Transaction);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            // What a clock ahead of ours wrote says nothing of this minute.
            var parameters = new { now, since = now - Minute, ahead = now + Minute };
            if (time.GetElapsedTime(_cleared) > ClearEvery)
            {
                await uow.Connection.ExecuteAsync(
                    "DELETE FROM slack_updates WHERE made_at <= @since OR made_at > @ahead", parameters, uow.Transaction);
                _cleared = time.GetTimestamp();
            }

            var (used, oldest) = await uow.Connection.QuerySingleAsync<(long, long?)>(
                "SELECT COUNT(*), MIN(made_at) FROM slack_updates WHERE made_at > @since AND made_at <= @now", parameters,
                uow.Transaction);
            if (used >= perMinute) return TimeSpan.FromMilliseconds(oldest!.Value + Minute - now);
            await uow.Connection.ExecuteAsync("INSERT INTO slack_updates (made_at) VALUES (@now)", parameters, uow.Transaction);
            return TimeSpan.Zero;
        },
        cancellationToken);
}
