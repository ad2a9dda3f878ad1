using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using ChatOps.Slack.Blocks;
using Dapper;

namespace ChatOps.Platform.Ingest;

/// <summary>When each source was last heard. Kept apart from the inbox, whose rows go after a month.</summary>
internal sealed class EventSources(IDatabase database)
{
    /// <summary>How many of the latest events are looked at: more than come between two readings.</summary>
    private const int Latest = 5_000;

    /// <summary>When each source was last heard, in Unix milliseconds, by source.</summary>
    public async Task<IReadOnlyList<(string Source, long At)>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var known = (await connection.QueryAsync<(string Source, long At)>(new CommandDefinition(
            "SELECT source, last_at FROM event_sources ORDER BY source", cancellationToken: cancellationToken)))
            .ToDictionary(row => row.Source, row => row.At, StringComparer.Ordinal);
        var heard = await connection.QueryAsync<(string Source, long At)>(new CommandDefinition(
            """
            SELECT source, MAX(received_at) FROM (SELECT source, received_at FROM inbox_events ORDER BY id DESC LIMIT @Latest) latest
            GROUP BY source
            """,
            new { Latest }, cancellationToken: cancellationToken));
        foreach (var (source, at) in heard.Where(row => known.GetValueOrDefault(row.Source) < row.At))
        {
            known[source] = at;
            await database.WriteAsync(uow => uow.Connection.ExecuteAsync(
                """
                INSERT INTO event_sources (source, last_at) VALUES (@source, @at)
                ON CONFLICT (source) DO UPDATE SET last_at = excluded.last_at WHERE excluded.last_at > event_sources.last_at
                """,
                new { source, at },
                uow.Transaction), cancellationToken);
        }

        return [.. known.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => (row.Key, row.Value))];
    }
}

/// <summary>How long ago each source was last heard.</summary>
internal sealed class EventSourceGauges(EventSources sources, TimeProvider time) : IGaugeSource
{
    private static readonly Gauge Age = new("chatops.last_event.age", "s", "How long ago the last event of a source came.");

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(15);

    public IReadOnlyList<Gauge> Gauges { get; } = [Age];

    public async Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return
        [
            .. (await sources.ReadAsync(cancellationToken)).Select(row => Age.At(
                Math.Max(0, now - row.At) / 1000d, KeyValuePair.Create("source", (object?)row.Source))),
        ];
    }
}

/// <summary>Where events come from, in <c>/chatops status</c>: the last of each source.</summary>
internal sealed class EventSourceStatus(EventSources sources) : IStatusSection
{
    public int Order => 7;

    public async Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        var rows = await sources.ReadAsync(cancellationToken);
        if (rows.Count == 0) return locale.Text("status.sources.none");
        return string.Join('\n', [locale.Text("status.sources"), .. rows.Select(row =>
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(row.At);
            return locale.Text(
                "status.source", ("source", Mrkdwn.Code(row.Source)),
                ("when", Mrkdwn.Date(at, "{date_short_pretty} {time_secs}", locale.DayAndTime(at))));
        })]);
    }
}
