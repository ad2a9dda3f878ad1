using ChatOps.Aws;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;

namespace ChatOps.Findings;

/// <summary>The filters of <c>/finding list</c> and <c>/finding show</c>: <c>severity:high+ account:prod state:open payroll</c>.</summary>
internal sealed class FindingFilters(IAwsAccounts accounts, ILocales locales, TimeProvider time)
{
    /// <summary>The keys of the grammar.</summary>
    public const string State = "state";
    public const string Control = "control";
    public const string Since = "since";
    public const string Before = "before";

    /// <summary>The states that still need somebody: what is listed unless a state is asked for.</summary>
    private static readonly string[] Open = ["new", "acknowledged"];

    /// <summary>What is filtered by.</summary>
    public FilterGrammar Grammar { get; } = new("finding",
    [
        AwsFilterKeys.Severity,
        new(State, FilterKind.Choice, "상태")
        {
            Example = "state:all",
            IsSingle = true,
            Choices = static () =>
            [
                new("open", "미해결") { Means = Open },
                new("new", "미확인"),
                new("acknowledged", "확인됨"),
                new("suppressed", "예외처리"),
                new("resolved", "해결됨"),
                new("archived", "보관됨"),
                new("all", "전체") { Means = [.. Enum.GetNames<FindingState>().Select(name => name.ToLowerInvariant())] },
            ],
        },
        AwsFilterKeys.Account(accounts),
        AwsFilterKeys.Region(accounts),
        new(Control, FilterKind.Text, "컨트롤") { Example = "control:S3.8", Normalize = static value => value.ToUpperInvariant() },
        new(Since, FilterKind.Since, "이후") { Example = "since:7d" },
        new(Before, FilterKind.Before, "이전") { Example = "before:2026-11-01" },
    ]);

    /// <summary>Reads what was typed; false with what is wrong.</summary>
    public bool TryRead(string typed, out Filter filter, out FilterFault? fault) =>
        Grammar.TryRead(typed, new FilterClock(time.GetUtcNow(), locales.Default.Zone), out filter, out fault);

    /// <summary>Whether findings of every state are asked for.</summary>
    public static bool IsOfEveryState(Filter filter) =>
        filter.Terms.OfType<FilterValues>().Any(
            term => term.Key == State && !term.Negated && term.Values.Count == Enum.GetValues<FindingState>().Length);

    /// <summary>The condition in SQL; open findings unless a state is asked for.</summary>
    public static (string Where, Dapper.DynamicParameters Values) ToSql(Filter filter)
    {
        var sql = new FilterSql("search");
        var asked = filter.Has(State) ? filter : filter.And(new FilterValues(State, [.. Open.Select(FilterText.Literal)]));
        return (sql.Where(asked, Condition), sql.Values);
    }

    private static string Condition(FilterSql sql, FilterKeyTerm term) => term switch
    {
        FilterValues { Key: AwsFilterKeys.SeverityName } severity =>
            sql.Is("rank", severity.Values, value => (int)Enum.Parse<Severity>(value, ignoreCase: true)),
        FilterValues { Key: State } state =>
            sql.Is("state", state.Values, value => Enum.Parse<FindingState>(value, ignoreCase: true).ToString()),
        FilterValues { Key: AwsFilterKeys.AccountName } account => sql.Is("account", account.Values),
        FilterValues { Key: AwsFilterKeys.RegionName } region => sql.Is("region", region.Values),
        FilterValues { Key: Control } control => sql.Is("control", control.Values),
        FilterTime time => sql.In("updated_at", time),
        _ => throw new InvalidOperationException($"No SQL for {term}."),
    };
}
