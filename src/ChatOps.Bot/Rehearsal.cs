using ChatOps.Jobs;

namespace ChatOps.Bot;

/// <summary>What the sandbox may make the bot do that in production only the clock does.</summary>
public static class Rehearsal
{
    /// <summary>
    /// Runs, once each, the scheduled jobs whose time lay between two moments: the bot's clock was moved, and Hangfire reads the machine's.
    /// </summary>
    /// <returns>Their names.</returns>
    public static IReadOnlyList<string> RunTimetable(this IServiceProvider services, DateTimeOffset from, DateTimeOffset to) =>
        services.GetRequiredService<TimetableJump>().Run(from, to);

    /// <summary>Makes today's report unless it is made already; whether it was made by this call.</summary>
    public static Task<bool> RunDailyReportAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<IReports>().RunDailyAsync(makeUp: false, cancellationToken);
}
