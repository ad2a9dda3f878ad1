using System.Linq.Expressions;
using ChatOps.Platform.Policy;
using Cronos;
using Hangfire;

namespace ChatOps.Jobs;

/// <summary>
/// What runs when: a line a job. <c>schedules.yaml</c> changes cron, zone, or whether it runs; queue, retries and locks stand on the jobs.
/// </summary>
internal static class Timetable
{
    /// <summary>Every scheduled job.</summary>
    public static IReadOnlyList<Entry> Entries { get; } =
    [
        // Looks which accounts' inventories are due (ChatOps:Assets:SyncEvery), interrupted or new; one query when none is. At the start
        // at once, so that whoever has just installed the bot need not wait for an inventory.
        Entry.Of<AssetSyncJob>("asset-sync", "* * * * *", "UTC", job => job.RunAsync(CancellationToken.None)) with { AtStart = true },
        // One short message in the morning, once a day however often it is asked for.
        Entry.Of<DailyReportJob>("daily-report", "0 9 * * *", "Asia/Seoul", job => job.RunAsync(CancellationToken.None)),
        // Looks until noon whether the morning's report was made, and makes it if the bot was down.
        Entry.Of<DailyReportMakeUpJob>("daily-report-makeup", "5/10 9-11 * * *", "Asia/Seoul", job => job.RunAsync(CancellationToken.None)),
        // A risk is accepted until an hour of the day, not until a second of it.
        Entry.Of<SuppressionExpiryJob>("suppression-expiry", "*/5 * * * *", "UTC", job => job.RunAsync(CancellationToken.None)),
        // Before the full hour, at which reports are read.
        Entry.Of<TagCensusJob>("tag-census", "50 * * * *", "UTC", job => job.RunAsync(CancellationToken.None)),
        // Budgets are updated some times a day; asking for them is free.
        Entry.Of<BudgetWatchJob>("budget-watch", "25 * * * *", "UTC", job => job.RunAsync(CancellationToken.None)),
        // AWS bills by UTC days, and knows what they cost a day later: a week's digest comes on Tuesday. A month's comes on the first and
        // is preliminary; the closed one comes on day ChatOps:Costs:Digest:ClosedOn of the next month, or on the first day after it on
        // which AWS has closed the bill. A period has one digest, however often this runs.
        Entry.Of<CostDigestJob>(CostDigestJob.Daily, "30 9 * * *", "Asia/Seoul", job => job.RunAsync("daily", CancellationToken.None)),
        Entry.Of<CostDigestJob>(CostDigestJob.Weekly, "35 9 * * 2", "Asia/Seoul", job => job.RunAsync("weekly", CancellationToken.None)),
        Entry.Of<CostDigestJob>(CostDigestJob.Monthly, "40 9 1 * *", "Asia/Seoul", job => job.RunAsync("monthly", CancellationToken.None)),
        Entry.Of<CostDigestJob>(
            CostDigestJob.Closed, "45 9 2-25 * *", "Asia/Seoul", job => job.RunAsync("monthlyClosed", CancellationToken.None)),
    ];

    /// <summary>
    /// Jobs of earlier versions: taken out of Hangfire's store, and no error in a <c>schedules.yaml</c> that still names them.
    /// </summary>
    public static IReadOnlyList<string> Retired { get; } = ["remediation-sweep"];

    /// <summary>Reads <c>schedules.yaml</c>: what is not named there runs as it stands here.</summary>
    public static IReadOnlyList<Entry> Read(PolicyMap root)
    {
        var schedules = root.Map("schedules");
        foreach (var id in Retired)
        {
            if (schedules?.Map(id) is { } own) _ = (own.Text("cron"), own.Text("zone"), own.Flag("enabled", true));
        }

        return [.. Entries.Select(entry => schedules?.Map(entry.Id) is { } own ? ReadEntry(entry, own) : entry)];
    }

    private static Entry ReadEntry(Entry entry, PolicyMap own)
    {
        var zone = own.Text("zone") ?? entry.Zone;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) own.Fault("zone", $"'{zone}' is not a time zone such as Asia/Seoul");
        var cron = own.Text("cron") ?? entry.Cron;
        try
        {
            // Hangfire's own reader.
            _ = CronExpression.Parse(cron, cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6
                ? CronFormat.IncludeSeconds
                : CronFormat.Standard);
        }
        catch (CronFormatException wrong)
        {
            own.Fault("cron", $"'{cron}' is no cron expression of five fields, minute hour day month weekday: {wrong.Message}");
        }

        return entry with { Cron = cron, Zone = zone, Enabled = own.Flag("enabled", true) };
    }

    /// <summary>A line of the timetable.</summary>
    /// <param name="Id">Its name in <c>schedules.yaml</c> and in the dashboard.</param>
    /// <param name="Cron">When, in five fields.</param>
    /// <param name="Zone">The IANA zone the fields are read in.</param>
    /// <param name="Put">Puts it into Hangfire.</param>
    internal sealed record Entry(string Id, string Cron, string Zone, Action<IRecurringJobManager, Entry> Put)
    {
        /// <summary>A disabled job is removed from Hangfire.</summary>
        public bool Enabled { get; init; } = true;

        /// <summary>Runs once when the host starts, too.</summary>
        public bool AtStart { get; init; }

        /// <summary>A job's line.</summary>
        public static Entry Of<T>(string id, string cron, string zone, Expression<Func<T, Task>> run) =>
            new(id, cron, zone, (manager, entry) =>
                manager.AddOrUpdate(entry.Id, run, entry.Cron, new RecurringJobOptions
                {
                    TimeZone = TimeZoneInfo.FindSystemTimeZoneById(entry.Zone),
                    // What was missed while nobody ran is run once, not once for each time.
                    MisfireHandling = MisfireHandlingMode.Relaxed,
                }));
    }
}
