using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using Dapper;

namespace ChatOps.Assets;

/// <summary>How large the inventory is, and how old.</summary>
internal sealed class AssetGauges(IDatabase database, TimeProvider time) : IGaugeSource
{
    private static readonly Gauge Known = new("chatops.assets.known", "{asset}", "Assets that exist, by account.");
    private static readonly Gauge SyncAge = new(
        "chatops.assets.sync_age", "s", "Since the last complete sync, by account and Region; missing before the first.");

    // The count goes over the whole index of an estate that may hold a million.
    public TimeSpan Every { get; } = TimeSpan.FromMinutes(5);

    public IReadOnlyList<Gauge> Gauges { get; } = [Known, SyncAge];

    public async Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var counts = await connection.QueryAsync<(string Account, long Count)>(new CommandDefinition(
            "SELECT account, COUNT(*) FROM assets WHERE deleted_at IS NULL GROUP BY account", cancellationToken: cancellationToken));
        var syncs = await connection.QueryAsync<(string Account, string Region, long At)>(new CommandDefinition(
            "SELECT account, region, succeeded_at FROM asset_syncs WHERE succeeded_at IS NOT NULL", cancellationToken: cancellationToken));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return
        [
            .. counts.Select(row => Known.At(row.Count, new KeyValuePair<string, object?>("account", row.Account))),
            .. syncs.Select(row => SyncAge.At(Math.Max(0, now - row.At) / 1000d, new("account", row.Account), new("region", row.Region))),
        ];
    }
}
