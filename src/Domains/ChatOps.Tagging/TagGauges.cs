using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using Dapper;

namespace ChatOps.Tagging;

/// <summary>How many assets are not tagged as the policy asks.</summary>
internal sealed class TagGauges(IDatabase database) : IGaugeSource
{
    private static readonly Gauge Missing = new(
        "chatops.tags.missing", "{asset}", "Assets whose tags are not as the policy asks, by account.");

    public TimeSpan Every { get; } = TimeSpan.FromMinutes(5);

    public IReadOnlyList<Gauge> Gauges { get; } = [Missing];

    public async Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Account, long Count)>(new CommandDefinition(
            "SELECT account, COUNT(*) FROM tagging_gap GROUP BY account", cancellationToken: cancellationToken));
        return [.. rows.Select(row => Missing.At(row.Count, new KeyValuePair<string, object?>("account", row.Account)))];
    }
}
