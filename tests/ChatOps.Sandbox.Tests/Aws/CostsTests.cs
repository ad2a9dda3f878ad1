using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Tests.Aws;

/// <summary>Budgets and Cost Explorer of the local AWS, asked by Debian's command line client.</summary>
public sealed class CostsTests(RunningAws aws) : IClassFixture<RunningAws>
{
    private static DateOnly Today => DateOnly.FromDateTime(DateTime.UtcNow);

    [Fact]
    public async Task A_year_of_costs_is_there_by_day_and_the_same_every_time()
    {
        var first = await CostsAsync(Today.AddDays(-364), Today, "DAILY", "Type=DIMENSION,Key=SERVICE");
        var again = await CostsAsync(Today.AddDays(-100), Today.AddDays(-90), "DAILY", "Type=DIMENSION,Key=SERVICE");

        Assert.Equal(364, first.Count);
        Assert.True(JsonNode.DeepEquals(
            new JsonArray([.. first.Skip(264).Take(10).Select(day => day.DeepClone())]),
            new JsonArray([.. again.Select(day => day.DeepClone())])));
        Assert.False((bool)first[0]["Estimated"]!);
        Assert.True((bool)first[^1]["Estimated"]!);
        Assert.Equal("USD", (string)first[0]["Groups"]![0]!["Metrics"]!["UnblendedCost"]!["Unit"]!);
    }

    [Fact]
    public async Task Groups_add_up_to_the_total_and_a_share_is_untagged()
    {
        var from = new DateOnly(Today.Year, Today.Month, 1).AddMonths(-1);
        var total = decimal.Parse(
            (string)Assert.Single(await CostsAsync(from, from.AddMonths(1), "MONTHLY"))["Total"]!["UnblendedCost"]!["Amount"]!,
            CultureInfo.InvariantCulture);

        foreach (var group in (string[])["Type=DIMENSION,Key=LINKED_ACCOUNT", "Type=DIMENSION,Key=REGION", "Type=TAG,Key=Owner"])
        {
            var groups = Assert.Single(await CostsAsync(from, from.AddMonths(1), "MONTHLY", group))["Groups"]!.AsArray();
            Assert.Equal(total, groups.Sum(Amount));
        }

        var owners = Assert.Single(await CostsAsync(from, from.AddMonths(1), "MONTHLY", "Type=TAG,Key=Owner"))["Groups"]!.AsArray();
        var untagged = Amount(owners.Single(owner => (string)owner!["Keys"]![0]! == "Owner$")) / total;
        Assert.InRange(untagged, 0.02m, 0.2m);
    }

    [Fact]
    public async Task Filters_and_two_groups_work_together()
    {
        const string filter =
            """{"And":[{"Dimensions":{"Key":"LINKED_ACCOUNT","Values":["444455556666"]}},{"Not":{"Tags":{"Key":"Owner","Values":["DEVOPS"]}}}]}""";
        var answer = await aws.CliAsync(
            "ce", "get-cost-and-usage", "--time-period", $"Start={Text(Today.AddDays(-2))},End={Text(Today)}", "--granularity", "DAILY",
            "--metrics", "UnblendedCost",
            "--group-by", "Type=DIMENSION,Key=LINKED_ACCOUNT", "Type=TAG,Key=Owner", "--filter", filter);

        var groups = answer.Json["ResultsByTime"]![0]!["Groups"]!.AsArray();
        Assert.All(groups, group => Assert.Equal("444455556666", (string)group!["Keys"]![0]!));
        Assert.DoesNotContain(groups, group => (string)group!["Keys"]![1]! == "Owner$DEVOPS");
        Assert.NotEmpty(groups);
    }

