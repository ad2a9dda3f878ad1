using ChatOps.Aws;

namespace ChatOps.Costs;

/// <summary>What a budget looks at, in Cost Explorer's words. Pure.</summary>
internal static class BudgetFilter
{
    /// <summary>
    /// The expression, null for everything. False when the budget looks at something that Cost Explorer cannot be asked for in the same
    /// way: then no costs are shown rather than wrong ones.
    /// </summary>
    public static bool TryOf(AwsBudget budget, out CostExpression? filter)
    {
        filter = budget.FilterExpression;
        if (filter is not null || budget.CostFilters is not { Count: > 0 } older) return true;
        var parts = new List<CostExpression>();
        foreach (var (key, values) in older.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            switch (key)
            {
                case "LinkedAccount": parts.Add(Dimension("LINKED_ACCOUNT", values)); break;
                case "Service": parts.Add(Dimension("SERVICE", values)); break;
                case "Region": parts.Add(Dimension("REGION", values)); break;
                case "UsageType": parts.Add(Dimension("USAGE_TYPE", values)); break;
                case "Operation": parts.Add(Dimension("OPERATION", values)); break;
                case "TagKeyValue":
                    foreach (var tag in values.Select(Tag).GroupBy(pair => pair.Key, StringComparer.Ordinal))
                        parts.Add(new CostExpression { Tags = new CostValues(tag.Key, [.. tag.Select(pair => pair.Value)]) });
                    break;
                default: return false;
            }
        }

        filter = parts is [var only] ? only : new CostExpression { And = parts };
        return true;
    }

    private static CostExpression Dimension(string key, IReadOnlyList<string> values) => new() { Dimensions = new CostValues(key, values) };

    /// <summary><c>user:Owner$SECURITY</c>: the first part says who made the tag, and is not asked for.</summary>
    private static (string Key, string Value) Tag(string text)
    {
        var dollar = text.IndexOf('$', StringComparison.Ordinal);
        var (key, value) = dollar < 0 ? (text, "") : (text[..dollar], text[(dollar + 1)..]);
        return (key.StartsWith("user:", StringComparison.Ordinal) ? key[5..] : key, value);
    }
}
