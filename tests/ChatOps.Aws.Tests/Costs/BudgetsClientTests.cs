using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Aws.Tests;

public sealed class BudgetsClientTests : IAsyncLifetime
{
    private static readonly ServiceModel Model = ServiceModel.Load("budgets");

    private FakeAws _aws = null!;
    private ServiceProvider _services = null!;
    private IBudgetsClient _client = null!;

    public async Task InitializeAsync()
    {
        _aws = await FakeAws.Start();
        _services = _aws.Services();
        _client = _services.GetRequiredService<IAwsClients>().Budgets(FakeAws.Account);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task Budgets_come_page_by_page_with_amounts_to_the_last_digit_signed_for_us_east_1()
    {
        _aws.RespondInTurn(
            Answer.Json(
                """{"Budgets":[{"BudgetName":"prod","TimeUnit":"MONTHLY","BudgetType":"COST","BudgetLimit":{"Amount":"12000.0000000000000001","Unit":"USD"},"CalculatedSpend":{"ActualSpend":{"Amount":"10870.1","Unit":"USD"},"ForecastedSpend":{"Amount":"15234","Unit":"USD"}},"CostFilters":{"LinkedAccount":["111122223333"]},"TimePeriod":{"Start":1.7e9,"End":3706473600}}],"NextToken":"more"}"""),
            Answer.Json(
                """{"Budgets":[{"BudgetName":"개발","TimeUnit":"DAILY","BudgetType":"COST","FilterExpression":{"Dimensions":{"Key":"SERVICE","Values":["Amazon S3"],"MatchOptions":["EQUALS"]}}}]}"""));

        var found = new List<AwsBudget>();
        await foreach (var budget in _client.DescribeBudgets()) found.Add(budget);

        Assert.Equal(["prod", "개발"], found.Select(budget => budget.BudgetName));
        Assert.Equal(new Spend(12000.0000000000000001m, "USD"), found[0].BudgetLimit);
        Assert.Equal(new Spend(15234m, "USD"), found[0].CalculatedSpend?.ForecastedSpend);
        Assert.Equal("Amazon S3", Assert.Single(found[1].FilterExpression!.Dimensions!.Values!));
        Assert.All(_aws.Seen, request => Assert.Empty(Model.Faults(request, "DescribeBudgets")));
        Assert.All(
            _aws.Seen,
            request => Assert.Contains("/us-east-1/budgets/aws4_request", request.Headers["authorization"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_budget_that_is_not_there_is_null()
    {
        _aws.RespondInTurn(new Answer(
            HttpStatusCode.BadRequest,
            """{"__type":"NotFoundException","Message":"Unable to get budget: nope - the budget doesn't exist."}"""));

        Assert.Null(await _client.DescribeBudget("nope"));

        Assert.Empty(Model.Faults(Assert.Single(_aws.Seen), "DescribeBudget"));
    }

    [Fact]
    public async Task Periods_gone_by_come_oldest_first()
    {
        _aws.RespondAlways(
            """{"BudgetPerformanceHistory":{"BudgetName":"prod","BudgetedAndActualAmountsList":[{"BudgetedAmount":{"Amount":"100","Unit":"USD"},"ActualAmount":{"Amount":"90.5","Unit":"USD"},"TimePeriod":{"Start":1769904000,"End":1772323200}},{"BudgetedAmount":{"Amount":"100","Unit":"USD"},"ActualAmount":{"Amount":"80","Unit":"USD"},"TimePeriod":{"Start":1767225600,"End":1769904000}}]}}""");

        var history = await _client.DescribeBudgetPerformanceHistory("prod");

        Assert.Equal([80m, 90.5m], history.Select(period => period.Actual!.Amount));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), history[0].Start);
        Assert.Empty(Model.Faults(Assert.Single(_aws.Seen), "DescribeBudgetPerformanceHistory"));
    }

    [Fact]
    public async Task Notifications_and_actions_are_read()
    {
        _aws.RespondInTurn(
            Answer.Json(
                """{"Notifications":[{"NotificationType":"FORECASTED","ComparisonOperator":"GREATER_THAN","Threshold":100,"NotificationState":"ALARM"},{"NotificationType":"ACTUAL","ComparisonOperator":"GREATER_THAN","Threshold":80.5,"ThresholdType":"ABSOLUTE_VALUE"}]}"""),
            Answer.Json(
                """{"Actions":[{"ActionId":"c69f06e1-a9b0-16d1-3390-7b4e5f5864d2","BudgetName":"dev-team","NotificationType":"ACTUAL","ActionType":"APPLY_IAM_POLICY","ActionThreshold":{"ActionThresholdValue":100.0,"ActionThresholdType":"PERCENTAGE"},"Definition":{"IamActionDefinition":{"PolicyArn":"arn:aws:iam::111122223333:policy/deny-create","Roles":["Developer"]}},"ExecutionRoleArn":"arn:aws:iam::111122223333:role/budget-action","ApprovalModel":"MANUAL","Status":"PENDING","Subscribers":[]}]}"""));

        var rules = await _client.DescribeNotificationsForBudget("prod");
        var action = Assert.Single(await _client.DescribeBudgetActionsForAccount());

        Assert.Equal([(100m, null), (80.5m, "ABSOLUTE_VALUE")], rules.Select(rule => (rule.Threshold, rule.ThresholdType)));
        Assert.Equal(("PENDING", "Developer"), (action.Status, Assert.Single(action.Definition!.IamActionDefinition!.Roles!)));
        Assert.Empty(Model.Faults(_aws.Seen[0], "DescribeNotificationsForBudget"));
        Assert.Empty(Model.Faults(_aws.Seen[1], "DescribeBudgetActionsForAccount"));
    }
}
