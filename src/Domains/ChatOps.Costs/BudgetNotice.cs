using System.Globalization;
using System.Text.RegularExpressions;

namespace ChatOps.Costs;

/// <summary>Which figure of a budget passed a threshold.</summary>
internal enum BudgetFigure
{
    /// <summary>What is spent.</summary>
    Actual,

    /// <summary>What AWS expects by the period's end.</summary>
    Forecasted,
}

/// <summary>From where on a budget tells: an amount, or a part of the limit.</summary>
/// <param name="Figure">What is compared.</param>
/// <param name="Amount">An amount; null for a percentage.</param>
/// <param name="Percent">Of the limit; null for an amount.</param>
internal sealed record BudgetThreshold(BudgetFigure Figure, decimal? Amount, decimal? Percent)
{
    /// <summary>It notifies of too little: of a target.</summary>
    public bool IsLess { get; init; }

    /// <summary>As a part of the limit, 0.8 for 80 %; null when the limit is not known.</summary>
    public decimal? ShareOf(decimal? limit) =>
        Percent is { } percent ? percent / 100m : Amount is { } amount && limit is { } whole ? Share.Of(amount, whole) : null;
}

/// <summary>What a Budgets notification says.</summary>
/// <param name="Account">The account that has the budget.</param>
/// <param name="Name">The budget.</param>
/// <param name="Day">The notification's own date.</param>
/// <param name="TimeUnit"><c>DAILY</c>, <c>MONTHLY</c>, <c>QUARTERLY</c> or <c>ANNUALLY</c>.</param>
/// <param name="Threshold">What was passed.</param>
/// <param name="Amount">The figure that passed it.</param>
/// <param name="Limit">The budgeted amount; null when it is not said.</param>
internal sealed record BudgetNotice(
    string Account, string Name, DateOnly Day, string TimeUnit, BudgetThreshold Threshold, Money Amount, Money? Limit)
{
    /// <summary><c>COST</c>, <c>USAGE</c>, <c>RI_UTILIZATION</c> and others.</summary>
    public string Type { get; init; } = "COST";
}

/// <summary>
/// Reads the text that Budgets publishes to SNS. AWS documents no form of it; the labels are the steadiest part, the sentences say
/// the period. What does not hold together is not read at all: the whole text is shown instead.
/// </summary>
internal static partial class BudgetNotices
{
    private const int MaxLength = 20_000;
    private const string ConsoleOfChina = "amazonaws.cn/";

    /// <summary>Whether a text looks like it came from Budgets, readable or not.</summary>
    public static bool Looks(string? subject, string text) =>
        text.AsSpan().TrimStart().StartsWith("AWS Budget", StringComparison.OrdinalIgnoreCase)
        || (subject ?? "").StartsWith("AWS Budgets", StringComparison.OrdinalIgnoreCase)
        || (text.Length <= MaxLength && text.Contains("Budget Name:", StringComparison.OrdinalIgnoreCase)
            && text.Contains("Budget Type:", StringComparison.OrdinalIgnoreCase));

    /// <summary>The notification; null when something of it is missing or contradicts itself.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="isOfChina">Whether an account is of AWS China, where ¥ is the yuan; a link to its console says so too.</param>
    public static BudgetNotice? Read(string text, Func<string, bool>? isOfChina = null)
    {
        if (text.Length > MaxLength) return null;
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        var fields = Fields(text);
        if (Account().Match(text) is not { Success: true } account || NameOf(text) is not { Length: > 0 } name) return null;
        var china = text.Contains(ConsoleOfChina, StringComparison.OrdinalIgnoreCase)
            || isOfChina?.Invoke(account.Groups["id"].Value) == true;
        if (!TryDay(text, out var day)) return null;

        var figure = FigureOf(fields);
        if (figure is null) return null;
        var label = figure == BudgetFigure.Actual ? "actual amount" : "forecasted amount";
        if (!BudgetAmount.TryRead(fields.GetValueOrDefault(label), china, out var amount)) return null;
        Money? limit = null;
        if (fields.TryGetValue("budgeted amount", out var allowed))
        {
            // A limit that is there and is not understood makes every share of it wrong.
            if (!BudgetAmount.TryRead(allowed, china, out var budgeted)) return null;
            if (budgeted.Currency == amount.Currency) limit = budgeted;
        }

        if (ThresholdOf(fields.GetValueOrDefault("alert threshold"), figure.Value, amount.Currency, china) is not { } threshold)
            return null;
        return TimeUnitOf(text, name) is { } unit
            ? new BudgetNotice(account.Groups["id"].Value, name, day, unit, threshold, amount, limit)
            {
                Type = BudgetTypes.Of(fields.GetValueOrDefault("budget type") ?? ""),
            }
            : null;
    }

