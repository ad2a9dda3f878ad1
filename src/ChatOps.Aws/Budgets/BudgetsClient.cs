using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace ChatOps.Aws;

internal sealed class BudgetsClient(string account, AwsJsonConfig config) : AwsJsonClient(Service, config), IBudgetsClient
{
    /// <summary>Where Budgets and Cost Explorer are called, and signed for, whatever the Region.</summary>
    public const string Region = "us-east-1";

    private const int PageSize = 100;

    internal static readonly AwsJsonService Service =
        new("Budgets", "2016-10-20", "budgets", "budgets", "AWSBudgetServiceGateway", "https://budgets.amazonaws.com");

    private static readonly AwsJsonOperation<DescribeBudgetsRequest, DescribeBudgetsReply> BudgetsCall =
        new("DescribeBudgets", BudgetsJson.Default.DescribeBudgetsRequest, BudgetsJson.Default.DescribeBudgetsReply);

    private static readonly AwsJsonOperation<DescribeBudgetRequest, DescribeBudgetReply> BudgetCall =
        new("DescribeBudget", BudgetsJson.Default.DescribeBudgetRequest, BudgetsJson.Default.DescribeBudgetReply);

    private static readonly AwsJsonOperation<BudgetPageRequest, HistoryReply> HistoryCall =
        new("DescribeBudgetPerformanceHistory", BudgetsJson.Default.BudgetPageRequest, BudgetsJson.Default.HistoryReply);

    private static readonly AwsJsonOperation<BudgetPageRequest, NotificationsReply> NotificationsCall =
        new("DescribeNotificationsForBudget", BudgetsJson.Default.BudgetPageRequest, BudgetsJson.Default.NotificationsReply);

    private static readonly AwsJsonOperation<AccountPageRequest, ActionsReply> ActionsCall =
        new("DescribeBudgetActionsForAccount", BudgetsJson.Default.AccountPageRequest, BudgetsJson.Default.ActionsReply);

    public async IAsyncEnumerable<AwsBudget> DescribeBudgets([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? token = null;
        do
        {
            var reply = await Call(
                BudgetsCall, new DescribeBudgetsRequest(account, PageSize, token, ShowFilterExpression: true), cancellation);
            foreach (var budget in reply.Budgets ?? []) yield return budget;
            token = Next(reply.NextToken);
        }
        while (token is not null);
    }

    public async Task<AwsBudget?> DescribeBudget(string name, CancellationToken cancellation = default)
    {
        try
        {
            return (await Call(BudgetCall, new DescribeBudgetRequest(account, name, ShowFilterExpression: true), cancellation)).Budget;
        }
        catch (AwsServiceException missing) when (missing.ErrorCode == "NotFoundException")
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<BudgetedPeriod>> DescribeBudgetPerformanceHistory(string name, CancellationToken cancellation = default)
    {
        var periods = new List<BudgetedPeriod>();
        string? token = null;
        do
        {
            var reply = await Call(HistoryCall, new BudgetPageRequest(account, name, PageSize, token), cancellation);
            periods.AddRange((reply.BudgetPerformanceHistory?.BudgetedAndActualAmountsList ?? [])
                .Where(budgetedAndActual => budgetedAndActual.TimePeriod is { Start: not null, End: not null })
                .Select(budgetedAndActual => new BudgetedPeriod(
                    Moment(budgetedAndActual.TimePeriod!.Start!.Value), Moment(budgetedAndActual.TimePeriod.End!.Value),
                    budgetedAndActual.BudgetedAmount, budgetedAndActual.ActualAmount)));
            token = Next(reply.NextToken);
        }
        while (token is not null);
        return [.. periods.OrderBy(period => period.Start)];
    }

    public async Task<IReadOnlyList<BudgetNotificationRule>> DescribeNotificationsForBudget(
        string name, CancellationToken cancellation = default)
    {
        var rules = new List<BudgetNotificationRule>();
        string? token = null;
        do
        {
            var reply = await Call(NotificationsCall, new BudgetPageRequest(account, name, PageSize, token), cancellation);
            rules.AddRange(reply.Notifications ?? []);
            token = Next(reply.NextToken);
        }
        while (token is not null);
        return rules;
    }

    public async Task<IReadOnlyList<BudgetAction>> DescribeBudgetActionsForAccount(CancellationToken cancellation = default)
    {
        var actions = new List<BudgetAction>();
        string? token = null;
        do
        {
            var reply = await Call(ActionsCall, new AccountPageRequest(account, PageSize, token), cancellation);
            actions.AddRange(reply.Actions ?? []);
            token = Next(reply.NextToken);
        }
        while (token is not null);
        return actions;
    }

    private static string? Next(string? token) => string.IsNullOrEmpty(token) ? null : token;

    private static DateTimeOffset Moment(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));
}

internal sealed record DescribeBudgetsRequest(string AccountId, int MaxResults, string? NextToken, bool ShowFilterExpression);

internal sealed record DescribeBudgetsReply(IReadOnlyList<AwsBudget>? Budgets, string? NextToken);

internal sealed record DescribeBudgetRequest(string AccountId, string BudgetName, bool ShowFilterExpression);

internal sealed record DescribeBudgetReply(AwsBudget? Budget);

internal sealed record BudgetPageRequest(string AccountId, string BudgetName, int MaxResults, string? NextToken);

internal sealed record AccountPageRequest(string AccountId, int MaxResults, string? NextToken);

internal sealed record HistoryReply(PerformanceHistory? BudgetPerformanceHistory, string? NextToken);

internal sealed record PerformanceHistory(IReadOnlyList<BudgetedAndActual>? BudgetedAndActualAmountsList);

internal sealed record BudgetedAndActual(Spend? BudgetedAmount, Spend? ActualAmount, BudgetTimePeriod? TimePeriod);

internal sealed record NotificationsReply(IReadOnlyList<BudgetNotificationRule>? Notifications, string? NextToken);

internal sealed record ActionsReply(IReadOnlyList<BudgetAction>? Actions, string? NextToken);

// Amounts travel as text: no digit of them goes through a double.
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(DescribeBudgetsRequest))]
[JsonSerializable(typeof(DescribeBudgetsReply))]
[JsonSerializable(typeof(DescribeBudgetRequest))]
[JsonSerializable(typeof(DescribeBudgetReply))]
[JsonSerializable(typeof(BudgetPageRequest))]
[JsonSerializable(typeof(AccountPageRequest))]
[JsonSerializable(typeof(HistoryReply))]
[JsonSerializable(typeof(NotificationsReply))]
[JsonSerializable(typeof(ActionsReply))]
internal sealed partial class BudgetsJson : JsonSerializerContext;
