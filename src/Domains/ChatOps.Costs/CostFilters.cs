using ChatOps.Aws;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;

namespace ChatOps.Costs;

/// <summary>The filters of <c>/cost</c>: which costs, which budgets, which anomalies.</summary>
internal sealed class CostFilters(IAwsAccounts accounts, ILocales locales, TimeProvider time)
{
    /// <summary>The keys of the grammars.</summary>
    public const string Tag = "tag";
    public const string Name = "name";

    /// <summary>Of costs: what Cost Explorer can be asked for.</summary>
    public FilterGrammar Costs { get; } = new("cost",
    [
        AwsFilterKeys.Account(accounts),
        AwsFilterKeys.Region(accounts),
        new(Tag, FilterKind.Tag, "태그") { Example = "tag:Owner=SECURITY" },
    ])
    {
        TakesWords = false,
    };

    /// <summary>Of budgets: words are looked for in their names.</summary>
    public FilterGrammar Budgets { get; } = new(
        "budget", [AwsFilterKeys.Account(accounts), new(Name, FilterKind.Text, "이름") { Example = "name:monthly*" }]);

    /// <summary>Of anomalies.</summary>
    public FilterGrammar Anomalies { get; } = new("anomaly", [AwsFilterKeys.Account(accounts)]) { TakesWords = false };

    /// <summary>Reads what was typed.</summary>
    /// <exception cref="UserFacingException">It cannot be read.</exception>
    public Filter Read(FilterGrammar grammar, string typed) =>
        grammar.TryRead(typed, new FilterClock(time.GetUtcNow(), locales.Default.Zone), out var filter, out var fault)
            ? filter
            : throw FilterFaultText.Exception(fault!);

    /// <summary>Costs as Cost Explorer is asked for them; null for all.</summary>
    /// <exception cref="UserFacingException">A wildcard: Cost Explorer takes whole values.</exception>
    public static CostExpression? ToExpression(Filter filter)
    {
        List<CostExpression> clauses = [.. filter.Clauses.Select(clause => Join(clause.Any.Select(Of).ToList(), all: false))];
        return clauses.Count == 0 ? null : Join(clauses, all: true);
    }

    /// <summary>The same costs without credits and refunds.</summary>
    public static CostExpression WithoutReductions(CostExpression? filter) => Without(filter, CostCharges.Reductions);

    /// <summary>The same costs without some record types.</summary>
    public static CostExpression Without(CostExpression? filter, IReadOnlyList<string> recordTypes)
    {
        var without = new CostExpression { Not = new CostExpression { Dimensions = new CostValues("RECORD_TYPE", recordTypes) } };
        return filter is null ? without : new CostExpression { And = [.. filter.And ?? [filter], without] };
    }

    /// <summary>Whether something of an account and a name is asked for.</summary>
    public static bool Matches(Filter filter, string account, string name) => filter.Matches(term => term switch
    {
        FilterWord word => word.Text.IsIn(name),
        FilterValues { Key: AwsFilterKeys.AccountName } values => values.Values.Any(value => value.Matches(account)),
        FilterValues { Key: Name } values => values.Values.Any(value => value.IsIn(name)),
        _ => throw new InvalidOperationException($"Nothing to compare {term} with."),
    });

    private static CostExpression Of(FilterTerm term)
    {
        var expression = term switch
        {
            FilterValues { Key: AwsFilterKeys.AccountName } account =>
                new CostExpression { Dimensions = new CostValues("LINKED_ACCOUNT", Whole(account.Key, account.Values)) },
            FilterValues { Key: AwsFilterKeys.RegionName } region =>
                new CostExpression { Dimensions = new CostValues("REGION", Whole(region.Key, region.Values)) },
            FilterTag { Values.Count: 0 } tag =>
                new CostExpression { Not = new CostExpression { Tags = new CostValues(Whole(tag.Key, [tag.Tag])[0], null, ["ABSENT"]) } },
            FilterTag tag => new CostExpression { Tags = new CostValues(Whole(tag.Key, [tag.Tag])[0], Whole(tag.Key, tag.Values)) },
            _ => throw new InvalidOperationException($"Cost Explorer cannot be asked for {term}."),
        };
        return !term.Negated ? expression : expression.Not ?? new CostExpression { Not = expression };
    }

    private static CostExpression Join(List<CostExpression> parts, bool all) =>
        parts is [var only] ? only : all ? new CostExpression { And = parts } : new CostExpression { Or = parts };

    private static List<string> Whole(string key, IReadOnlyList<FilterText> values) =>
        values.FirstOrDefault(value => value.IsPattern) is { } pattern
            ? throw FilterFaultText.Exception(new FilterFault(FilterFaultKind.NoWildcards, key, pattern.Text) { Name = key })
            : [.. values.Select(value => value.Text)];
}
