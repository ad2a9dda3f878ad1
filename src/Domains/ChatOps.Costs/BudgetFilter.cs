using ChatOps.Aws;

namespace ChatOps.Costs;

/// <summary>What a budget adds up, in Cost Explorer's words.</summary>
/// <param name="Metric">What is added up: <c>UnblendedCost</c>, <c>UsageQuantity</c>.</param>
/// <param name="Without">The record types that do not count.</param>
/// <param name="Accounts">The accounts that count; empty for all.</param>
/// <param name="Services">The services that count; empty for all.</param>
/// <param name="Others">What else must hold.</param>
internal sealed record BudgetFilter(
    string Metric, IReadOnlyList<string> Without, IReadOnlyList<string> Accounts, IReadOnlyList<string> Services,
    IReadOnlyList<CostExpression> Others)
{
    private const string Account = "LINKED_ACCOUNT";
    private const string Service = "SERVICE";

    private static readonly string[] CostMetrics =
        ["UnblendedCost", "BlendedCost", "AmortizedCost", "NetUnblendedCost", "NetAmortizedCost"];

    /// <summary>Whether an answer by account and service holds all that is needed.</summary>
    public bool IsShared => Metric != UsageMetric && Others.Count == 0;

    /// <summary>Whether everything counts.</summary>
    public bool IsAll => IsShared && Without.Count == 0 && Accounts.Count == 0 && Services.Count == 0;

    /// <summary>The metric of what is used rather than paid.</summary>
    public const string UsageMetric = "UsageQuantity";

    /// <summary>As an expression; null for everything.</summary>
    public CostExpression? Expression
    {
        get
        {
            var parts = new List<CostExpression>();
            if (Accounts.Count > 0) parts.Add(Dimension(Account, Accounts));
            if (Services.Count > 0) parts.Add(Dimension(Service, Services));
            parts.AddRange(Others);
            var all = parts switch { [] => null, [var only] => only, _ => new CostExpression { And = parts } };
            return Without.Count == 0 ? all : CostFilters.Without(all, Without);
        }
    }

    /// <summary>The record types alone: what budgets that tell apart nothing but accounts and services are asked for together by.</summary>
    public CostExpression? Shared => Without.Count == 0 ? null : CostFilters.Without(null, Without);

    /// <summary>
    /// What a budget looks at. False when Cost Explorer cannot be asked for it in the same way: then no costs are shown rather than wrong
    /// figures.
    /// </summary>
    public static bool TryOf(AwsBudget budget, out BudgetFilter filter)
    {
        filter = new BudgetFilter("UnblendedCost", [], [], [], []);
        if (MetricOf(budget) is not { } metric) return false;
        if (WithoutOf(budget.CostTypes) is not { } without) return false;
        if (PartsOf(budget) is not { } parts) return false;
        IReadOnlyList<string> accounts = [];
        IReadOnlyList<string> services = [];
        var others = new List<CostExpression>();
        foreach (var part in parts)
        {
            if (accounts.Count == 0 && ValuesOf(part, Account) is { } ids) accounts = ids;
            else if (services.Count == 0 && ValuesOf(part, Service) is { } names) services = names;
            else others.Add(part);
        }

        filter = new BudgetFilter(metric, without, accounts, services, others);
        return true;
    }

    private static string? MetricOf(AwsBudget budget)
    {
        if (budget.BudgetType is not ("COST" or "USAGE")) return null;
        var named = budget.Metrics is [var first, ..] ? first : null;
        if (budget.BudgetType == "USAGE") return named is null or UsageMetric ? UsageMetric : null;
        if (named is not null) return CostMetrics.Contains(named) ? named : null;
        return budget.CostTypes switch
        {
            { UseAmortized: true } => "AmortizedCost",
            { UseBlended: true } => "BlendedCost",
            _ => "UnblendedCost",
        };
    }

    /// <summary>Null for what no record type stands for.</summary>
    private static List<string>? WithoutOf(BudgetCostTypes? types)
    {
        if (types is null) return [];
        if (types.IncludeSubscription == false || types.IncludeOtherSubscription == false || types.IncludeDiscount == false) return null;
        var without = new List<string>();
        if (types.IncludeCredit == false) without.Add("Credit");
        if (types.IncludeRefund == false) without.Add("Refund");
        if (types.IncludeTax == false) without.Add("Tax");
        if (types.IncludeSupport == false) without.AddRange(["Support", "Support fee"]);
        if (types.IncludeUpfront == false) without.AddRange(["Upfront", "Upfront reservation fee", "SavingsPlanUpfrontFee"]);
        if (types.IncludeRecurring == false) without.AddRange(["Recurring", "Recurring reservation fee", "RIFee"]);
        return without;
    }

    private static IReadOnlyList<CostExpression>? PartsOf(AwsBudget budget)
    {
        if (budget.FilterExpression is { } expression) return expression.And is { } all ? all : [expression];
        var parts = new List<CostExpression>();
        foreach (var (key, values) in (budget.CostFilters ?? new Dictionary<string, IReadOnlyList<string>>())
            .OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            switch (key)
            {
                case "LinkedAccount": parts.Add(Dimension(Account, values)); break;
                case "Service": parts.Add(Dimension(Service, values)); break;
                case "Region": parts.Add(Dimension("REGION", values)); break;
                case "UsageType": parts.Add(Dimension("USAGE_TYPE", values)); break;
                case "UsageTypeGroup": parts.Add(Dimension("USAGE_TYPE_GROUP", values)); break;
                case "Operation": parts.Add(Dimension("OPERATION", values)); break;
                case "TagKeyValue":
                    parts.AddRange(values.Select(Tag).GroupBy(pair => pair.Key, StringComparer.Ordinal).Select(
                        tag => new CostExpression { Tags = new CostValues(tag.Key, [.. tag.Select(pair => pair.Value)]) }));
                    break;
                default: return null;
            }
        }

        return parts;
    }

    private static IReadOnlyList<string>? ValuesOf(CostExpression part, string key) =>
        part.Dimensions is { Values: { Count: > 0 } values } dimension && dimension.Key == key
            && (dimension.MatchOptions is not { Count: > 0 } options || options is ["EQUALS"])
            ? values
            : null;

    private static CostExpression Dimension(string key, IReadOnlyList<string> values) => new() { Dimensions = new CostValues(key, values) };

    /// <summary><c>user:Owner$SECURITY</c>: the first part says who made the tag, and is not asked for.</summary>
    private static (string Key, string Value) Tag(string text)
    {
        var dollar = text.IndexOf('$', StringComparison.Ordinal);
        var (key, value) = dollar < 0 ? (text, "") : (text[..dollar], text[(dollar + 1)..]);
        return (key.StartsWith("user:", StringComparison.Ordinal) ? key[5..] : key, value);
    }
}
