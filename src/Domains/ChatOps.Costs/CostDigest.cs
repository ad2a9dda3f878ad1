namespace ChatOps.Costs;

/// <summary>A period's costs, as they were when its digest was made.</summary>
internal sealed record CostDigest
{
    /// <summary>The kind of its subject.</summary>
    public const string Kind = "cost-digest";

    /// <summary>Its period's own name, <c>daily-2026-03-03</c>: one digest each.</summary>
    public required string Id { get; init; }

    public required DigestFrequency Frequency { get; init; }

    /// <summary>The first day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The day after the last.</summary>
    public required DateOnly To { get; init; }

    /// <summary>What the period cost, by currency.</summary>
    public IReadOnlyList<Money> Totals { get; init; } = [];

    /// <summary>What the period before cost, by currency.</summary>
    public IReadOnlyList<Money> Before { get; init; } = [];

    /// <summary>What moved most.</summary>
    public IReadOnlyList<CostChange> Movers { get; init; } = [];

    /// <summary>What cost most.</summary>
    public IReadOnlyList<CostChange> Largest { get; init; } = [];

    /// <summary>What has no such tag.</summary>
    public IReadOnlyList<Money> Untagged { get; init; } = [];

    /// <summary>The tag that is missing there.</summary>
    public string UntaggedKey { get; init; } = "";

    /// <summary>What the present month is expected to come to; null when AWS does not say.</summary>
    public Money? MonthForecast { get; init; }

    /// <summary>The budgets, worst first.</summary>
    public IReadOnlyList<BudgetLine> Budgets { get; init; } = [];

    /// <summary>The anomalies of the period.</summary>
    public IReadOnlyList<Anomaly> Anomalies { get; init; } = [];

    /// <summary>Which parts could not be read: <c>budgets</c>, <c>anomalies</c>, <c>untagged</c>, <c>forecast</c>.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Whether AWS has not closed some of its days.</summary>
    public bool Estimated { get; init; }

    /// <summary>Slack's ids of its picture, by language.</summary>
    public IReadOnlyDictionary<string, BudgetPicture> Pictures { get; init; } = new Dictionary<string, BudgetPicture>();

    /// <summary>The last whole period before a day, and the one before that.</summary>
    public static (DateOnly From, DateOnly To, DateOnly Before) LastWhole(DigestFrequency frequency, DateOnly today)
    {
        switch (frequency)
        {
            case DigestFrequency.Daily:
                return (today.AddDays(-1), today, today.AddDays(-2));
            case DigestFrequency.Weekly:
                var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
                return (monday.AddDays(-7), monday, monday.AddDays(-14));
            default:
                var first = new DateOnly(today.Year, today.Month, 1);
                return (first.AddMonths(-1), first, first.AddMonths(-2));
        }
    }

    /// <summary>The day after the period that holds a day: until then the digest of the last one is not late.</summary>
    public static DateOnly EndOfPresent(DigestFrequency frequency, DateOnly today) => frequency switch
    {
        DigestFrequency.Daily => today.AddDays(1),
        DigestFrequency.Weekly => LastWhole(frequency, today).To.AddDays(7),
        _ => LastWhole(frequency, today).To.AddMonths(1),
    };
}
