using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>What is looked at: whose costs, grouped how, which of them.</summary>
/// <param name="Account">Whose Cost Explorer is asked.</param>
/// <param name="Grouping">By what.</param>
/// <param name="Filter">Which; null for all.</param>
internal sealed record CostScope(string Account, CostGrouping Grouping, CostExpression? Filter = null)
{
    /// <summary>As it stands in the table.</summary>
    public string GroupedBy => $"{Grouping.Type}:{Grouping.Key}";

    /// <summary>As it stands in the table.</summary>
    public string FilterText => Filter is null ? "" : JsonSerializer.Serialize(Filter, CostJson.Default.CostExpression);
}

/// <summary>
/// Cost Explorer behind a table. A day that AWS has closed is asked for once and for ever; open days, forecasts and anomalies for hours.
/// Every request is counted before it is made, for each costs money.
/// </summary>
internal sealed class CostExplorer : IDisposable
{
    /// <summary>A day that is older than this changes seldom, although AWS still calls it estimated until the month is billed.</summary>
    private const int SettledAfterDays = 3;

    private static readonly TimeSpan KeepSettledDays = TimeSpan.FromDays(1);

    private readonly IDatabase _database;
    private readonly IAwsClients _aws;
    private readonly IAwsAccounts _accounts;
    private readonly CostOptions _options;
    private readonly IPolicy<TagVocabulary> _vocabulary;
    private readonly TimeProvider _time;
    private readonly Counter<long> _requests;

    /// <summary>Two people who ask the same at the same time pay once.</summary>
    private readonly SemaphoreSlim _one = new(1, 1);

    public CostExplorer(
        IDatabase database, IAwsClients aws, IAwsAccounts accounts, IOptions<CostOptions> options, IPolicy<TagVocabulary> vocabulary,
        TimeProvider time, IMeterFactory meters)
    {
        (_database, _aws, _accounts, _options, _vocabulary, _time) = (database, aws, accounts, options.Value, vocabulary, time);
        _requests = meters.Create("ChatOps").CreateCounter<long>(
            "chatops.costs.requests", "{request}", "Requests to Cost Explorer, each of which costs money, by operation.");
    }

    /// <summary>The account whose Cost Explorer sees everything.</summary>
    /// <exception cref="UserFacingException">No account is configured.</exception>
    public string Payer => _options.PayerAccount is { Length: > 0 } payer
        ? payer
        : _accounts.All is [var first, ..] ? first.Id : throw new UserFacingException("cost.no-account");

    /// <summary>Today, as AWS bills.</summary>
    public DateOnly Today => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    /// <summary>
    /// The last day that is settled: it ended <c>ChatOps:Costs:SettleAfter</c> ago or earlier. AWS learns what a day cost in the hours
    /// after it; until then the day would look cheap.
    /// </summary>
    public DateOnly LastSettled => LastSettledAt(_time.GetUtcNow());

    /// <summary>The last day that was settled at a moment.</summary>
    public DateOnly LastSettledAt(DateTimeOffset at) => DateOnly.FromDateTime((at - _options.SettleAfter).UtcDateTime).AddDays(-1);

