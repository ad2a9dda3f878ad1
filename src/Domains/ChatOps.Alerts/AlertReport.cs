using System.Data.Common;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Reports;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>
/// The daily report's section about alerts: what fired, what still does, the noisiest rules, how fast people were, against the period
/// before.
/// </summary>
internal sealed class AlertReport(IDatabase database) : IReportSource
{
    private const int RulesShown = 5;
    private const int CriticalShown = 10;

    /// <summary>What fires and is not kept quiet.</summary>
    private const string Open = "(ended_at IS NULL AND state <> 'Silenced')";

    /// <summary>A heartbeat is to fire always, and an alert of severity none is no trouble: neither is counted.</summary>
    private const string Judged =
        "lower(COALESCE(doc ->> 'severityWord', '')) <> 'none' AND name NOT IN ('Watchdog', 'DeadMansSwitch', 'InfoInhibitor')";

    public string Id => "alerts";

    public int Order => 20;

    public async Task<IReportContent> ReadAsync(ReportPeriod period, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var now = await FiguresAsync(connection, period.From, period.To, cancellationToken);
        var before = await FiguresAsync(connection, period.PreviousFrom, period.From, cancellationToken);
        var rules = (await connection.QueryAsync<RuleFigures>(new CommandDefinition(
            $"""
            SELECT name AS Name, MIN(rank) AS Rank, CAST(SUM(fired) AS bigint) AS Fired, COUNT(*) AS Groups, CAST(SUM(CASE
              WHEN ended_at IS NULL THEN 1 ELSE 0 END) AS bigint) AS Firing
            FROM alert_groups WHERE started_at >= @from AND started_at < @to AND {Judged} GROUP BY name
              ORDER BY SUM(fired) DESC, MIN(rank), name LIMIT @most
            """,
            new { from = Ms(period.From), to = Ms(period.To), most = RulesShown }, cancellationToken: cancellationToken))).ToList();
        var hours = (await connection.QueryAsync<(long Hour, long Count)>(new CommandDefinition(
            "SELECT (started_at - @from) / 3600000 AS hour, COUNT(*) FROM alert_groups WHERE started_at >= @from AND started_at < @to " +
            $"AND {Judged} GROUP BY 1 ORDER BY 1",
            new { from = Ms(period.From), to = Ms(period.To) }, cancellationToken: cancellationToken))).ToDictionary(
                row => row.Hour, row => row.Count);
        var open = (await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            $"SELECT doc, version FROM alert_groups WHERE {Open} AND rank = 0 AND started_at < @to AND {Judged} " +
            "ORDER BY started_at LIMIT @most",
            new { to = Ms(period.To), most = CriticalShown }, cancellationToken: cancellationToken)))
            .Select(row => AlertJson.Read(row.Doc, row.Version)).ToList();
        return new AlertReportContent(period, now, before, rules, hours) { OpenCritical = open };
    }

    /// <summary>Percentiles would need every row; means are read in one pass, whatever the number.</summary>
    private static async Task<AlertFigures> FiguresAsync(
        DbConnection connection, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleAsync<AlertFigures>(new CommandDefinition(
            $"""
            SELECT
              CAST(COALESCE(SUM(CASE WHEN started_at >= @from THEN 1 ELSE 0 END), 0) AS bigint) AS Fired,
              CAST(COALESCE(SUM(CASE WHEN started_at >= @from AND rank = 0 THEN 1 ELSE 0 END), 0) AS bigint) AS Critical,
              CAST(COALESCE(SUM(CASE WHEN ended_at >= @from AND ended_at < @to THEN 1 ELSE 0 END), 0) AS bigint) AS Resolved,
              CAST(AVG(CASE WHEN started_at >= @from AND acknowledged_at IS NOT NULL THEN acknowledged_at - started_at END)
                AS double precision) AS ToAcknowledge,
              CAST(AVG(CASE WHEN ended_at >= @from AND ended_at < @to THEN ended_at - started_at END) AS double precision) AS ToResolve,
              CAST(COALESCE(SUM(CASE WHEN {Open} OR ended_at >= @to THEN 1 ELSE 0 END), 0) AS bigint) AS StillFiring,
              CAST(COALESCE(SUM(CASE WHEN ({Open} OR ended_at >= @to) AND rank = 0 THEN 1 ELSE 0 END), 0) AS bigint) AS StillCritical
            FROM alert_groups WHERE started_at < @to AND (ended_at IS NULL OR ended_at >= @from) AND {Judged}
            """,
            new { from = Ms(from), to = Ms(to) }, cancellationToken: cancellationToken));
        return row;
    }

    private static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();
}

/// <summary>What a period was like.</summary>
internal sealed record AlertFigures
{
    public long Fired { get; init; }

    public long Critical { get; init; }

    public long Resolved { get; init; }

    public double? ToAcknowledge { get; init; }

    public double? ToResolve { get; init; }

    public long StillFiring { get; init; }

    public long StillCritical { get; init; }
}

/// <summary>How often a rule fired.</summary>
internal sealed record RuleFigures
{
    public string Name { get; init; } = "";

