using System.Globalization;
using ChatOps.Aws;

namespace ChatOps.Costs.Tests;

/// <summary>Budgets and Cost Explorer: a hundred dollars a day, of which EC2 is most.</summary>
internal sealed class PlayedBilling : IAwsClients, IBudgetsClient, ICostExplorerClient
{
    private string _account = "";

    public List<CostQuery> Asked { get; } = [];

    public int Requests { get; private set; }

    /// <summary>The tag keys that billing knows.</summary>
    public IReadOnlyList<string> TagKeys { get; set; } = ["Env", "Owner"];

    public List<AwsBudget> Known { get; } = [];

    public List<BudgetNotificationRule> Rules { get; } = [];

    public List<BudgetAction> Actions { get; } = [];

    public List<AwsAnomaly> Anomalies { get; } = [];

    public Exception? Fault { get; set; }

    /// <summary>What AWS refuses, by operation; of costs also <c>GetCostAndUsage by SERVICE</c>.</summary>
    public Func<string, Exception?> Refuse { get; set; } = _ => null;

    /// <summary>What a day costs, by group and currency.</summary>
    public Func<DateOnly, CostGroup, IEnumerable<(
        string Key, decimal Amount, string Currency)>> Day
    { get; set; } = (day, group) => group.Type == "TAG"
        ? [($"{group.Key}$", 10m, "USD"), ($"{group.Key}$DEVOPS", 90m, "USD")]
        : group.Key == "SERVICE"
            ? [("Amazon Elastic Compute Cloud - Compute", 80m, "USD"), ("Amazon Simple Storage Service", 20m, "USD")]
            : [("111122223333", 100m, "USD")];

    /// <summary>Days before this one are closed.</summary>
    public DateOnly ClosedBefore { get; set; } = new(2026, 3, 1);

    /// <summary>How much of a day AWS knows by now, 1 for all of it.</summary>
    public Func<DateOnly, decimal> KnownOf { get; set; } = _ => 1m;

    public decimal ForecastDaily { get; set; } = 100m;

    /// <summary>What is forecast; null for <see cref="ForecastDaily"/> each day.</summary>
    public Func<CostForecastQuery, CostForecast>? Forecast { get; set; }

    public List<CostForecastQuery> ForecastsAsked { get; } = [];

    public int DaysOfPage { get; set; } = int.MaxValue;

    /// <summary>Cost Explorer reaches back thirteen months from here.</summary>
    public Func<DateOnly> Today { get; set; } = () => new DateOnly(2026, 3, 4);

    public IBudgetsClient Budgets(string account)
    {
        _account = account;
        return Fault is null ? this : throw Fault;
    }

    public ICostExplorerClient CostExplorer(string account) => this;

    public async Task<CostPage> GetCostAndUsage(CostQuery query, string? pageToken, CancellationToken cancellation = default)
    {
        Requests++;
        Check($"GetCostAndUsage by {query.GroupBy[0].Key}");
        Asked.Add(query);
        if (Today() is var today && query.From < new DateOnly(today.Year, today.Month, 1).AddMonths(-13))
            throw new AwsServiceException(
                "You haven't enabled historical data beyond 14 months", null, Amazon.Runtime.ErrorType.Sender, "ValidationException", "r",
                System.Net.HttpStatusCode.BadRequest);
        var skip = pageToken is null ? 0 : int.Parse(pageToken, CultureInfo.InvariantCulture);
        var days = Enumerable.Range(0, query.To.DayNumber - query.From.DayNumber).Select(query.From.AddDays).ToList();
        var page = days.Skip(skip).Take(DaysOfPage).Select(day => new CostPeriod(
            day, day.AddDays(1), day >= ClosedBefore, null, [.. Groups(day, query)])).ToList();
        return await Delayed(
            new CostPage(page, skip + page.Count < days.Count ? (skip + page.Count).ToString(CultureInfo.InvariantCulture) : null)
            {
                Names = query.GroupBy.Any(group => group.Key == "LINKED_ACCOUNT") ? AccountNames : new Dictionary<string, string>(),
            });
    }