    [Fact]
    public async Task A_forecast_lies_between_its_bounds_and_the_past_is_refused()
    {
        var forecast = (await aws.CliAsync(
            "ce", "get-cost-forecast", "--time-period", $"Start={Text(Today)},End={Text(Today.AddDays(10))}", "--granularity", "DAILY",
            "--metric", "UNBLENDED_COST")).Json;

        Assert.Equal(10, forecast["ForecastResultsByTime"]!.AsArray().Count);
        Assert.All(forecast["ForecastResultsByTime"]!.AsArray(), day => Assert.True(Number(day!, "PredictionIntervalLowerBound")
            < Number(day!, "MeanValue") && Number(day!, "MeanValue") < Number(day!, "PredictionIntervalUpperBound")));
        var refused = await aws.CliAsync(
            "ce", "get-cost-forecast", "--time-period", $"Start={Text(Today.AddDays(-3))},End={Text(Today)}", "--granularity", "DAILY",
            "--metric", "UNBLENDED_COST");
        Assert.Contains("ValidationException", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Budgets_stand_as_their_costs_do_and_tell_when_one_is_overrun()
    {
        await using var other = new Started();
        var local = await other.StartAsync();
        var before = await BudgetAsync(local);
        Assert.True(Spend(before, "CalculatedSpend", "ForecastedSpend") < Spend(before, "BudgetLimit"));
        Assert.Equal(4, (await local.CliAsync(
            "budgets", "describe-notifications-for-budget", "--account-id", "111122223333", "--budget-name",
            "prod")).Json["Notifications"]!.AsArray().Count);
        Assert.Equal(
            2, (await local.CliAsync("budgets", "describe-budgets", "--account-id", "111122223333")).Json["Budgets"]!.AsArray().Count);
        Assert.NotEmpty((await local.CliAsync(
            "budgets", "describe-budget-performance-history", "--account-id", "111122223333", "--budget-name",
            "prod")).Json["BudgetPerformanceHistory"]!["BudgetedAndActualAmountsList"]!.AsArray());
        Assert.Single((await local.CliAsync("budgets", "describe-budget-actions-for-account", "--account-id", "111122223333"))
            .Json["Actions"]!.AsArray());
        Assert.Contains(
            "NotFoundException",
            (await local.CliAsync("budgets", "describe-budget", "--account-id", "111122223333", "--budget-name", "none")).Error,
            StringComparison.Ordinal);
        Assert.Contains(
            "AccessDeniedException", (await local.CliAsync("budgets", "describe-budgets", "--account-id", "444455556666")).Error,
            StringComparison.Ordinal);

        var pressed = await local.PressAsync("overrun", new { budget = "prod" });

        Assert.True((bool)pressed["ok"]!);
        var after = await BudgetAsync(local);
        Assert.InRange(Spend(after, "CalculatedSpend", "ForecastedSpend") / Spend(after, "BudgetLimit"), 1.26m, 1.28m);
        Assert.True(Spend(after, "CalculatedSpend", "ActualSpend") < Spend(after, "BudgetLimit"));
        Assert.Contains("SubscriptionConfirmation", (await local.NextAsync(post => post.Way == "sns")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_anomaly_comes_by_EventBridge_and_is_listed()
    {
        await using var other = new Started();
        var local = await other.StartAsync();

        await local.PressAsync("anomaly", new { way = "eventbridge" });

        var incoming = await local.NextAsync(post => post.Way == "eventbridge" && post.DetailType == "Anomaly Detected");
        var id = (string)incoming.Detail["anomalyId"]!;
        var listed = (await local.CliAsync("ce", "get-anomalies", "--date-interval", $"StartDate={Text(Today.AddDays(-7))}"))
            .Json["Anomalies"]!.AsArray();
        Assert.Equal(id, (string)Assert.Single(listed)!["AnomalyId"]!);
    }

    [Fact]
    public async Task Tags_and_dimension_values_are_listed()
    {
        var tags = (await aws.CliAsync("ce", "get-tags", "--time-period", $"Start={Text(Today.AddDays(-7))},End={Text(Today)}"))
            .Json["Tags"]!.AsArray();
        var services = (await aws.CliAsync(
            "ce", "get-dimension-values", "--time-period", $"Start={Text(Today.AddDays(-7))},End={Text(Today)}", "--dimension",
            "SERVICE")).Json["DimensionValues"]!.AsArray();

        Assert.Equal(["Env", "Owner"], tags.Select(tag => (string)tag!));
        Assert.Contains(services, service => (string)service!["Value"]! == "Amazon Relational Database Service");
    }

    private async Task<List<JsonNode>> CostsAsync(DateOnly from, DateOnly to, string granularity, params string[] groups)
    {
        var found = new List<JsonNode>();
        string? token = null;
        do
        {
            List<string> command =
            [
                "ce", "get-cost-and-usage", "--time-period", $"Start={Text(from)},End={Text(to)}", "--granularity", granularity,
                "--metrics", "UnblendedCost",
            ];
            if (groups.Length > 0) command.AddRange(["--group-by", .. groups]);
            if (token is not null) command.AddRange(["--next-page-token", token]);
            var page = (await aws.CliAsync([.. command])).Json;
            found.AddRange(page["ResultsByTime"]!.AsArray().Select(node => node!.DeepClone()));
            token = (string?)page["NextPageToken"];
        }
        while (token is not null);
        return found;
    }

    private static async Task<JsonObject> BudgetAsync(RunningAws local) =>
        (await local.CliAsync("budgets", "describe-budget", "--account-id", "111122223333", "--budget-name", "prod"))
            .Json["Budget"]!.AsObject();

    private static decimal Spend(JsonObject budget, params string[] path)
    {
        JsonNode node = budget;
        foreach (var part in path) node = node[part]!;
        return Number(node, "Amount");
    }

    private static decimal Amount(JsonNode? group) => Number(group!["Metrics"]!["UnblendedCost"]!, "Amount");

    private static decimal Number(JsonNode node, string name) => decimal.Parse((string)node[name]!, CultureInfo.InvariantCulture);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed class Started : IAsyncDisposable
    {
        private readonly RunningAws _aws = new();

        public async Task<RunningAws> StartAsync()
        {
            await _aws.InitializeAsync();
            return _aws;
        }

        public async ValueTask DisposeAsync() => await _aws.DisposeAsync();
    }
}
