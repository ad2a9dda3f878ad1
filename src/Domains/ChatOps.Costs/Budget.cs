using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using ChatOps.Aws;

namespace ChatOps.Costs;

/// <summary>A budget in one of its periods, with what people decided about it.</summary>
internal sealed record Budget
{
    /// <summary>The kind of its subject.</summary>
    public const string Kind = "budget";

    /// <summary>Opaque; made of account, name and period.</summary>
    public required string Id { get; init; }

    /// <summary>The account that has it.</summary>
    public string Account { get; init; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>DAILY</c>, <c>MONTHLY</c>, <c>QUARTERLY</c>, <c>ANNUALLY</c>, <c>CUSTOM</c>.</summary>
    public string TimeUnit { get; init; } = "MONTHLY";

    /// <summary>Nothing said by which unit it counts: AWS is asked, and the next notification may say.</summary>
    public bool IsUnitGuessed { get; init; }

    /// <summary><c>COST</c>, <c>USAGE</c>, <c>RI_UTILIZATION</c>, <c>RI_COVERAGE</c> and the same of Savings Plans.</summary>
    public string Type { get; init; } = "COST";

    /// <summary>Its period; null for a text that could not be read.</summary>
    public BudgetPeriod? Period { get; init; }

    /// <summary>A text of Budgets that could not be read, whole.</summary>
    public string? Unread { get; init; }

    /// <summary>What may be spent.</summary>
    public Money? Limit { get; init; }

    /// <summary>What is spent.</summary>
    public Money? Actual { get; init; }

    /// <summary>What AWS expects by the period's end.</summary>
    public Money? Forecast { get; init; }

    /// <summary>The highest threshold that was told.</summary>
    public BudgetThreshold? Passed { get; init; }

    /// <summary>All its thresholds, as Budgets has them.</summary>
    public IReadOnlyList<BudgetThreshold> Thresholds { get; init; } = [];

    /// <summary>The day the limit was, or will be, crossed.</summary>
    public DateOnly? CrossedOn { get; init; }

    /// <summary>The last day whose costs are known.</summary>
    public DateOnly? KnownUntil { get; init; }

    /// <summary>What drives it, against the same days of the period before; largest change first.</summary>
    public IReadOnlyList<CostChange> Drivers { get; init; } = [];

    /// <summary>What it does by itself.</summary>
    public IReadOnlyList<BudgetAction> Actions { get; init; } = [];

    /// <summary>Slack's ids of its picture, by language.</summary>
    public IReadOnlyDictionary<string, BudgetPicture> Pictures { get; init; } = new Dictionary<string, BudgetPicture>();

    /// <summary>Who looks after it.</summary>
    public Mark? Acknowledged { get; init; }

    /// <summary>Who shall look after it.</summary>
    public string? AssignedTo { get; init; }

    /// <summary>Quiet until a threshold.</summary>
    public Snooze? Snoozed { get; init; }

    /// <summary>When Budgets told of it last.</summary>
    public DateTimeOffset NoticedAt { get; init; }

    /// <summary>No notification came: it was found by looking.</summary>
    public bool IsWatched { get; init; }

    /// <summary>When AWS was asked about it last; null before that.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Why AWS did not say more.</summary>
    public string? Fault { get; init; }

    /// <summary>Which of its messages is the present one: a worse state is posted anew.</summary>
    public int Post { get; init; } = 1;

    /// <summary>How bad it was when it was last posted; null in rows of earlier versions.</summary>
    public PostedLevel? Posted { get; init; }

    /// <summary>The row's version; not part of its JSON.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>The subject of its present message.</summary>
    [JsonIgnore]
    public SubjectId Subject => new(Kind, CostPosts.KeyOf(Id, Post));

    /// <summary>Its figure is a part that shall be large, such as how far reservations are used: too little is bad, not too much.</summary>
    [JsonIgnore]
    public bool IsTarget => BudgetTypes.IsTarget(Type, Limit?.Currency);

    /// <summary>Of a target, less is reached than a threshold asks for.</summary>
    [JsonIgnore]
    public bool IsBelow => Thresholds.Concat(Passed is { } passed ? [passed] : []).Any(
        threshold => threshold.IsLess && IsPast(threshold));

    /// <summary>More is spent than may be.</summary>
    [JsonIgnore]
    public bool IsExceeded => !IsTarget &&
        Actual is { } actual && Limit is { } limit && actual.Currency == limit.Currency && actual.Amount > limit.Amount;

    /// <summary>More is expected than may be.</summary>
    [JsonIgnore]
    public bool WillBeExceeded => !IsTarget &&
        Forecast is { } forecast && Limit is { } limit && forecast.Currency == limit.Currency && forecast.Amount > limit.Amount;

    /// <summary>A threshold is passed, as it stands now.</summary>
    [JsonIgnore]
    public bool IsPassed => Passed is { } passed && IsPast(passed);

    /// <summary>How bad it is.</summary>
    [JsonIgnore]
    public Severity Rank => Unread is not null
        ? Severity.Medium
        : IsExceeded ? Severity.Critical
        : WillBeExceeded || IsBelow ? Severity.High
        : IsPassed || Limit is null ? Severity.Medium : Severity.Low;

    /// <summary>Whether it still needs somebody.</summary>
    [JsonIgnore]
    public bool Open => Rank <= Severity.Medium && Snoozed is null;

    /// <summary>The next threshold that is not reached yet; null when there is none.</summary>
    [JsonIgnore]
    public Reach? NextThreshold
    {
        get
        {
            if (Limit is not { Amount: > 0 } limit) return null;
            IEnumerable<BudgetThreshold> known = Thresholds.Count > 0 ? Thresholds : [new BudgetThreshold(BudgetFigure.Actual, null, 100m)];
            return known.Where(threshold => !threshold.IsLess).Select(budgetThreshold => budgetThreshold.ShareOf(limit.Amount) is { } share
                && share > (ShareOf(budgetThreshold.Figure) ?? 0m) ? new Reach(budgetThreshold.Figure, share) : null)
                .OfType<Reach>().OrderBy(reach => reach.Share).ThenBy(reach => reach.Figure).FirstOrDefault();
        }
    }

    /// <summary>A figure as a part of the limit; null when either is not known.</summary>
    public decimal? ShareOf(BudgetFigure figure) =>
        (figure == BudgetFigure.Actual ? Actual : Forecast) is { } money && Limit is { } limit && money.Currency == limit.Currency
            ? Costs.Share.Of(money.Amount, limit.Amount)
            : null;

    private bool IsPast(BudgetThreshold threshold) => (threshold.Figure == BudgetFigure.Actual ? Actual : Forecast) is { } figure
        && Limit is { } limit && threshold.ShareOf(limit.Amount) is { } share
        && (threshold.IsLess ? figure.Amount < share * limit.Amount : figure.Amount > share * limit.Amount);

    /// <summary>The budget, no longer snoozed once what it was snoozed until is reached.</summary>
    public Budget Awake() =>
        Snoozed is { } snoozed && ShareOf(snoozed.Until.Figure) >= snoozed.Until.Share ? this with { Snoozed = null } : this;

    /// <summary>The id of a budget's period.</summary>
    public static string IdOf(string account, string name, string period) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account}\n{name}\n{period}")))[..20];
}

