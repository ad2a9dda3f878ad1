using System.Diagnostics.CodeAnalysis;
using ChatOps.Kernel.Filters;

namespace ChatOps.Costs;

/// <summary>What costs are grouped by.</summary>
/// <param name="Type"><c>DIMENSION</c> or <c>TAG</c>.</param>
/// <param name="Key"><c>SERVICE</c>, <c>LINKED_ACCOUNT</c>, <c>REGION</c>, or a tag's key.</param>
internal sealed record CostGrouping(string Type, string Key)
{
    public static CostGrouping Service { get; } = new("DIMENSION", "SERVICE");

    public static CostGrouping Account { get; } = new("DIMENSION", "LINKED_ACCOUNT");

    public static CostGrouping Region { get; } = new("DIMENSION", "REGION");

    public static CostGrouping UsageType { get; } = new("DIMENSION", "USAGE_TYPE");

    public static CostGrouping Tag(string key) => new("TAG", key);

    /// <summary>As people write it: <c>service</c>, <c>tag:Owner</c>.</summary>
    public string Word =>
        this == Service ? "service" : this == Account ? "account" : this == Region ? "region"
            : this == UsageType ? "usage-type" : $"tag:{FilterText.Literal(Key)}";

    /// <summary>Reads <c>tag:Owner account:prod</c>: a grouping and the filters after it; false when it begins with no grouping.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out CostGrouping? grouping, out string filters)
    {
        var tokens = FilterTokenizer.Read(text, out _);
        grouping = tokens.Count > 0 ? Parse(tokens[0].Text) : null;
        filters = tokens.Count > 1 ? text[tokens[1].Start..].Trim() : "";
        return grouping is not null;
    }

    /// <summary>Reads <see cref="Word"/>.</summary>
    public static CostGrouping? Parse(string word) => word.ToLowerInvariant() switch
    {
        "service" or "services" => Service,
        "account" or "accounts" => Account,
        "region" or "regions" => Region,
        "usage-type" => UsageType,
        _ when word.StartsWith("tag:", StringComparison.OrdinalIgnoreCase) && word.Length is > 4 and <= 132 => Tag(word[4..]),
        _ => null,
    };
}

/// <summary>What one group cost on a day. An empty key is what has no such tag.</summary>
internal sealed record CostAmount(string Key, decimal Amount, string Currency)
{
    /// <summary>What kind of charge it is.</summary>
    public CostCharge Charge { get; init; }

    /// <summary>Whose it is, where services are told apart by account; null elsewhere.</summary>
    public string? Account { get; init; }
}

/// <summary>A day's costs.</summary>
/// <param name="Day">The day, in UTC as AWS bills.</param>
/// <param name="Estimated">True until AWS has closed the bill.</param>
/// <param name="Amounts">By group.</param>
internal sealed record CostDay(DateOnly Day, bool Estimated, IReadOnlyList<CostAmount> Amounts);

/// <summary>Days of costs and what can be said of them. Pure.</summary>
internal sealed record CostTable(IReadOnlyList<CostDay> Days)
{
    /// <summary>When the oldest of it was answered, where it is older than it should be; null when all is as new as can be.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Why it is that old: a code; null when it is not.</summary>
    public string? Fault { get; init; }

    /// <summary>The day after the last that is known; null when there is none.</summary>
    public DateOnly? KnownTo => Days.Count == 0 ? null : Days.Max(day => day.Day).AddDays(1);

    /// <summary>What a view adds up.</summary>
    public CostTable Of(CostView view) => view == CostView.Net ? this : Where(amount => amount.Charge == CostCharge.Usage);

    /// <summary>What was used, without taxes, fees and credits.</summary>
    public CostTable Usage => Of(CostView.Gross);

    /// <summary>All but what takes something off.</summary>
    public CostTable Billable => Where(amount => amount.Charge is not (CostCharge.Credit or CostCharge.Refund));

    /// <summary>The sums of the charges beside usage, in the order in which they are shown.</summary>
    public IReadOnlyList<(CostCharge Charge, Money Money)> Charges =>
        [.. Days.SelectMany(day => day.Amounts).Where(amount => amount.Charge != CostCharge.Usage)
            .GroupBy(amount => (amount.Charge, amount.Currency)).OrderBy(group => group.Key.Charge)
            .Select(group => (group.Key.Charge, new Money(group.Sum(amount => amount.Amount), group.Key.Currency)))
            .Where(sum => sum.Item2.Amount != 0)];

