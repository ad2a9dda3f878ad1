using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Email;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Reports;

/// <summary>
/// Makes reports: claims one in its row, reads, draws, and in one transaction keeps what it says and hands it to delivery and to the
/// e-mail outbox, both of which send a thing once. A making that fails or is killed leaves nothing behind and is made again.
/// </summary>
internal sealed partial class ReportService(
    IDatabase database,
    ReportStore store,
    ReportReader reader,
    ReportPublisher studio,
    IOutbox outbox,
    IEmailOutbox emails,
    IPolicy<Routes> routes,
    IPolicy<ReportPolicy> policy,
    ILocales locales,
    IAccess access,
    IAudit audit,
    TimeProvider time,
    ILogger<ReportService> logger) : IReports
{
    /// <summary>The thread reply that holds a section.</summary>
    public const string SectionReply = "report.section";

    public async Task<bool> RunDailyAsync(bool makeUp, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = await store.SinceAsync(now, cancellationToken);
        if (makeUp && DayOf(since) >= DayOf(now)) return false;
        return await MakeAsync(Plan(ReportKind.Daily, now), null, cancellationToken);
    }

    /// <summary>Makes a report because somebody asked; false when somebody did so within this minute.</summary>
    public async Task<bool> RunAsync(ReportKind kind, string userId, CancellationToken cancellationToken)
    {
        var report = Plan(kind, time.GetUtcNow());
        var act = new UserAction(userId, $"report.{kind.ToString().ToLowerInvariant()}", report.Subject, Role.Operator);
        await access.DemandAsync(act, cancellationToken);
        return await MakeAsync(report, act, cancellationToken);
    }

    /// <summary>What the report would say now. Nothing is kept, nobody else sees it.</summary>
    public async Task<Edition> PreviewAsync(Locale locale, CancellationToken cancellationToken)
    {
        var report = Plan(ReportKind.Now, time.GetUtcNow());
        return (await studio.PrintAsync(report, await reader.ReadAsync(report.Period, cancellationToken), locale, cancellationToken)).Edition;
    }

    /// <summary>The channels a report goes to.</summary>
    public IReadOnlyList<Destination> Destinations => routes.Value.For(RouteKind.Reports, new RouteFacts());

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
                return new Report($"yesterday-{local:yyyyMMdd-HHmm}", kind, new ReportPeriod(At(today.AddDays(-1)), At(today), At(today.AddDays(-2))));
            case ReportKind.Daily:
                // The day is part of the name: however late it is made up, it is that day's.
                return new Report($"daily-{local:yyyy-MM-dd}", kind, new ReportPeriod(now.AddDays(-1), now, now.AddDays(-2)));
            default:
                return new Report($"now-{local:yyyyMMdd-HHmm}", kind, new ReportPeriod(now.AddDays(-1), now, now.AddDays(-2)));
        }
    }

    private DateTime DayOf(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, locales.Default.Zone).Date;

    private async Task<bool> MakeAsync(Report report, UserAction? act, CancellationToken cancellationToken)
    {
        var (started, claimedAt) = (time.GetTimestamp(), time.GetUtcNow());
        if (!await ClaimAsync(report, act, claimedAt, cancellationToken)) return false;
        try
        {
            var readings = await reader.ReadAsync(report.Period, cancellationToken);
            var destinations = Destinations;
            var languages = destinations.Select(destination => destination.Language).Concat(policy.Value.Recipients.Select(recipients => recipients.Language))
                .Select(language => locales.For(language).Language).Distinct().ToList();
            var printed = new Dictionary<string, PublishedReport>(StringComparer.Ordinal);
            foreach (var language in languages) printed[language] = await studio.PrintAsync(report, readings, locales.For(language), cancellationToken);
            if (!await database.WriteAsync(uow => PublishAsync(uow, report, claimedAt, printed, destinations, cancellationToken), cancellationToken))
            {
                LogTakenOver(logger, report.Id);
                return false;
            }

            var (took, faults) = (time.GetElapsedTime(started), readings.Count(reading => reading.Fault is not null));
            LogMade(logger, report.Id, took, faults);
            return true;
        }
        catch
        {
            await store.ReleaseAsync(report.Id, claimedAt);
            throw;
        }
    }

    private Task<bool> ClaimAsync(Report report, UserAction? act, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            if (!await ReportStore.ClaimAsync(uow, report, act?.UserId, now, cancellationToken)) return false;
            if (act is not null) await audit.AppendAsync(uow, act, "done", "{}", cancellationToken);
            return true;
        },
        cancellationToken);

    private async Task<bool> PublishAsync(
        UnitOfWork uow, Report report, DateTimeOffset claimedAt, Dictionary<string, PublishedReport> printed, IReadOnlyList<Destination> destinations, CancellationToken cancellationToken)
    {
        if (!await ReportStore.FinishAsync(uow, report, claimedAt, printed.Values.Select(one => one.Edition), time.GetUtcNow(), cancellationToken)) return false;
        // No group: a report is never counted away in a storm.
        await outbox.RequestAsync(
            uow, [.. destinations.Select(to => new MessageRequest(report.Subject, to.Channel, to.Language, Severity.Informational, Open: false, Group: null))], cancellationToken);
        foreach (var section in printed.Values.SelectMany(one => one.Edition.Sections).Select(section => section.Id).Distinct())
        {
            await outbox.ReplyAsync(uow, report.Subject, SectionReply, System.Text.Json.JsonSerializer.Serialize(new ReportReplyData(section), ReportJson.Default.ReportReplyData), cancellationToken);
        }

        for (var i = 0; i < policy.Value.Recipients.Count; i++)
        {
            var recipients = policy.Value.Recipients[i];
            var locale = locales.For(recipients.Language);
            var key = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"report/{report.Id}/{locale.Language}/{i}");
            await emails.SendAsync(uow, ReportEmail.Render(key, recipients.To, printed[locale.Language], locale), cancellationToken);
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Making the report {Report} took so long that it was taken over; what this one read is dropped")]
    private static partial void LogTakenOver(ILogger logger, string report);

    [LoggerMessage(Level = LogLevel.Information, Message = "Made the report {Report} in {Took}; {Faults} sections could not be read")]
    private static partial void LogMade(ILogger logger, string report, TimeSpan took, int faults);
}
