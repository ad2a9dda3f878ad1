using System.Globalization;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Costs;

/// <summary>Makes costs happen, and has Budgets and Cost Anomaly Detection tell of them. Called under the state's lock.</summary>
internal static class CostEvents
{
    private const decimal OverrunTo = 1.27m;
    private const int DaysGone = 6;
    private const decimal GoneDaily = 0.003m;

    /// <summary>
    /// Somebody's new machines run since some days, and more are ordered: the month is expected to end at 127 % of the budget, which
    /// Budgets tells in its text through the bot's topic.
    /// </summary>
    public static BudgetStanding Overrun(AwsSandbox aws, LocalBudget budget)
    {
        var now = aws.Time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var ledger = aws.State.Costs;
        if (ledger.Overrun.Add($"{budget.Account}/{budget.Name}"))
        {
            var account = budget.LinkedAccount ?? AwsSandboxOptions.ProdAccount;
            var line = new CostLine(CostLedger.Compute, account, AwsSandboxOptions.HomeRegion, null, null, 0m);
            var before = LocalBudgets.Stand(budget, ledger, now);
            var since = today.AddDays(-DaysGone) < before.From ? before.From : today.AddDays(-DaysGone);
            ledger.Add(line, since, today, Math.Round(before.Limit * GoneDaily, 2));
            // Cost Explorer learns late: what runs today is not in its books yet, but in its forecast.
            var missing = (before.Limit * OverrunTo) - LocalBudgets.Stand(budget, ledger, now).Forecast;
            if (missing > 0)
                ledger.Add(line, today, before.To, Math.Round(missing / (before.To.DayNumber - today.DayNumber), 4), onlyExpected: true);
        }

        var stands = LocalBudgets.Stand(budget, ledger, now);
        aws.Delivery.Enqueue(new SentEvent(AwsIds.Guid(), EventRoute.Sns, Text(stands, today)));
        return stands;
    }

    /// <summary>Machines for machine learning ran for a day where nobody expected them.</summary>
    public static CostAnomaly Anomaly(AwsSandbox aws, bool byEventBridge)
    {
        var day = DateOnly.FromDateTime(aws.Time.GetUtcNow().UtcDateTime).AddDays(-1);
        var line = new CostLine(CostLedger.Compute, AwsSandboxOptions.StageAccount, AwsSandboxOptions.OtherRegion, null, null, 0m);
        var anomaly = new CostAnomaly(AwsIds.Guid(), day, 1301.40m, 300.10m, line);
        aws.State.Costs.Add(line, day, day.AddDays(1), anomaly.Actual - anomaly.Expected);
        aws.State.Costs.Anomalies.Add(anomaly);
        if (byEventBridge)
        {
            aws.Bus.Put(new BusEvent(
                "Anomaly Detected", "aws.ce", AwsSandboxOptions.ProdAccount, AwsSandboxOptions.OtherRegion, [AnomalyText.Resource],
                AnomalyText.Detail(anomaly), EventRoute.EventBridge));
        }
        else
        {
            aws.Delivery.Enqueue(new SentEvent(AwsIds.Guid(), EventRoute.Sns, AwsAnswer.Text(AnomalyText.Message(anomaly))));
        }

        return anomaly;
    }

    /// <summary>As Budgets writes it; AWS documents no form of it.</summary>
    private static string Text(BudgetStanding stands, DateOnly today)
    {
        var limit = Dollars(stands.Limit);
        var forecast = Dollars(stands.Forecast);
        return string.Create(CultureInfo.InvariantCulture, $"""
            AWS Budget Notification {today:MMMM dd, yyyy}
            AWS Account {stands.Budget.Account}

            Dear AWS Customer,

            You requested that we alert you when the FORECASTED Cost associated with your {stands.Budget.Name} budget is greater than {limit} for the current month. The FORECASTED Cost associated with this budget is {forecast}. You can find additional details below and by accessing the AWS Budgets dashboard [1].

            Budget Name: {stands.Budget.Name}
            Budget Type: Cost
            Budgeted Amount: {limit}
            Alert Type: FORECASTED
            Alert Threshold: > {limit}
            FORECASTED Amount: {forecast}

            [1] https://console.aws.amazon.com/billing/home#/budgets

            """);
    }

    private static string Dollars(decimal amount) => "$" + amount.ToString("N2", CultureInfo.InvariantCulture);
}