    /// <summary>The same days with some of their amounts.</summary>
    public CostTable Where(Func<CostAmount, bool> which) =>
        this with { Days = [.. Days.Select(day => day with { Amounts = [.. day.Amounts.Where(which)] })] };

    /// <summary>The sums by currency, largest first.</summary>
    public IReadOnlyList<Money> Totals =>
        Money.Sum(Days.SelectMany(day => day.Amounts).Select(amount => new Money(amount.Amount, amount.Currency)));

    /// <summary>The currency of most of it; null when there is nothing.</summary>
    public string? Currency => Totals is [var first, ..] ? first.Currency : null;

    /// <summary>Which days AWS has not closed.</summary>
    public IReadOnlyList<DateOnly> EstimatedDays => [.. Days.Where(day => day.Estimated).Select(day => day.Day)];

    /// <summary>What a day cost in the mean, by currency; empty when there are no days.</summary>
    public IReadOnlyList<Money> DailyMeans =>
        Days.Count == 0 ? [] : [.. Totals.Select(total => total with { Amount = total.Amount / Days.Count })];

    /// <summary>The sum of one currency.</summary>
    public Money Total(string currency) =>
        Totals.FirstOrDefault(total => total.Currency == currency) is { Currency: not null } total ? total : new Money(0, currency);

    /// <summary>The sums by group and currency, largest first.</summary>
    public IReadOnlyList<(string Key, Money Money)> Groups =>
        [.. Days.SelectMany(day => day.Amounts).GroupBy(amount => (amount.Key, amount.Currency))
            .Select(group => (group.Key.Key, new Money(group.Sum(amount => amount.Amount), group.Key.Currency)))
            .OrderByDescending(group => group.Item2.Amount).ThenBy(group => group.Key, StringComparer.Ordinal)];

    /// <summary>The sum of a currency by day.</summary>
    public IReadOnlyList<(DateOnly Day, decimal Amount)> Daily(string currency) =>
        [.. Days.OrderBy(day => day.Day).Select(
            day => (day.Day, day.Amounts.Where(amount => amount.Currency == currency).Sum(amount => amount.Amount)))];

    /// <summary>The days from one to before another.</summary>
    public CostTable Between(DateOnly from, DateOnly to) =>
        this with { Days = [.. Days.Where(day => day.Day >= from && day.Day < to)] };

    /// <summary>Every group with what it cost before, the present cost first.</summary>
    /// <param name="before">The days before.</param>
    /// <param name="compared">Which of these days those are compared with; null for all.</param>
    public IReadOnlyList<CostChange> Against(CostTable before, CostTable? compared = null)
    {
        var like = compared?.Groups.ToDictionary(group => (group.Key, group.Money.Currency), group => group.Money);
        var now = Groups.ToDictionary(group => (group.Key, group.Money.Currency), group => group.Money);
        var then = before.Groups.ToDictionary(group => (group.Key, group.Money.Currency), group => group.Money);
        return [.. now.Keys.Union(then.Keys)
            .Select(key => new CostChange(
                key.Key, now.TryGetValue(key, out var money) ? money : new Money(0, key.Currency),
                then.TryGetValue(key, out var other) ? other : new Money(0, key.Currency))
            {
                Compared = like is null ? null : like.TryGetValue(key, out var part) ? part : new Money(0, key.Currency),
            })
            .OrderByDescending(change => change.Now.Amount).ThenBy(change => change.Key, StringComparer.Ordinal)];
    }

    /// <summary>What moved most, up or down: changes of less than <paramref name="least"/> are noise.</summary>
    public IReadOnlyList<CostChange> Movers(CostTable before, int most, decimal least = 1m, CostTable? compared = null) =>
        [.. Against(before, compared).Where(change => Math.Abs(change.Delta.Amount) >= least)
            .OrderByDescending(change => Math.Abs(change.Delta.Amount)).Take(most)];
}

/// <summary>What AWS expects, day by day.</summary>
internal sealed record ExpectedCost(string Currency, decimal Total, IReadOnlyList<ExpectedDay> Days);

/// <summary>What AWS expects of a day, between two bounds.</summary>
internal sealed record ExpectedDay(DateOnly Day, decimal Mean, decimal Low, decimal High);