    /// <summary>When a day is settled.</summary>
    public DateTimeOffset SettledAt(DateOnly day) =>
        new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) + _options.SettleAfter;

    /// <summary>The first day that Cost Explorer still knows: of thirteen months and the present one.</summary>
    public DateOnly Oldest => new DateOnly(Today.Year, Today.Month, 1).AddMonths(-13);

    /// <summary>Each day's costs from one day to before another; days of the future are left out.</summary>
    public async Task<CostTable> DailyAsync(CostScope scope, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var end = to > Today.AddDays(1) ? Today.AddDays(1) : to;
        if (end <= from) return new CostTable([]);
        if (await KnownAsync(scope, from, end, cancellationToken) is { Missing: null } all) return all.Table;
        await _one.WaitAsync(cancellationToken);
        try
        {
            var (table, missing) = await KnownAsync(scope, from, end, cancellationToken);
            if (missing is not { } span) return table;
            var fresh = await AskAsync(scope, span.From, span.To, cancellationToken);
            await _database.WriteAsync(
                uow => CostStore.SaveDaysAsync(uow, scope, fresh, _time.GetUtcNow(), cancellationToken), cancellationToken);
            var byDay = fresh.ToDictionary(day => day.Day);
            return new CostTable([.. table.Days.Where(day => !byDay.ContainsKey(day.Day)).Concat(fresh).OrderBy(day => day.Day)]);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>What AWS expects from today to before a day; null when it has too little history to say.</summary>
    public async Task<ExpectedCost?> ForecastAsync(string account, CostExpression? filter, DateOnly to, CancellationToken cancellationToken)
    {
        if (to <= Today) return null;
        // AWS foretells days for three months; beyond that it says months, of which each day then is its part.
        var granularity = to > Today.AddMonths(3) ? "MONTHLY" : "DAILY";
        var id = $"forecast/{account}/{Text(Today)}/{Text(to)}/{new CostScope(account, CostGrouping.Service, filter).FilterText}";
        var answer = await AnswerAsync(
            id, CostJson.Default.ExpectedCost,
            async () =>
            {
                await CountAsync("GetCostForecast", cancellationToken);
                try
                {
                    var forecast = await _aws.CostExplorer(account).GetCostForecast(
                        new CostForecastQuery(Today, to, granularity, ForecastMetric(_options.Metric)) { Filter = filter },
                        cancellationToken);
                    return new ExpectedCost(
                        forecast.Total.Unit, forecast.Total.Amount, [.. forecast.Periods.SelectMany(period => DaysOf(period, to))]);
                }
                catch (AwsServiceException fault) when (fault.ErrorCode == "DataUnavailableException")
                {
                    return new ExpectedCost("", 0, []);
                }
            },
            cancellationToken);
        return answer.Days.Count == 0 ? null : answer;
    }

    /// <summary>The anomalies of some days, largest impact first.</summary>
    public async Task<IReadOnlyList<Anomaly>> AnomaliesAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var payer = Payer;
        var answer = await AnswerAsync<IReadOnlyList<Anomaly>>(
            $"anomalies/{payer}/{Text(from)}/{Text(to)}", CostJson.Default.IReadOnlyListAnomaly,
            async () =>
            {
                var found = new List<Anomaly>();
                string? token = null;
                do
                {
                    await CountAsync("GetAnomalies", cancellationToken);
                    var page = await _aws.CostExplorer(payer).GetAnomalies(from, to, token, cancellationToken);
                    found.AddRange(page.Anomalies.Select(anomaly => AnomalyEvents.Of(anomaly, payer, _time.GetUtcNow())));
                    token = page.NextPageToken;
                }
                while (token is not null);
                return found;
            },
            cancellationToken);
        return [.. answer.OrderByDescending(anomaly => anomaly.Impact)];
    }

    /// <summary>The tag keys that costs carry.</summary>
    public Task<IReadOnlyList<string>> TagKeysAsync(CancellationToken cancellationToken)
    {
        var payer = Payer;
        return AnswerAsync<IReadOnlyList<string>>(
            $"tags/{payer}/{Text(Today)}", CostJson.Default.IReadOnlyListString,
            async () =>
            {
                await CountAsync("GetTags", cancellationToken);
                return await _aws.CostExplorer(payer).GetTags(Today.AddDays(-30), Today.AddDays(1), null, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>A grouping by the tag key that billing knows: with the policy's prefix where it has that, else without.</summary>
    public async Task<CostGrouping> AsBilledAsync(CostGrouping grouping, CancellationToken cancellationToken)
    {
        // Asking for the keys costs a request; without a prefix there is nothing to choose.
        if (grouping.Type != "TAG" || _vocabulary.Value.Prefix.Length == 0) return grouping;
        var known = await TagKeysAsync(cancellationToken);
        return _vocabulary.Value.Choose(known, grouping.Key) is { } key ? CostGrouping.Tag(key) : grouping;
    }

    /// <summary>How many requests were made this month.</summary>
    public async Task<int> RequestsThisMonthAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenAsync(cancellationToken);
        return await CostStore.RequestsAsync(connection, Month, cancellationToken);
    }

    public void Dispose() => _one.Dispose();

    private string Month => Today.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>What is stored and still good, and the span that is not.</summary>
    private async Task<(CostTable Table, (DateOnly From, DateOnly To)? Missing)> KnownAsync(
        CostScope scope, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenAsync(cancellationToken);
        var now = _time.GetUtcNow();
        var good = (await CostStore.DaysAsync(connection, scope, from, to, cancellationToken))
            .Where(stored => IsGood(stored.Day, stored.FetchedAt, now)).Select(stored => stored.Day).ToList();
        var have = good.Select(day => day.Day).ToHashSet();
        var missing = Enumerable.Range(0, to.DayNumber - from.DayNumber).Select(from.AddDays).Where(day => !have.Contains(day)).ToList();
        // One request for the whole span costs less than one for each gap in it.
        return (new CostTable(good), missing.Count == 0 ? null : (missing[0], missing[^1].AddDays(1)));
    }

    private bool IsGood(CostDay day, DateTimeOffset fetchedAt, DateTimeOffset now) =>
        !day.Estimated
            || now - fetchedAt < (Today.DayNumber - day.Day.DayNumber > SettledAfterDays ? KeepSettledDays : _options.KeepOpenDays);

    private async Task<List<CostDay>> AskAsync(CostScope scope, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var query = new CostQuery(
            from, to, "DAILY",
            _options.Metric)
        { GroupBy = [new CostGroup(scope.Grouping.Type, scope.Grouping.Key)], Filter = scope.Filter };
        var days = new SortedDictionary<DateOnly, (bool Estimated, List<CostAmount> Amounts)>();
        // A day without costs is not answered at all, but is known from now on.
        for (var day = from; day < to; day = day.AddDays(1)) days[day] = (Today.DayNumber - day.DayNumber <= SettledAfterDays, []);
        string? token = null;
        do
        {
            await CountAsync("GetCostAndUsage", cancellationToken);
            var page = await _aws.CostExplorer(scope.Account).GetCostAndUsage(query, token, cancellationToken);
            foreach (var period in page.Periods)
            {
                if (!days.TryGetValue(period.From, out var day)) continue;
                day.Amounts.AddRange(period.Groups.Where(group => group.Spend.Amount != 0).Select(
                    group => new CostAmount(KeyOf(scope.Grouping, group), group.Spend.Amount, group.Spend.Unit)));
                days[period.From] = (period.Estimated, day.Amounts);
            }

            token = page.NextPageToken;
        }
        while (token is not null);
        return [.. days.Select(day => new CostDay(day.Key, day.Value.Estimated, day.Value.Amounts))];
    }

    /// <summary>A tag's group reads <c>Owner$SECURITY</c>.</summary>
    private static string KeyOf(CostGrouping grouping, CostGroupSpend group)
    {
        var key = group.Keys is [var first, ..] ? first : "";
        return grouping.Type == "TAG" && key.StartsWith(grouping.Key + "$", StringComparison.Ordinal)
            ? key[(grouping.Key.Length + 1)..]
            : key;
    }

    private async Task<T> AnswerAsync<T>(
        string id, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        async Task<T?> StoredAsync()
        {
            await using var connection = await _database.OpenAsync(cancellationToken);
            return await CostStore.AnswerAsync(connection, id, _time.GetUtcNow() - _options.KeepOpenDays, type, cancellationToken);
        }

        if (await StoredAsync() is { } known) return known;
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (await StoredAsync() is { } meanwhile) return meanwhile;
            var answer = await ask();
            await _database.WriteAsync(
                uow => CostStore.SaveAnswerAsync(uow, id, answer, _time.GetUtcNow(), type, cancellationToken), cancellationToken);
            return answer;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task CountAsync(string operation, CancellationToken cancellationToken)
    {
        if (await _database.WriteAsync(
            uow => CostStore.CountRequestAsync(uow, Month, _options.MonthlyRequests, cancellationToken), cancellationToken) is null)
            throw new UserFacingException("cost.limit", ("limit", (long)_options.MonthlyRequests));
        _requests.Add(1, new KeyValuePair<string, object?>("operation", operation));
    }

    /// <summary>The same metric in the forecast's spelling.</summary>
    private static string ForecastMetric(string metric) => metric switch
    {
        "AmortizedCost" => "AMORTIZED_COST",
        "NetUnblendedCost" => "NET_UNBLENDED_COST",
        "NetAmortizedCost" => "NET_AMORTIZED_COST",
        "BlendedCost" => "BLENDED_COST",
        _ => "UNBLENDED_COST",
    };

    private IEnumerable<ExpectedDay> DaysOf(ForecastPeriod period, DateOnly to)
    {
        var (from, end) = (period.From < Today ? Today : period.From, period.To > to ? to : period.To);
        var days = CrossingDay.Spread(period.Mean, from, end);
        return days.Select(day => new ExpectedDay(day.Day, day.Amount, period.Low / days.Count, period.High / days.Count));
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
