using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using Dapper;

namespace ChatOps.Platform.Work;

/// <summary>What is due, of all kinds in one statement.</summary>
internal sealed class WorkGauges(IDatabase database, IEnumerable<IWorkKind> kinds, TimeProvider time) : IGaugeSource
{
    private static readonly Gauge Due = new("chatops.work.due", "{item}", "Items that are due and not done yet, by kind.");
    private static readonly Gauge OldestAge = new(
        "chatops.work.oldest_age", "s", "How long the oldest due item has been due, by kind; 0 when none is.");

    private readonly string _sql = string.Join("\nUNION ALL ", kinds.Select(kind => kind.CountSql));

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(30);

    public IReadOnlyList<Gauge> Gauges { get; } = [Due, OldestAge];

    public async Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_sql.Length == 0) return [];
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Kind, long Due, long? Oldest)>(
            new CommandDefinition(_sql, new { now }, cancellationToken: cancellationToken));
        return
        [
            .. rows.SelectMany(row =>
            {
                var kind = new KeyValuePair<string, object?>("kind", row.Kind);
                return (GaugeReading[])[
                    Due.At(row.Due, kind), OldestAge.At(row.Oldest is { } oldest ? Math.Max(0, now - oldest) / 1000d : 0, kind)
                ];
            }),
        ];
    }
}
