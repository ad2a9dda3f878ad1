using System.Globalization;
using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>What is looked at: whose costs, grouped how, which of them, in which metric.</summary>
/// <param name="Account">Whose Cost Explorer is asked.</param>
/// <param name="Grouping">By what.</param>
/// <param name="Filter">Which; null for all.</param>
internal sealed record CostScope(string Account, CostGrouping Grouping, CostExpression? Filter = null)
{
    /// <summary>What is added up; empty for the configured metric.</summary>
    public string Metric { get; init; } = "";

    /// <summary>Told apart by account instead of by kind of charge: Cost Explorer groups by two things at most.</summary>
    public bool ByAccount { get; init; }

    /// <summary>As it stands in the table.</summary>
    public string GroupedBy => $"{Grouping.Type}:{Grouping.Key}/{(ByAccount ? "LINKED_ACCOUNT" : "RECORD_TYPE")}";

    /// <summary>As it stands in the table.</summary>
    public string FilterText => Filter is null ? "" : JsonSerializer.Serialize(Filter, CostJson.Default.CostExpression);
}

/// <summary>
/// Cost Explorer behind a table. A day that AWS has closed is asked for again on the sixth and the fifteenth of a month, when refunds and
/// tags of the past are in; open days, forecasts and anomalies after hours. When AWS gives no answer, an older one is given with its age.
/// </summary>
internal sealed class CostExplorer(
    IDatabase database, IAwsClients aws, IAwsAccounts accounts, IOptions<CostOptions> options, IPolicy<TagVocabulary> vocabulary,
    CostRequests requests, TimeProvider time)
{
    /// <summary>A day that is older than this changes seldom, although AWS still calls it estimated until the month is billed.</summary>
    private const int SettledAfterDays = 3;

    private static readonly TimeSpan KeepSettledDays = TimeSpan.FromDays(1);

    /// <summary>On these days of a month closed days are read again: the bill of the month before is closed by the first of them.</summary>
    private static readonly int[] ReadAgainOn = [15, 6];

    private readonly CostOptions _options = options.Value;
    private readonly CostQuestions _questions = new(database, time);

    /// <summary>The account whose Cost Explorer sees everything.</summary>
    /// <exception cref="UserFacingException">No account is configured.</exception>
    public string Payer => _options.PayerAccount is { Length: > 0 } payer
        ? payer
        : accounts.All is [var first, ..] ? first.Id : throw new UserFacingException("cost.no-account");

    /// <summary>Today, as AWS bills.</summary>
    public DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>The metric of a view: amortized costs stay net where net costs are configured.</summary>
    public string MetricOf(CostView view) => view != CostView.Amortized ? _options.Metric
        : _options.Metric.StartsWith("Net", StringComparison.Ordinal) ? "NetAmortizedCost" : "AmortizedCost";

    /// <summary>
    /// The last day that is settled: it ended <c>ChatOps:Costs:SettleAfter</c> ago or earlier. AWS learns what a day cost in the hours
    /// after it; until then the day would look cheap.
    /// </summary>
    public DateOnly LastSettled => LastSettledAt(time.GetUtcNow());

    /// <summary>The last day that was settled at a moment.</summary>
    public DateOnly LastSettledAt(DateTimeOffset at) => DateOnly.FromDateTime((at - _options.SettleAfter).UtcDateTime).AddDays(-1);

    /// <summary>When a day is settled.</summary>
    public DateTimeOffset SettledAt(DateOnly day) =>
        new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) + _options.SettleAfter;

    /// <summary>The first day that Cost Explorer still knows: of thirteen months and the present one.</summary>
    public DateOnly Oldest => new DateOnly(Today.Year, Today.Month, 1).AddMonths(-13);

    /// <summary>Each day's costs from one day to before another, for somebody who waits; days of the future are left out.</summary>
    public Task<CostTable> DailyAsync(CostScope scope, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        DailyAsync(scope, from, to, CostDemand.People, cancellationToken);

    /// <summary>Each day's costs from one day to before another; days of the future are left out.</summary>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">AWS refuses, and no older answer will do.</exception>
    /// <exception cref="UserFacingException">The month's requests are used up, and no older answer will do.</exception>
    public async Task<CostTable> DailyAsync(
        CostScope scope, DateOnly from, DateOnly to, CostDemand demand, CancellationToken cancellationToken)
    {
        var end = to > Today.AddDays(1) ? Today.AddDays(1) : to;
        if (end <= from) return new CostTable([]);
        if (scope.Metric.Length == 0) scope = scope with { Metric = _options.Metric };
        try
        {
            return await _questions.AskAsync(
                $"days/{scope.Account}/{scope.Metric}/{scope.GroupedBy}/{scope.FilterText}",
                async () => await KnownAsync(scope, from, end, demand, cancellationToken) is { Missing: null } all ? all.Table : null,
                async () =>
                {
                    var (table, missing) = await KnownAsync(scope, from, end, demand, cancellationToken);
                    if (missing is not { } span) return table;
                    var fresh = await AskAsync(scope, span.From, span.To, demand.Purpose, cancellationToken);
                    var byDay = fresh.ToDictionary(day => day.Day);
                    return new CostTable([.. table.Days.Where(day => !byDay.ContainsKey(day.Day)).Concat(fresh).OrderBy(day => day.Day)]);
                },
                cancellationToken);
        }
        catch (Exception fault) when (
            demand.TakesOld && !cancellationToken.IsCancellationRequested && CostFault.CodeOf(fault) is not null)
        {
            if (await OldAsync(scope, from, end, CostFault.CodeOf(fault)!, cancellationToken) is { } old) return old;
            throw;
        }
    }

    /// <summary>Whether credits or refunds are known among these costs of late; the table alone is looked at.</summary>
    public async Task<bool> HasReductionsAsync(CostScope scope, CancellationToken cancellationToken)
    {
        if (scope.Metric.Length == 0) scope = scope with { Metric = _options.Metric };
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await CostStore.DaysAsync(connection, scope, Today.AddDays(-62), Today.AddDays(1), cancellationToken)).Any(
            stored => stored.Day.Amounts.Any(amount => amount.Charge is CostCharge.Credit or CostCharge.Refund));
    }

    /// <summary>
    /// What AWS expects from today to before a day; null when it has too little history to say. The bounds are those of its months: added
    /// up, bounds of days would be far too wide.
    /// </summary>
    public async Task<ExpectedCost?> ForecastAsync(
        string account, CostExpression? filter, DateOnly to, CancellationToken cancellationToken, CostDemand? demand = null,
        string? metric = null)
    {
        if (to <= Today) return null;
        metric ??= _options.Metric;
        demand ??= CostDemand.People;
        var id = $"forecast/{account}/{metric}/{Text(Today)}/{Text(to)}/" +
            new CostScope(account, CostGrouping.Service, filter).FilterText;
        var answer = await AnswerAsync(
            id, CostJson.Default.ExpectedCost, demand,
            async () =>
            {
                try
                {
                    var forecast = await requests.SendAsync(
                        "GetCostForecast", demand.Purpose,
                        () => aws.CostExplorer(account).GetCostForecast(
                            new CostForecastQuery(Today, to, "MONTHLY", ForecastMetric(metric)) { Filter = filter }, cancellationToken),
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
    public async Task<IReadOnlyList<Anomaly>> AnomaliesAsync(
        DateOnly from, DateOnly to, CancellationToken cancellationToken, CostDemand? demand = null)
    {
        var payer = Payer;
        demand ??= CostDemand.People;
        var answer = await AnswerAsync<IReadOnlyList<Anomaly>>(
            $"anomalies/{payer}/{Text(from)}/{Text(to)}", CostJson.Default.IReadOnlyListAnomaly, demand,
            async () =>
            {
                var found = new List<Anomaly>();
                string? token = null;
                do
                {
                    var page = await requests.SendAsync(
                        "GetAnomalies", demand.Purpose, () => aws.CostExplorer(payer).GetAnomalies(from, to, token, cancellationToken),
                        cancellationToken);
                    found.AddRange(page.Anomalies.Select(anomaly => AnomalyEvents.Of(anomaly, payer, time.GetUtcNow())));
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
        return AnswerAsync(
            $"tags/{payer}/{Text(Today)}", CostJson.Default.IReadOnlyListString, CostDemand.People,
            () => requests.SendAsync(
                "GetTags", CostPurpose.People,
                () => aws.CostExplorer(payer).GetTags(Today.AddDays(-30), Today.AddDays(1), null, cancellationToken), cancellationToken),
            cancellationToken);
    }

    /// <summary>A grouping by the tag key that billing knows: with the policy's prefix where it has that, else without.</summary>
    public async Task<CostGrouping> AsBilledAsync(CostGrouping grouping, CancellationToken cancellationToken)
    {
        // Asking for the keys costs a request; without a prefix there is nothing to choose.
        if (grouping.Type != "TAG" || vocabulary.Value.Prefix.Length == 0) return grouping;
        var known = await TagKeysAsync(cancellationToken);
        return vocabulary.Value.Choose(known, grouping.Key) is { } key ? CostGrouping.Tag(key) : grouping;
    }

    /// <summary>Says to AWS whether an anomaly was one.</summary>
    public Task FeedbackAsync(string anomalyId, string feedback, CancellationToken cancellationToken) => requests.SendAsync(
        "ProvideAnomalyFeedback", CostPurpose.People,
        async () =>
        {
            await aws.CostExplorer(Payer).ProvideAnomalyFeedback(anomalyId, feedback, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>What accounts are called that are not configured, as Cost Explorer says.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await CostStore.NamesAsync(connection, cancellationToken);
    }

    /// <summary>Everything is asked for again when it is needed next.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(uow => CostStore.SaveRefreshAsync(uow, time.GetUtcNow(), cancellationToken), cancellationToken);

    /// <summary>How many requests were made this month.</summary>
    public Task<int> RequestsThisMonthAsync(CancellationToken cancellationToken) => requests.CountAsync(cancellationToken);

    /// <summary>What is stored and still good, and the span that is not.</summary>
    private async Task<(CostTable Table, (DateOnly From, DateOnly To)? Missing)> KnownAsync(
        CostScope scope, DateOnly from, DateOnly to, CostDemand demand, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var now = time.GetUtcNow();
        var since = await CostStore.RefreshedAtAsync(connection, cancellationToken);
        var good = (await CostStore.DaysAsync(connection, scope, from, to, cancellationToken))
            .Where(stored => stored.FetchedAt >= since && IsGood(stored.Day, stored.FetchedAt, now, demand)).Select(stored => stored.Day)
            .ToList();
        var have = good.Select(day => day.Day).ToHashSet();
        var missing = Enumerable.Range(0, to.DayNumber - from.DayNumber).Select(from.AddDays).Where(day => !have.Contains(day)).ToList();
        // One request for the whole span costs less than one for each gap in it.
        return (new CostTable(good), missing.Count == 0 ? null : (missing[0], missing[^1].AddDays(1)));
    }

    private bool IsGood(CostDay day, DateTimeOffset fetchedAt, DateTimeOffset now, CostDemand demand)
    {
        if (!day.Estimated) return fetchedAt >= LastMark(now);
        if (fetchedAt < demand.NotBefore) return false;
        // What was known before a day was settled is a part of it.
        if (SettledAt(day.Day) is var settled && settled <= now && fetchedAt < settled) return false;
        var open = demand.MaxAge ?? _options.KeepOpenDays;
        var isOld = Today.DayNumber - day.Day.DayNumber > SettledAfterDays;
        return now - fetchedAt < (isOld && open < KeepSettledDays ? KeepSettledDays : open);
    }

    /// <summary>When closed days were to be read again last.</summary>
    private static DateTimeOffset LastMark(DateTimeOffset now)
    {
        var month = new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        return ReadAgainOn.Select(day => month.AddDays(day - 1)).Append(month.AddMonths(-1).AddDays(ReadAgainOn[0] - 1))
            .First(mark => mark <= now);
    }

    /// <summary>What is stored, however old, up to the first day that is not; null when the last days are not among it.</summary>
    private async Task<CostTable?> OldAsync(
        CostScope scope, DateOnly from, DateOnly to, string fault, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var now = time.GetUtcNow();
        var stored = await CostStore.DaysAsync(connection, scope, from, to, cancellationToken);
        var whole = stored.TakeWhile((day, i) => day.Day.Day == from.AddDays(i)).ToList();
        if (whole.Count == 0) return null;
        var old = whole.Where(day => !IsGood(day.Day, day.FetchedAt, now, CostDemand.People)).Select(day => day.FetchedAt).ToList();
        return new CostTable([.. whole.Select(day => day.Day)])
        {
            AsOf = old.Count > 0 ? old.Max() : whole[^1].FetchedAt,
            Fault = fault,
        };
    }

    private async Task<List<CostDay>> AskAsync(
        CostScope scope, DateOnly from, DateOnly to, CostPurpose purpose, CancellationToken cancellationToken)
    {
        var groups = new[] { new CostGroup(scope.Grouping.Type, scope.Grouping.Key) };
        var second = new CostGroup("DIMENSION", scope.ByAccount ? "LINKED_ACCOUNT" : "RECORD_TYPE");
        var query = new CostQuery(from, to, "DAILY", scope.Metric) { GroupBy = [.. groups, second], Filter = scope.Filter };
        var days = new SortedDictionary<DateOnly, (bool Estimated, List<CostAmount> Amounts)>();
        // A day without costs is not answered at all, but is known from now on.
        for (var day = from; day < to; day = day.AddDays(1)) days[day] = (Today.DayNumber - day.DayNumber <= SettledAfterDays, []);
        var names = new Dictionary<string, string>();
        var asked = time.GetUtcNow();
        string? token = null;
        do
        {
            var page = await requests.SendAsync(
                "GetCostAndUsage", purpose, () => aws.CostExplorer(scope.Account).GetCostAndUsage(query, token, cancellationToken),
                cancellationToken);
            foreach (var (id, name) in page.Names) names[id] = name;
            foreach (var period in page.Periods)
            {
                if (!days.TryGetValue(period.From, out var day)) continue;
                day.Amounts.AddRange(period.Groups.Where(group => group.Spend.Amount != 0).Select(group => AmountOf(scope, group)));
                days[period.From] = (period.Estimated, day.Amounts);
            }

            token = page.NextPageToken;
        }
        while (token is not null);
        List<CostDay> fresh = [.. days.Select(day => new CostDay(day.Key, day.Value.Estimated, day.Value.Amounts))];
        await database.WriteAsync(
            async uow =>
            {
                await CostStore.SaveDaysAsync(uow, scope, fresh, asked, cancellationToken);
                await CostStore.SaveNamesAsync(uow, names, cancellationToken);
            },
            cancellationToken);
        return fresh;
    }

    private static CostAmount AmountOf(CostScope scope, CostGroupSpend group)
    {
        var second = group.Keys is [_, var other, ..] ? other : "";
        var amount = new CostAmount(KeyOf(scope.Grouping, group), group.Spend.Amount, group.Spend.Unit);
        return scope.ByAccount ? amount with { Account = second } : amount with { Charge = CostCharges.Of(second) };
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
        string id, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CostDemand demand, Func<Task<T>> ask,
        CancellationToken cancellationToken)
        where T : class
    {
        async Task<StoredAnswer<T>?> StoredAsync(DateTimeOffset since)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var refreshed = since > DateTimeOffset.MinValue ? await CostStore.RefreshedAtAsync(connection, cancellationToken) : since;
            return await CostStore.AnswerAsync(connection, id, since > refreshed ? since : refreshed, type, cancellationToken);
        }

        try
        {
            return await _questions.AskAsync(
                id, async () => (await StoredAsync(time.GetUtcNow() - (demand.MaxAge ?? _options.KeepOpenDays)))?.Answer,
                async () =>
                {
                    var answer = await ask();
                    await database.WriteAsync(
                        uow => CostStore.SaveAnswerAsync(uow, id, answer, time.GetUtcNow(), type, cancellationToken), cancellationToken);
                    return answer;
                },
                cancellationToken);
        }
        catch (Exception fault) when (
            demand.TakesOld && !cancellationToken.IsCancellationRequested && CostFault.CodeOf(fault) is not null)
        {
            if (await StoredAsync(DateTimeOffset.MinValue) is { } old) return old.Answer;
            throw;
        }
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
