using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Reports;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs.Tests;

/// <summary>What AWS refuses costs itself alone, and refused is never none.</summary>
public sealed class OneFailingPartTests
{
    private static readonly Exception Denied = new AwsServiceException(
        "not authorized", new InvalidOperationException(), Amazon.Runtime.ErrorType.Sender, "AccessDeniedException", "r",
        System.Net.HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_denied_forecast_leaves_the_months_costs_and_says_what_is_missing()
    {
        await using var world = await RefusingAsync("GetCostForecast");

        var month = await AnswerAsync(world, "month");
        var forecast = await AnswerAsync(world, "forecast");

        Assert.Contains("$300.00", month, StringComparison.Ordinal);
        Assert.Contains("ce:GetCostForecast", month, StringComparison.Ordinal);
        Assert.Contains("$300.00", forecast, StringComparison.Ordinal);
        Assert.DoesNotContain("too little history", month + forecast, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Denied_budgets_are_not_permitted_and_never_none()
    {
        await using var world = await RefusingAsync("DescribeBudgets");

        var budgets = await AnswerAsync(world, "budget");
        var forecast = await AnswerAsync(world, "forecast");

        Assert.DoesNotContain("No account has a budget", budgets, StringComparison.Ordinal);
        Assert.StartsWith("The budgets could not be read.", budgets, StringComparison.Ordinal);
        Assert.Contains("not permitted (AccessDeniedException)", budgets, StringComparison.Ordinal);
        Assert.Contains("$3,100", forecast, StringComparison.Ordinal);
        Assert.Contains("budgets:ViewBudget", forecast, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_the_limit_the_anomalies_that_were_told_still_come()
    {
        await using var world = await CostWorld.CreateAsync(configure: options => options.MonthlyRequests = 1);
        await AnswerAsync(world, "today");
        await world.ReadAsync(CostWorld.File("cost-anomaly/sns-message.json"));

        Assert.Contains("+$1,001", await AnswerAsync(world, "anomalies"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_digest_whose_parts_were_all_refused_is_shown_and_says_so(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind, options => options.Digest.Recipients.Add("finance@example.com"));
        world.Aws.Refuse = operation => operation == "GetCostAndUsage by SERVICE" ? null : Denied;

        await world.Digests.MakeAsync(DigestFrequency.Daily, default);

        await using var connection = await world.Database.OpenAsync(default);
        var digest = (await DigestStore.FindAsync(connection, "daily-2026-03-02", default))!;
        Assert.Equal(["anomalies", "budgets", "forecast", "untagged"], digest.Missing.Order(StringComparer.Ordinal));
        var message = DigestViews.Render(digest, world.English);
        Assert.All(message.Blocks.OfType<SectionBlock>(), block => Assert.NotEqual("", block.Text!.Text));
        Assert.Contains(
            "Could not be read: costs without the tag, the forecast, budgets, anomalies", Text(message), StringComparison.Ordinal);
        Assert.Contains("Could not be read: ", Assert.Single(world.Mail.Sent).Plain, StringComparison.Ordinal);
        Assert.DoesNotContain("<ul", world.Mail.Sent[0].Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_keeps_its_costs_without_a_forecast()
    {
        await using var world = await RefusingAsync("GetCostForecast");
        var now = world.Time.GetUtcNow();

        var section = (await new CostReport(world.Explorer, world.Budgets, new TwoAccounts()).ReadAsync(
            new ReportPeriod(now.AddDays(-1), now, now.AddDays(-2)), default)).Render(world.English);

        Assert.Equal("$100.00", section.Figures[0].Value);
        Assert.Contains(section.Lines, line => line.Text.Contains("no forecast (AccessDeniedException)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DescribeNotificationsForBudget")]
    [InlineData("DescribeBudgetActionsForAccount")]
    [InlineData("GetCostForecast")]
    public async Task A_budgets_figures_and_drivers_are_shown_without_a_part(string refused)
    {
        await using var world = await RefusingAsync(refused);
        BudgetRefresherTests.Plan(world, 1000m, 310m, 3100m);
        await world.ReadAsync(BudgetRefresherTests.Forecast());

        await world.Refresher.RunOnceAsync();

        var budget = (await world.BudgetAsync("team"))!;
        Assert.Equal((null, new Money(310m, "USD")), (budget.Fault, budget.Actual));
    }

    [Fact]
    public async Task A_budgets_figures_are_shown_without_its_costs_and_say_what_the_role_needs()
    {
        await using var world = await RefusingAsync("GetCostAndUsage by SERVICE");
        BudgetRefresherTests.Plan(world, 1000m, 310m, 3100m);
        await world.ReadAsync(BudgetRefresherTests.Forecast());

        await world.Refresher.RunOnceAsync();

        var budget = (await world.BudgetAsync("team"))!;
        Assert.Equal(("AccessDeniedException", new Money(310m, "USD")), (budget.Fault, budget.Actual));
        Assert.Contains("ce:GetCostAndUsage", Text(BudgetMessage.Render(budget, null, world.English)), StringComparison.Ordinal);
    }

    private static async Task<CostWorld> RefusingAsync(string operation)
    {
        var world = await CostWorld.CreateAsync();
        world.Aws.Refuse = asked => asked == operation ? Denied : null;
        return world;
    }

    private static async Task<string> AnswerAsync(CostWorld world, string typed) =>
        Text(await world.Command.AnswerAsync(typed, world.English, default));

    private static string Text(Message message) => string.Join('\n', message.Blocks.SelectMany(block => block switch
    {
        SectionBlock { Text: { } text } => [text.Text],
        ContextBlock context => context.Elements.OfType<Mrkdwn>().Select(element => element.Text),
        _ => Array.Empty<string>(),
    }).Prepend(message.Text));
}
