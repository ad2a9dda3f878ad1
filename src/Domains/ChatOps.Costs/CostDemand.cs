namespace ChatOps.Costs;

/// <summary>Who needs an answer of Cost Explorer. Each may use up another part of the month's requests.</summary>
internal enum CostPurpose
{
    /// <summary>Somebody waits for it.</summary>
    People,

    /// <summary>A digest or a report.</summary>
    Digest,

    /// <summary>Messages that are kept up to date.</summary>
    Background,
}

/// <summary>How an answer may be had.</summary>
/// <param name="Purpose">Who needs it.</param>
internal sealed record CostDemand(CostPurpose Purpose)
{
    /// <summary>Somebody waits: an old answer with its age is better than none.</summary>
    public static CostDemand People { get; } = new(CostPurpose.People) { TakesOld = true };

    /// <summary>A digest: what is older than the day's settlement is no answer.</summary>
    public static CostDemand Digest { get; } = new(CostPurpose.Digest);

    /// <summary>A message that is kept up to date: AWS learns of costs about three times a day, and more often nobody need ask.</summary>
    public static CostDemand Background { get; } = new(CostPurpose.Background) { MaxAge = TimeSpan.FromHours(8), TakesOld = true };

    /// <summary>How old an answer about open days may be; null for <c>ChatOps:Costs:KeepOpenDays</c>.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Whether an older answer will do when AWS gives none.</summary>
    public bool TakesOld { get; init; }

    /// <summary>Open days that were fetched before are read again; null for what their age says.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}
