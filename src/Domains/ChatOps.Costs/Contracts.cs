namespace ChatOps.Costs;

/// <summary>Makes digests of costs; what the jobs call.</summary>
public interface ICostDigests
{
    /// <summary>Makes the digest of the last whole period, unless there is one: a period has one digest, however often this runs.</summary>
    Task MakeAsync(DigestFrequency frequency, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the last whole period's digest should have been made by now and was not: nobody ran when its time came. Not so before the
    /// first digest of the kind, for a new installation has missed nothing.
    /// </summary>
    /// <param name="frequency">Which digest.</param>
    /// <param name="nextRun">When the timetable runs it next.</param>
    /// <param name="zone">The timetable's zone.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<bool> MissedAsync(DigestFrequency frequency, DateTimeOffset nextRun, TimeZoneInfo zone, CancellationToken cancellationToken);
}

/// <summary>Looks at the budgets of all accounts; what the jobs call.</summary>
public interface IBudgetWatch
{
    /// <summary>Reports every budget that is overrun, or will be, of which no notification came.</summary>
    Task WatchAsync(CancellationToken cancellationToken);
}

/// <summary>How often a digest is made.</summary>
public enum DigestFrequency
{
    /// <summary>A day.</summary>
    Daily,

    /// <summary>A week, Monday to Sunday.</summary>
    Weekly,

    /// <summary>A calendar month, when it has just ended: preliminary.</summary>
    Monthly,

    /// <summary>A calendar month, when AWS has closed its bill.</summary>
    MonthlyClosed,
}
