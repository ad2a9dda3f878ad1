namespace ChatOps.Findings;

/// <summary>The <c>ChatOps:Findings</c> section.</summary>
internal sealed class FindingsOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Findings";

    /// <summary>So many passes are incremental between two full ones: a full pass a day.</summary>
    private const int PassesPerFull = 24;

    /// <summary>
    /// How often what we know is reconciled with Security Hub, besides the first time at start: events may be lost. It is the time between
    /// the end of a pass and the next.
    /// </summary>
    public TimeSpan ReconcileEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The time between two pages of a pass. GetFindings takes three calls a second of an account and Region; others need some of them.
    /// </summary>
    public TimeSpan PageEvery { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often all that is open is read, rather than what has changed.</summary>
    public TimeSpan FullPassEvery => ReconcileEvery * PassesPerFull;
}