    public long Rank { get; init; }

    public long Fired { get; init; }

    public long Groups { get; init; }

    public long Firing { get; init; }
}

/// <summary>The section, ready to be said. Pure.</summary>
internal sealed record AlertReportContent(
    ReportPeriod Period, AlertFigures Now, AlertFigures Before, IReadOnlyList<RuleFigures> Rules, IReadOnlyDictionary<long, long> Hours)
        : IReportContent
{
    /// <summary>The critical groups that nobody keeps quiet, the oldest first.</summary>
    public IReadOnlyList<AlertGroup> OpenCritical { get; init; } = [];

    public ReportSection Render(Locale locale) => new(locale.Text("alert.report.title"), Verdict(locale))
    {
        Figures =
        [
            new(
                locale.Text("alert.report.fired"), locale.Number(Now.Fired), Change(Now.Fired, Before.Fired, locale),
                Better(Now.Fired, Before.Fired)),
            new(
                locale.Text("alert.report.still"), locale.Number(Now.StillFiring), Change(Now.StillFiring, Before.StillFiring, locale),
                Better(Now.StillFiring, Before.StillFiring)),
            new(
                locale.Text("alert.report.to-acknowledge"), Length(Now.ToAcknowledge, locale),
                LengthChange(Now.ToAcknowledge, Before.ToAcknowledge, locale), Better(Now.ToAcknowledge, Before.ToAcknowledge)),
            new(
                locale.Text("alert.report.to-resolve"), Length(Now.ToResolve, locale),
                LengthChange(Now.ToResolve, Before.ToResolve, locale), Better(Now.ToResolve, Before.ToResolve)),
        ],
        Lines = Now.Fired == 0 && Now.StillFiring == 0 && Now.Resolved == 0
            ? [new ReportLine(locale.Text("alert.report.none"))]
            :
            [
                new ReportLine(locale.Text(
                    "alert.report.line", ("fired", Now.Fired), ("critical", Now.Critical), ("resolved", Now.Resolved),
                    ("still", Now.StillFiring))),
                .. OpenCritical.Select(group => new ReportLine(
                    locale.Text("alert.report.open-critical", ("name", group.Name), ("when", locale.DayAndTime(group.StartedAt))),
                    LinkOf(group))),
            ],
        Tables = Rules.Count == 0 ? [] :
        [
            new ReportTable(
                [
                    locale.Text("alert.report.rule"), locale.Text("alert.report.severity"), locale.Text("alert.report.times"),
                    locale.Text("alert.state.firing")
                ],
                [.. Rules.Select(rule => (IReadOnlyList<string>)[
                    rule.Name, locale.Severity((Severity)rule.Rank), locale.Number(rule.Fired), locale.Number(rule.Firing)
                ])]),
        ],
        Charts = Now.Fired == 0 ? [] : [painter => painter.Draw(
            new LineChart(locale.Text("alert.report.chart"), [new Series(locale.Text("alert.report.fired"), Points())]) { Filled = true },
            locale)],
    };

    private static Uri? LinkOf(AlertGroup group) =>
        new[] { group.Telling.Select(alert => alert.GeneratorUrl).FirstOrDefault(url => url is not null), group.ExternalUrl }
            .Select(url => Uri.TryCreate(url, UriKind.Absolute, out var link) && link.Scheme is "http" or "https" ? link : null)
            .FirstOrDefault(link => link is not null);

    private ReportVerdict Verdict(Locale locale) => Now switch
    {
        { StillCritical: > 0 } => new(ReportVerdictLevel.Bad, locale.Text("alert.report.verdict.critical", ("count", Now.StillCritical))),
        { StillFiring: > 0 } => new(ReportVerdictLevel.Watch, locale.Text("alert.report.verdict.firing", ("count", Now.StillFiring))),
        _ => new(ReportVerdictLevel.Quiet, locale.Text("alert.report.verdict.quiet")),
    };

    private List<(DateTimeOffset, double)> Points()
    {
        var hours = (int)Math.Clamp(Math.Ceiling((Period.To - Period.From).TotalHours), 1, 24 * 31);
        return [.. Enumerable.Range(0, hours).Select(hour => (Period.From.AddHours(hour), (double)Hours.GetValueOrDefault(hour)))];
    }

    private static string? Change(long now, long before, Locale locale) =>
        now == before ? "±0" : now > before ? $"+{locale.Number(now - before)}" : $"−{locale.Number(before - now)}";

    private static bool? Better(double? now, double? before) => now is null || before is null || now == before ? null : now < before;

    private static string Length(double? milliseconds, Locale locale) =>
        milliseconds is { } length ? locale.Duration(TimeSpan.FromMilliseconds(length)) : "–";

    private static string? LengthChange(double? now, double? before, Locale locale) =>
        now is { } length && before is { } earlier && Math.Abs(length - earlier) >= 1000
            ? $"{(length > earlier ? "+" : "−")}{locale.Duration(TimeSpan.FromMilliseconds(length - earlier))}"
            : null;
}
