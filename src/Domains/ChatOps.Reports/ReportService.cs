using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;

namespace ChatOps.Reports;

/// <summary>Which report is made when: the daily one once a day, others when somebody asks who may, a preview for anybody.</summary>
internal sealed class ReportService(
    ReportStore store, ReportReader reader, ReportPublisher publisher, ReportMaker maker, ILocales locales, IAccess access,
    TimeProvider time) : IReports
{
    public async Task<bool> RunDailyAsync(bool makeUp, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = await store.SinceAsync(now, cancellationToken);
        if (makeUp && DayOf(since) >= DayOf(now)) return false;
        return await maker.MakeAsync(Plan(ReportKind.Daily, now), null, cancellationToken);
    }

    /// <summary>Makes a report because somebody asked; false when somebody did so within this minute.</summary>
    public async Task<bool> RunAsync(ReportKind kind, string userId, CancellationToken cancellationToken)
    {
        var report = Plan(kind, time.GetUtcNow());
        var act = new UserAction(userId, $"report.{kind.ToString().ToLowerInvariant()}", report.Subject, Role.Operator);
        await access.DemandAsync(act, cancellationToken);
        return await maker.MakeAsync(report, act, cancellationToken);
    }

    /// <summary>What the report would say now. Nothing is kept, nobody else sees it.</summary>
    public async Task<Edition> PreviewAsync(Locale locale, CancellationToken cancellationToken)
    {
        var report = Plan(ReportKind.Now, time.GetUtcNow());
        var readings = await reader.ReadAsync(report.Period, cancellationToken);
        return (await publisher.PrintAsync(report, readings, locale, cancellationToken)).Edition;
    }

    /// <summary>Which report is due at a moment, and about what.</summary>
    internal Report Plan(ReportKind kind, DateTimeOffset now)
    {
        var zone = locales.Default.Zone;
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        DateTimeOffset At(DateTime day) => new(day, zone.GetUtcOffset(day));
        switch (kind)
        {
            case ReportKind.Yesterday:
                var today = local.Date;
                return new Report(
                    $"yesterday-{local:yyyyMMdd-HHmm}", kind, new ReportPeriod(At(today.AddDays(-1)), At(today), At(today.AddDays(-2))));
            case ReportKind.Daily:
                // The day is part of the name: however late it is made up, it is that day's.
                return new Report($"daily-{local:yyyy-MM-dd}", kind, new ReportPeriod(now.AddDays(-1), now, now.AddDays(-2)));
            default:
                return new Report($"now-{local:yyyyMMdd-HHmm}", kind, new ReportPeriod(now.AddDays(-1), now, now.AddDays(-2)));
        }
    }

    private DateTime DayOf(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, locales.Default.Zone).Date;
}
