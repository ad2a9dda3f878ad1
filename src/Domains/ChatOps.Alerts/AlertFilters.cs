using ChatOps.Aws;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;

namespace ChatOps.Alerts;

/// <summary>The filters of <c>/alert list</c>: <c>severity:high+ state:all checkout</c>.</summary>
internal sealed class AlertFilters(IAwsAccounts accounts, ILocales locales, TimeProvider time)
{
    /// <summary>The keys of the grammar.</summary>
    public const string State = "state";
    public const string Name = "name";
    public const string Since = "since";
    public const string Before = "before";

    /// <summary>The states of what fires: what is listed unless a state is asked for.</summary>
    private static readonly string[] Open = ["firing", "acknowledged", "silenced"];

    /// <summary>What is filtered by.</summary>
    public FilterGrammar Grammar { get; } = new("alert",
    [
        AwsFilterKeys.Severity,
        new(State, FilterKind.Choice, "상태")
        {
            Example = "state:all",
            IsSingle = true,
            Choices = static () =>
            [
                new("open", "미해결") { Means = Open },
                new("firing", "발생"),
                new("acknowledged", "확인됨"),
                new("silenced", "무음"),
                new("no-data", "nodata"),
                new("resolved", "해결됨"),
                new("all", "전체") { Means = [.. Enum.GetValues<AlertState>().Select(NameOf)] },
            ],
        },
        AwsFilterKeys.Account(accounts),
        new(Name, FilterKind.Text, "이름") { Example = "name:High*" },
        new(Since, FilterKind.Since, "이후") { Example = "since:7d" },
        new(Before, FilterKind.Before, "이전") { Example = "before:2026-11-01" },
    ]);

    /// <summary>Reads what was typed; false with what is wrong.</summary>
    public bool TryRead(string typed, out Filter filter, out FilterFault? fault) =>
        Grammar.TryRead(typed, new FilterClock(time.GetUtcNow(), locales.Default.Zone), out filter, out fault);

    /// <summary>The condition in SQL; what fires unless a state is asked for.</summary>
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
            sql.Is("state", state.Values, value => Enum.GetValues<AlertState>().First(known => NameOf(known) == value).ToString()),
        FilterValues { Key: AwsFilterKeys.AccountName } account => sql.Is("account", account.Values),
        FilterValues { Key: Name } name => sql.Has("name", name.Values),
        FilterTime time => sql.In("started_at", time),
        _ => throw new InvalidOperationException($"No SQL for {term}."),
    };

    private static string NameOf(AlertState state) => state == AlertState.NoData ? "no-data" : state.ToString().ToLowerInvariant();
}
