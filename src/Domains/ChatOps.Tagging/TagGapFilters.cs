using ChatOps.Assets;
using ChatOps.Aws;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;

namespace ChatOps.Tagging;

/// <summary>
/// The filters of <c>/asset untagged</c>: <c>Env type:s3 account:prod owner:SECURITY</c>. A word that is a key of the policy asks for that
/// key.
/// </summary>
internal sealed class TagGapFilters(IAwsAccounts accounts, IPolicy<TagPolicy> policy, ILocales locales, TimeProvider time)
{
    /// <summary>The keys of the grammar.</summary>
    public const string Key = "key";
    public const string Name = "name";
    public const string Owner = "owner";
    public const string Creator = "creator";
    public const string Since = "since";

    /// <summary>What is filtered by.</summary>
    public FilterGrammar Grammar { get; } = new("untagged",
    [
        new(Key, FilterKind.Choice, "키", "tag", "태그")
        {
            Example = "key:Env",
            Choices = () => [.. policy.Value.Keys.Select(key => new FilterChoice(key.Name, policy.Value.Full(key.Name)))],
        },
        new(Name, FilterKind.Text, "이름") { Example = "name:payroll*" },
        AssetFilters.TypeKey,
        AwsFilterKeys.Account(accounts),
        AwsFilterKeys.Region(accounts),
        new(Owner, FilterKind.Text, "소유자") { Example = "owner:SECURITY" },
        new(Creator, FilterKind.Text, "생성자") { Example = "creator:jiyeon" },
        new(Since, FilterKind.Since, "이후") { Example = "since:7d" },
    ]);

    /// <summary>Reads what was typed; false with what is wrong.</summary>
    public bool TryRead(string typed, out Filter filter, out FilterFault? fault)
    {
        if (!Grammar.TryRead(typed, new FilterClock(time.GetUtcNow(), locales.Default.Zone), out filter, out fault)) return false;
        var doubts = filter.Doubts.ToList();
        filter = new Filter([.. filter.Clauses.Select(clause => new FilterClause([.. clause.Any.Select(term => OfPolicy(term, doubts))]))])
        {
            Typed = filter.Typed,
            Doubts = doubts,
        };
        return true;
    }

    /// <summary>Reads filters that a button carries.</summary>
    /// <exception cref="UserFacingException">They cannot be read.</exception>
    public Filter Read(string typed) => TryRead(typed, out var filter, out var fault) ? filter : throw FilterFaultText.Exception(fault!);

    /// <summary>The condition in SQL.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="types">Every type there is a gap of.</param>
    /// <param name="others">Further conditions.</param>
    public static (string Where, Dapper.DynamicParameters Values) ToSql(
        Filter filter, IReadOnlyList<string> types, params IEnumerable<string> others)
    {
        var sql = new FilterSql("lower(name)", "lower(arn)");
        return (sql.Where(filter, (into, term) => Condition(into, term, types), others), sql.Values);
    }

    private static string Condition(FilterSql sql, FilterKeyTerm term, IReadOnlyList<string> types) => term switch
    {
        // ' Env Owner ': each key between spaces.
        FilterValues { Key: Key } key =>
            FilterSql.Any(key.Values.Select(value => sql.Holds("keys", FilterText.Literal($" {value.Text} ")))),
        FilterValues { Key: AssetFilters.Type } type =>
            sql.Is("type", [.. type.Values.SelectMany(value => AssetFilters.TypesOf(value, types)).Distinct().Select(FilterText.Literal)]),
        FilterValues { Key: AwsFilterKeys.AccountName } account => sql.Is("account", account.Values),
        FilterValues { Key: AwsFilterKeys.RegionName } region => sql.Is("region", region.Values),
        FilterValues { Key: Name } name => sql.Has("name", name.Values),
        FilterValues { Key: Owner } owner => sql.Has("owner", owner.Values),
        FilterValues { Key: Creator } creator => sql.Has("creator", creator.Values),
        FilterTime time => sql.In("since", time),
        _ => throw new InvalidOperationException($"No SQL for {term}."),
    };

    private FilterTerm OfPolicy(FilterTerm term, List<FilterFault> doubts)
    {
        if (term is not FilterWord { Text: { IsPattern: false, Text: var word } }) return term;
        if (policy.Value.Find(word) is { } key) return new FilterValues(Key, [FilterText.Literal(key.Name)], term.Negated);
        // 'Evn' finds nothing by name: it is a slip of a key, and to be named as such.
        if (NearestText.Of(word, policy.Value.Keys.Select(known => known.Name)) is { } near)
            doubts.Add(new FilterFault(
                FilterFaultKind.UnknownValue, Key,
                word)
            { Name = Key, Nearest = $"{Key}:{near}", Allowed = [.. policy.Value.Keys.Select(known => known.Name)] });
        return term;
    }
}
