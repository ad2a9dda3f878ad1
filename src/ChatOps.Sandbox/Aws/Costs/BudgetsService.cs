using System.Globalization;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Costs;

/// <summary>Budgets: what there is, how it stands, when it tells and what it does by itself.</summary>
internal sealed class BudgetsService(AwsState state, TimeProvider time) : LockedService(state)
{
    private const int MonthsKept = 12;

    private static readonly (string Type, decimal Threshold)[] Notifications =
    [
        ("ACTUAL", 80m), ("ACTUAL", 100m), ("FORECASTED", 100m), ("ACTUAL", 120m),
    ];

    public override string SigningName => "budgets";

    protected override AwsAnswer Answer(AwsCall call)
    {
        var account = call.Json.RequiredText("AccountId");
        if (account != call.Caller.AccountId)
            throw new AwsFault(
                "AccessDeniedException",
                $"Account {call.Caller.AccountId} is not authorized to perform {call.Operation} on account {account}");
        return call.Operation switch
        {
            "DescribeBudgets" => Budgets(call, account),
            "DescribeBudget" => AwsAnswer.Json(
                call, new JsonObject { ["Budget"] = Show(LocalBudgets.Find(account, call.Json.RequiredText("BudgetName"))) }),
            "DescribeBudgetPerformanceHistory" => History(call, LocalBudgets.Find(account, call.Json.RequiredText("BudgetName"))),
            "DescribeNotificationsForBudget" => Rules(call, LocalBudgets.Find(account, call.Json.RequiredText("BudgetName"))),
            "DescribeBudgetActionsForAccount" => Actions(call, account),
            _ => throw AwsFault.UnknownOperation("budgets", call.Operation),
        };
    }

    private AwsAnswer Budgets(AwsCall call, string account)
    {
        var (page, next) = Paging.Page(call.Json, [.. LocalBudgets.All.Where(budget => budget.Account == account)], 100, 1000);
        return Paged(call, "Budgets", page.Select(Show), next);
    }

    private JsonNode Show(LocalBudget budget)
    {
        var now = time.GetUtcNow();
        var stands = LocalBudgets.Stand(budget, State.Costs, now);
        var shown = new JsonObject
        {
            ["BudgetName"] = budget.Name,
            ["BudgetLimit"] = Spend(stands.Limit),
            ["CostTypes"] = new JsonObject { ["IncludeTax"] = true, ["IncludeCredit"] = true, ["UseBlended"] = false },
            ["TimeUnit"] = "MONTHLY",
            ["TimePeriod"] = new JsonObject { ["Start"] = Epoch(new DateOnly(2025, 1, 1)), ["End"] = Epoch(new DateOnly(2087, 6, 15)) },
            ["CalculatedSpend"] = new JsonObject { ["ActualSpend"] = Spend(stands.Actual), ["ForecastedSpend"] = Spend(stands.Forecast) },
            ["BudgetType"] = "COST",
            ["LastUpdatedTime"] = AwsIds.Epoch(now),
        };
        if (budget.LinkedAccount is { } linked) shown["CostFilters"] = new JsonObject { ["LinkedAccount"] = new JsonArray(linked) };
        return shown;
    }

    private AwsAnswer History(AwsCall call, LocalBudget budget)
    {
        var now = time.GetUtcNow();
        var first = new DateOnly(now.Year, now.Month, 1);
        var months = Enumerable.Range(1, MonthsKept).Select(back => first.AddMonths(-back)).Select(month =>
        {
            var (limit, actual) = LocalBudgets.Ended(budget, State.Costs, month, now);
            return (JsonNode)new JsonObject
            {
                ["BudgetedAmount"] = Spend(limit),
                ["ActualAmount"] = Spend(actual),
                ["TimePeriod"] = new JsonObject { ["Start"] = Epoch(month), ["End"] = Epoch(month.AddMonths(1)) },
            };
        });
        return AwsAnswer.Json(call, new JsonObject
        {
            ["BudgetPerformanceHistory"] = new JsonObject
            {
                ["BudgetName"] = budget.Name,
                ["BudgetType"] = "COST",
                ["TimeUnit"] = "MONTHLY",
                ["BudgetedAndActualAmountsList"] = new JsonArray([.. months]),
            },
        });
    }

    private AwsAnswer Rules(AwsCall call, LocalBudget budget)
    {
        var stands = LocalBudgets.Stand(budget, State.Costs, time.GetUtcNow());
        var (page, next) = Paging.Page(call.Json, Notifications, 100, 100);
        return Paged(call, "Notifications", page.Select(rule => (JsonNode)new JsonObject
        {
            ["NotificationType"] = rule.Type,
            ["ComparisonOperator"] = "GREATER_THAN",
            ["Threshold"] = rule.Threshold,
            ["ThresholdType"] = "PERCENTAGE",
            ["NotificationState"] = (rule.Type == "ACTUAL" ? stands.Actual : stands.Forecast) > stands.Limit * rule.Threshold / 100m
                ? "ALARM"
                : "OK",
        }), next);
    }

    private static AwsAnswer Actions(AwsCall call, string account)
    {
        IReadOnlyList<JsonNode> actions = account != AwsSandboxOptions.ProdAccount ? [] :
        [
            new JsonObject
            {
                ["ActionId"] = "c69f06e1-a9b0-46d1-b390-7b4e5f5864d2",
                ["BudgetName"] = "prod",
                ["NotificationType"] = "ACTUAL",
                ["ActionType"] = "APPLY_IAM_POLICY",
                ["ActionThreshold"] = new JsonObject { ["ActionThresholdValue"] = 120, ["ActionThresholdType"] = "PERCENTAGE" },
                ["Definition"] = new JsonObject
                {
                    ["IamActionDefinition"] = new JsonObject
                    {
                        ["PolicyArn"] = $"arn:aws:iam::{account}:policy/deny-create",
                        ["Roles"] = new JsonArray("Developer"),
                    },
                },
                ["ExecutionRoleArn"] = $"arn:aws:iam::{account}:role/budget-action",
                ["ApprovalModel"] = "MANUAL",
                ["Status"] = "STANDBY",
                ["Subscribers"] = new JsonArray(new JsonObject { ["SubscriptionType"] = "SNS", ["Address"] = AwsSandboxOptions.TopicArn }),
            },
        ];
        var (page, next) = Paging.Page(call.Json, actions, 100, 100);
        return Paged(call, "Actions", page, next);
    }

    private static AwsAnswer Paged(AwsCall call, string name, IEnumerable<JsonNode> items, string? next)
    {
        var body = new JsonObject { [name] = new JsonArray([.. items]) };
        if (next is not null) body["NextToken"] = next;
        return AwsAnswer.Json(call, body);
    }

    private static JsonObject Spend(decimal amount) =>
        new() { ["Amount"] = Math.Max(0m, amount).ToString("0.##", CultureInfo.InvariantCulture), ["Unit"] = "USD" };

    private static JsonNode Epoch(DateOnly day) => AwsIds.Epoch(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
}
