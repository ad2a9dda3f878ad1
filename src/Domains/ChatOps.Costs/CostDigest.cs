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

    /// <summary>What the days cost that are compared with as many before; null when that is all of the period.</summary>
    public IReadOnlyList<Money>? Compared { get; init; }

    /// <summary>How many days those are.</summary>
    public int? ComparedDays { get; init; }

    /// <summary>What as many days before cost, by currency: of a day, the same weekday a week before.</summary>
    public IReadOnlyList<Money> Before { get; init; } = [];

    /// <summary>Of a day: the mean of the seven days before it, by currency.</summary>
    public IReadOnlyList<Money> WeekMean { get; init; } = [];

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

    /// <summary>The charges beside usage.</summary>
    public IReadOnlyList<ChargeSum> Charges { get; init; } = [];

    /// <summary>The same of the period before.</summary>
    public IReadOnlyList<ChargeSum> ChargesBefore { get; init; } = [];

    /// <summary>All charges together, by currency.</summary>
    public IReadOnlyList<Money> NetTotals { get; init; } = [];

    /// <summary>How many budgets there are; <see cref="Budgets"/> has the worst of them. Null in rows of earlier versions.</summary>
    public int? BudgetCount { get; init; }

    /// <summary>How many of them are exceeded, or about to be.</summary>
    public int OverCount { get; init; }

    /// <summary>The budgets are those of the digest's own month, as they ended.</summary>
    public bool BudgetsEnded { get; init; }

    /// <summary>How many anomalies there are; null in rows of earlier versions.</summary>
    public int? AnomalyCount { get; init; }

    /// <summary>Its month has only just ended: AWS still learns of its last days and has not billed tax, support and fees.</summary>
    public bool IsPreliminary { get; init; }

    /// <summary>On which day of the next month the closed digest comes.</summary>
    public int ClosedOn { get; init; }

    /// <summary>The closed digest of the month is there.</summary>
    public bool IsFollowed { get; init; }

    /// <summary>How much of the month's requests to Cost Explorer is used up, where that is much; null where it is not.</summary>
    public decimal? RequestsUsed { get; init; }

    /// <summary>When its figures changed last; null when they are those that it was made with.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Why there are no figures; null when there are.</summary>
    public string? Failure { get; init; }

    /// <summary>Which parts could not be read: <c>budgets</c>, <c>anomalies</c>, <c>untagged</c>, <c>forecast</c>.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Whether AWS has not closed some of its days.</summary>
    public bool Estimated { get; init; }

    /// <summary>Slack's ids of its picture, by language.</summary>
    public IReadOnlyDictionary<string, BudgetPicture> Pictures { get; init; } = new Dictionary<string, BudgetPicture>();
}

/// <summary>What a kind of charge came to.</summary>
internal sealed record ChargeSum(CostCharge Charge, Money Money);

/// <summary>A digest's period and the one that it is compared with.</summary>
/// <param name="From">Its first day.</param>
/// <param name="To">The day after its last.</param>
/// <param name="Before">The first day that it is compared with; of a day the same weekday a week before.</param>
internal sealed record DigestPeriod(DateOnly From, DateOnly To, DateOnly Before)
{
    /// <summary>How many days are compared: months have as many in common as the shorter.</summary>
    public int Compared => Math.Min(To.DayNumber - From.DayNumber, From.DayNumber - Before.DayNumber);

    /// <summary>The month that ended last, settled or not.</summary>
    public static DigestPeriod LastMonth(DateOnly today)
    {
        var first = new DateOnly(today.Year, today.Month, 1);
        return new DigestPeriod(first.AddMonths(-1), first, first.AddMonths(-2));
    }

    /// <summary>The last whole period of which every day is settled.</summary>
    public static DigestPeriod LastWhole(DigestFrequency frequency, DateOnly lastSettled)
    {
        var end = lastSettled.AddDays(1);
        switch (frequency)
        {
            case DigestFrequency.Daily:
                return new DigestPeriod(lastSettled, end, lastSettled.AddDays(-7));
            case DigestFrequency.Weekly:
                var monday = end.AddDays(-(((int)end.DayOfWeek + 6) % 7));
                return new DigestPeriod(monday.AddDays(-7), monday, monday.AddDays(-14));
            default:
                var first = new DateOnly(end.Year, end.Month, 1);
                return new DigestPeriod(first.AddMonths(-1), first, first.AddMonths(-2));
        }
    }
}