    /// <summary>Lines of <c>Label: value</c>, lower case labels. A name may hold colons; the first one ends the label.</summary>
    private static Dictionary<string, string> Fields(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon is > 0 and < 40) fields.TryAdd(line[..colon].Trim().ToLowerInvariant(), line[(colon + 1)..].Trim());
        }

        return fields;
    }

    private static BudgetFigure? FigureOf(Dictionary<string, string> fields)
    {
        var type = fields.GetValueOrDefault("alert type") ?? "";
        var actual = fields.ContainsKey("actual amount");
        var forecasted = fields.ContainsKey("forecasted amount");
        if (type.Equals("ACTUAL", StringComparison.OrdinalIgnoreCase) && actual) return BudgetFigure.Actual;
        if (type.StartsWith("FORECAST", StringComparison.OrdinalIgnoreCase) && forecasted) return BudgetFigure.Forecasted;
        return type.Length > 0 || actual == forecasted ? null : actual ? BudgetFigure.Actual : BudgetFigure.Forecasted;
    }

    /// <summary>The name, which may be any words, on any number of lines: it ends where the next label begins.</summary>
    private static string? NameOf(string text) => Name().Match(text) is { Success: true } name ? name.Groups["name"].Value.Trim() : null;

    private static BudgetThreshold? ThresholdOf(string? text, BudgetFigure figure, string currency, bool china)
    {
        var value = (text ?? "").Trim();
        var less = value.StartsWith('<');
        // That too little money was spent is no overrun: it is shown as it is written. Of a target too little is the news.
        if (!value.StartsWith('>') && !(less && currency == BudgetTypes.Percent)) return null;
        value = value.TrimStart('>', '<', '=', ' ');
        var threshold = value.EndsWith('%') && BudgetAmount.Percent(value) is { } percent ? new BudgetThreshold(figure, null, percent)
            : BudgetAmount.TryRead(value, china, out var amount) && amount.Currency == currency
            ? new BudgetThreshold(figure, amount.Amount, null)
            : null;
        return threshold is null ? null : threshold with { IsLess = less };
    }

    private static string? TimeUnitOf(string text, string name)
    {
        // The budget's own name may say anything, and may be a part of any word: only where the text names the budget is it left out.
        var named = Name().Replace(text, "");
        var sentence = Spaces().Replace(named, " ")
            .Replace($"your {Spaces().Replace(name, " ")} budget", "your budget", StringComparison.Ordinal);
        return Unit().Match(sentence) is { Success: true } unit
            ? unit.Groups["unit"].Value.ToLowerInvariant() switch
            {
                "day" => "DAILY",
                "quarter" => "QUARTERLY",
                "year" => "ANNUALLY",
                _ => "MONTHLY",
            }
            : null;
    }

    private static bool TryDay(string text, out DateOnly day)
    {
        day = default;
        return Date().Match(text) is { Success: true } date
            && DateOnly.TryParseExact(
                date.Groups["date"].Value, ["MMMM d, yyyy", "MMMM dd, yyyy", "MMM d, yyyy", "MMM dd, yyyy"], CultureInfo.InvariantCulture,
                DateTimeStyles.None, out day);
    }

    [GeneratedRegex(
        @"^AWS Account\s*:?\s*(?<id>[0-9]{12})\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Account();

    [GeneratedRegex(
        @"^Budget Name:(?<name>.*?)(?=^(?:Budget Type|Budgeted Amount|Alert Type|Alert Threshold)\s*:|\z)",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 200)]
    private static partial Regex Name();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Spaces();

    [GeneratedRegex(
        @"AWS Budget Notification\s+(?<date>[A-Z][a-z]+ [0-9]{1,2}, [0-9]{4})", RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 200)]
    private static partial Regex Date();

    [GeneratedRegex(
        @"\b(?:per|for the current|for this|this)\s+(?<unit>day|month|quarter|year)\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 200)]
    private static partial Regex Unit();
}