    /// <summary>The lines of an estate, as the cases have them; when there are any, <see cref="Day"/> is not asked.</summary>
    public List<EstateLine> Lines { get; } = [];

    /// <summary>What accounts are called.</summary>
    public Dictionary<string, string> AccountNames { get; } = [];

    /// <summary>What is waited for before an answer about costs; null for nothing.</summary>
    public Func<Task>? Wait { get; set; }

    /// <summary>What was said of anomalies.</summary>
    public List<(string Anomaly, string Feedback)> Feedback { get; } = [];

    /// <summary>Periods gone by, by budget.</summary>
    public Dictionary<string, List<BudgetedPeriod>> History { get; } = [];

    private async Task<T> Delayed<T>(T answer)
    {
        if (Wait is { } wait) await wait();
        return answer;
    }

    private IEnumerable<CostGroupSpend> Groups(DateOnly day, CostQuery query)
    {
        if (Lines.Count == 0)
        {
            // Told apart by account everything is the first account's; by kind of charge all is usage.
            var second = query.GroupBy is [_, { Key: "LINKED_ACCOUNT" }] ? "111122223333" : "Usage";
            return Day(day, query.GroupBy[0]).Select(item => new CostGroupSpend(
                [item.Key, second], new Spend(item.Amount * KnownOf(day), item.Currency)));
        }

        return Lines.Where(line => line.From <= day && day < line.To && EstateLine.Matches(query.Filter, line))
            .GroupBy(line => string.Join('\u0001', query.GroupBy.Select(line.Group)))
            .Select(group => new CostGroupSpend(
                group.Key.Split('\u0001'), new Spend(group.Sum(line => line.AmountOf(query.Metric)) * KnownOf(day), "USD")));
    }

    public Task ProvideAnomalyFeedback(string anomalyId, string feedback, CancellationToken cancellation = default)
    {
        Requests++;
        Check("ProvideAnomalyFeedback");
        Feedback.Add((anomalyId, feedback));
        return Task.CompletedTask;
    }

    public Task<CostForecast> GetCostForecast(CostForecastQuery query, CancellationToken cancellation = default)
    {
        Requests++;
        Check("GetCostForecast");
        // As AWS says it: "You can get 3 months of DAILY forecasts or 12 months of MONTHLY forecasts".
        if (query.Granularity == "DAILY" && query.To > query.From.AddMonths(3))
            throw new AwsServiceException(
                "The forecast's end is too far away", null, Amazon.Runtime.ErrorType.Sender, "ValidationException", "r",
                System.Net.HttpStatusCode.BadRequest);
        var days = Enumerable.Range(0, query.To.DayNumber - query.From.DayNumber).Select(query.From.AddDays).ToList();
        ForecastsAsked.Add(query);
        if (Forecast is { } forecast) return Delayed(forecast(query));
        if (query.Granularity == "MONTHLY")
        {
            return Task.FromResult(new CostForecast(new Spend(
                days.Count * ForecastDaily, "USD"), [.. days.GroupBy(day => (day.Year, day.Month)).Select(month => new ForecastPeriod(
                month.First(), month.Last().AddDays(1), month.Count() * ForecastDaily, month.Count() * ForecastDaily * 0.9m,
                month.Count() * ForecastDaily * 1.1m))]));
        }

        return Task.FromResult(new CostForecast(
            new Spend(days.Count * ForecastDaily, "USD"),
            [.. days.Select(day => new ForecastPeriod(day, day.AddDays(1), ForecastDaily, ForecastDaily * 0.9m, ForecastDaily * 1.1m))]));
    }

    public Task<AnomalyPage> GetAnomalies(DateOnly from, DateOnly to, string? pageToken, CancellationToken cancellation = default)
    {
        Requests++;
        Check("GetAnomalies");
        return Task.FromResult(new AnomalyPage(Anomalies, null));
    }

    public Task<IReadOnlyList<string>> GetTags(DateOnly from, DateOnly to, string? tagKey, CancellationToken cancellation = default)
    {
        Requests++;
        return Task.FromResult(TagKeys);
    }

    public async IAsyncEnumerable<AwsBudget> DescribeBudgets(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        Check("DescribeBudgets");
        // The second account has no budget.
        foreach (var budget in _account == "111122223333" ? Known : [])
        {
            await Task.Yield();
            yield return budget;
        }
    }

