using ChatOps.Platform.Policy;
using Cronos;
using Hangfire;

namespace ChatOps.Jobs;

/// <summary>
/// Runs what the timetable would have run in a stretch of time that was jumped over. Hangfire reads the machine's clock, not
/// <see cref="TimeProvider"/>: where the latter is moved, as in the sandbox, somebody must tell it.
/// </summary>
public sealed class TimetableJump
{
    private readonly IRecurringJobManager _manager;
    private readonly IPolicy<IReadOnlyList<Timetable.Entry>> _timetable;

    internal TimetableJump(IRecurringJobManager manager, IPolicy<IReadOnlyList<Timetable.Entry>> timetable) =>
        (_manager, _timetable) = (manager, timetable);

    /// <summary>
    /// Starts each job that has a time after <paramref name="from"/> and up to <paramref name="to"/>, once, as after a pause of the
    /// process.
    /// </summary>
    /// <returns>The jobs' names.</returns>
    public IReadOnlyList<string> Run(DateTimeOffset from, DateTimeOffset to)
    {
        var due = _timetable.Value.Where(entry => entry.Enabled && IsDue(entry, from, to)).Select(entry => entry.Id).ToList();
        foreach (var id in due) _manager.Trigger(id);
        return due;
    }

    private static bool IsDue(Timetable.Entry entry, DateTimeOffset from, DateTimeOffset to)
    {
        var format = entry.Cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6
            ? CronFormat.IncludeSeconds
            : CronFormat.Standard;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(entry.Zone);
        return CronExpression.Parse(entry.Cron, format).GetNextOccurrence(from, zone) is { } next && next <= to;
    }
}