/// <summary>The types of budgets. Pure.</summary>
internal static class BudgetTypes
{
    /// <summary>The unit of targets.</summary>
    public const string Percent = "PERCENTAGE";

    /// <summary>Whether a budget is a target that is to be reached, by its type, or by its unit where the type is not known.</summary>
    public static bool IsTarget(string type, string? unit) =>
        type.EndsWith("UTILIZATION", StringComparison.Ordinal) || type.EndsWith("COVERAGE", StringComparison.Ordinal) || unit == Percent;

    /// <summary>The type of a text: <c>Cost</c>, <c>Usage</c>, <c>RI Utilization</c>.</summary>
    public static string Of(string text)
    {
        var type = text.Trim().ToUpperInvariant().Replace(' ', '_');
        return type.Length == 0 ? "COST"
            : type.Contains("COVERAGE", StringComparison.Ordinal)
            ? type.Contains("SAVINGS", StringComparison.Ordinal) ? "SAVINGS_PLANS_COVERAGE" : "RI_COVERAGE"
            : type.Contains("UTILI", StringComparison.Ordinal)
            ? type.Contains("SAVINGS", StringComparison.Ordinal) ? "SAVINGS_PLANS_UTILIZATION" : "RI_UTILIZATION"
            : type.Contains("USAGE", StringComparison.Ordinal) ? "USAGE" : "COST";
    }
}

/// <summary>Somebody and when.</summary>
internal sealed record Mark(string ByUserId, DateTimeOffset At);

/// <summary>Quiet until a threshold.</summary>
internal sealed record Snooze(string ByUserId, DateTimeOffset At, Reach Until);

/// <summary>A figure at a part of the limit.</summary>
internal sealed record Reach(BudgetFigure Figure, decimal Share);

/// <summary>A picture that Slack has.</summary>
internal sealed record BudgetPicture(string FileId, string Alt);

/// <summary>What something cost in two spans, of which days in equal number are compared.</summary>
/// <param name="Key">A service, account, region or tag value; empty for what has no such tag.</param>
/// <param name="Now">In the later span.</param>
/// <param name="Before">In the earlier span.</param>
internal sealed record CostChange(string Key, Money Now, Money Before)
{
    /// <summary>What it cost on those days of the later span that have their like in the earlier one; null when all have.</summary>
    public Money? Compared { get; init; }

    /// <summary>The difference, of like days.</summary>
    [JsonIgnore]
    public Money Delta => Now with { Amount = (Compared ?? Now).Amount - Before.Amount };

    /// <summary>The difference as a part of what was; null when there was nothing.</summary>
    [JsonIgnore]
    public decimal? Ratio => Before.Amount > 0 ? Delta.Amount / Before.Amount : null;
}