    public Task<AwsBudget?> DescribeBudget(string name, CancellationToken cancellation = default) =>
        Task.FromResult(Known.Find(budget => budget.BudgetName == name));

    public Task<IReadOnlyList<BudgetedPeriod>> DescribeBudgetPerformanceHistory(string name, CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<BudgetedPeriod>>(History.GetValueOrDefault(name) ?? []);

    public Task<IReadOnlyList<BudgetNotificationRule>> DescribeNotificationsForBudget(
        string name, CancellationToken cancellation = default)
    {
        Check("DescribeNotificationsForBudget");
        return Task.FromResult<IReadOnlyList<BudgetNotificationRule>>(Rules);
    }

    public Task<IReadOnlyList<BudgetAction>> DescribeBudgetActionsForAccount(CancellationToken cancellation = default)
    {
        Check("DescribeBudgetActionsForAccount");
        return Task.FromResult<IReadOnlyList<BudgetAction>>(Actions);
    }

    private void Check(string operation)
    {
        if (Refuse(operation) is { } fault) throw fault;
    }

    public ISecurityHubClient SecurityHub(string account, string region) => throw new NotSupportedException();

    public ITaggingClient Tagging(string account, string region) => throw new NotSupportedException();

    public IResourceGroupsClient ResourceGroups(string account, string region) => throw new NotSupportedException();

    public IRdsClient Rds(string account, string region) => throw new NotSupportedException();

    public IConfigClient Config(string account, string region) => throw new NotSupportedException();

    public Amazon.SimpleSystemsManagement.IAmazonSimpleSystemsManagement Ssm(string account, string region) =>
        throw new NotSupportedException();

    public Amazon.S3.IAmazonS3 S3(string account, string region) => throw new NotSupportedException();

    public Amazon.EC2.IAmazonEC2 Ec2(string account, string region) => throw new NotSupportedException();

    public Amazon.SQS.IAmazonSQS Sqs(string region) => throw new NotSupportedException();
}

/// <summary>What a share of an estate costs on each of some days.</summary>
internal sealed record EstateLine(
    DateOnly From, DateOnly To, string Service, string Account, string RecordType, IReadOnlyDictionary<string, decimal> PerDay,
    string Stage = "")
{
    public decimal AmountOf(string metric) => PerDay.TryGetValue(metric, out var amount) ? amount : PerDay.GetValueOrDefault("");

    public string Group(CostGroup group) => group.Type == "TAG" ? $"{group.Key}${Stage}" : Dimension(group.Key);

    public static bool Matches(CostExpression? filter, EstateLine line) => filter switch
    {
        null => true,
        { And: { } all } => all.All(part => Matches(part, line)),
        { Or: { } any } => any.Any(part => Matches(part, line)),
        { Not: { } not } => !Matches(not, line),
        { Dimensions: { } dimension } => dimension.Values!.Contains(line.Dimension(dimension.Key)),
        _ => throw new NotSupportedException(),
    };

    public static IEnumerable<EstateLine> Of(System.Text.Json.JsonElement root) => root.GetProperty("lines").EnumerateArray().Select(line =>
    {
        var perDay = line.GetProperty("perDay");
        return new EstateLine(
            DateOnly.Parse(line.GetProperty("from").GetString()!, CultureInfo.InvariantCulture),
            DateOnly.Parse(line.GetProperty("to").GetString()!, CultureInfo.InvariantCulture), line.GetProperty("service").GetString()!,
            line.GetProperty("account").GetString()!, line.GetProperty("recordType").GetString()!,
            perDay.ValueKind == System.Text.Json.JsonValueKind.Number
                ? new Dictionary<string, decimal> { [""] = perDay.GetDecimal() }
                : perDay.EnumerateObject().ToDictionary(metric => metric.Name, metric => metric.Value.GetDecimal()));
    });

    private string Dimension(string key) => key switch
    {
        "SERVICE" => Service,
        "LINKED_ACCOUNT" => Account,
        "RECORD_TYPE" => RecordType,
        _ => "",
    };
}
