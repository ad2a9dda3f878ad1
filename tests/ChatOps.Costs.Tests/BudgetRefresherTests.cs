using ChatOps.Aws;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs.Tests;

public sealed class BudgetRefresherTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_budget_that_told_of_itself_gets_figures_drivers_the_day_of_crossing_and_a_picture(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind);
        Plan(world, limit: 1000m, actual: 310m, forecast: 3100m);
        await world.ReadAsync(Forecast());

        Assert.Equal(1, await world.Refresher.RunOnceAsync());

        var budget = (await world.BudgetAsync("team"))!;
        Assert.Equal(
            (new Money(1000m, "USD"), new Money(310m, "USD"), new Money(3100m, "USD")), (budget.Limit, budget.Actual, budget.Forecast));
        // Three whole days of a hundred, then a hundred a day: the eleventh makes it 1,100.
        Assert.Equal(new DateOnly(2026, 3, 11), budget.CrossedOn);
        Assert.Equal((Severity.High, null), (budget.Rank, budget.Fault));
        Assert.Equal(new Reach(BudgetFigure.Actual, 0.8m), budget.NextThreshold);
        Assert.Single(world.Painter.Uploaded);
        var chart = Assert.IsType<LineChart>(Assert.Single(world.Painter.Drawn));
        Assert.Equal((1000d, 3), (chart.Threshold!.Value.Value, chart.Series[0].Points.Count));
        Assert.NotNull(chart.Band);
        var message = BudgetMessage.Render(budget, "prod", world.English);
        Assert.Equal("🟠 Budget \"team\" will be exceeded on 11 Mar · forecast $3,100 of $1,000 (310 %)", message.Text);
        Assert.Equal("F1", Assert.Single(message.Blocks.OfType<ImageBlock>()).SlackFile!.Id);
        Assert.Equal(0, await world.Refresher.RunOnceAsync());
    }

    [Fact]
    public async Task Figures_are_renewed_while_the_period_lasts_and_not_for_ever()
    {
        await using var world = await CostWorld.CreateAsync();
        Plan(world, 1000m, 310m, 3100m);
        await world.ReadAsync(Forecast());
        await world.Refresher.RunOnceAsync();

        world.Time.Advance(TimeSpan.FromHours(7));
        Assert.Equal(1, await world.Refresher.RunOnceAsync());

        world.Time.Advance(TimeSpan.FromDays(40));
        Assert.Equal(1, await world.Refresher.RunOnceAsync());
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await world.Refresher.RunOnceAsync());
    }

    [Fact]
    public async Task When_AWS_refuses_the_message_says_so_and_it_is_tried_again_later()
    {
        await using var world = await CostWorld.CreateAsync();
        world.Aws.Fault = new AwsServiceException(
            "no", new InvalidOperationException(), Amazon.Runtime.ErrorType.Sender, "AccessDeniedException", "r",
            System.Net.HttpStatusCode.BadRequest);
        await world.ReadAsync(Forecast());

        await world.Refresher.RunOnceAsync();

        var budget = (await world.BudgetAsync("team"))!;
        Assert.Equal("AccessDeniedException", budget.Fault);
        var context = BudgetMessage.Render(budget, null, world.English).Blocks.OfType<ContextBlock>().Single();
        Assert.Contains(context.Elements, element => ((Mrkdwn)element).Text.Contains("budgets:ViewBudget", StringComparison.Ordinal));

        world.Aws.Fault = null;
        Plan(world, 1000m, 310m, 3100m);
        world.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, await world.Refresher.RunOnceAsync());
        Assert.Null((await world.BudgetAsync("team"))!.Fault);
    }

    [Fact]
    public async Task An_account_that_is_not_ours_is_said_and_not_asked_again()
    {
        await using var world = await CostWorld.CreateAsync();
        world.Aws.Fault = new UnknownAwsAccountException("999988887777");
        await world.ReadAsync(Forecast());

        await world.Refresher.RunOnceAsync();
        world.Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal("NoAccount", (await world.BudgetAsync("team"))!.Fault);
        Assert.Equal(0, await world.Refresher.RunOnceAsync());
    }

    [Fact]
    public async Task A_budget_of_a_year_is_foretold_by_months_for_AWS_foretells_no_days_so_far_ahead()
    {
        await using var world = await CostWorld.CreateAsync();
        Plan(world, limit: 10_000m, actual: 6_300m, forecast: 36_500m);
        world.Aws.Known[0] = world.Aws.Known[0] with { TimeUnit = "ANNUALLY" };
        await world.ReadAsync(CostWorld.File("budgets/cost-forecasted-month.txt")
            .Replace("Dev Team: 개발 #1", "team", StringComparison.Ordinal).Replace("month", "year", StringComparison.Ordinal));

        await world.Refresher.RunOnceAsync();

        var budget = (await world.BudgetAsync("team", "2026"))!;
        // A hundred a day from New Year on: the 101st day makes it more than ten thousand.
        Assert.Equal((null, new DateOnly(2026, 4, 11)), (budget.Fault, budget.CrossedOn));

        // Late in the year the year before is further back than Cost Explorer knows.
        world.Time.SetUtcNow(new DateTimeOffset(2026, 11, 4, 6, 0, 0, TimeSpan.Zero));
        await world.Refresher.RunOnceAsync();
        Assert.Null((await world.BudgetAsync("team", "2026"))!.Fault);
    }

    [Fact]
    public async Task An_answer_that_nobody_foresaw_is_said_and_asked_for_again_with_growing_pauses()
    {
        await using var world = await CostWorld.CreateAsync();
        world.Aws.Fault = new KeyNotFoundException("UnblendedCost");
        await world.ReadAsync(Forecast());

        await world.Refresher.RunOnceAsync();

        Assert.Equal("KeyNotFoundException", (await world.BudgetAsync("team"))!.Fault);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await world.Refresher.RunOnceAsync());
        world.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await world.Refresher.RunOnceAsync());
    }

    [Theory]
    [InlineData("LinkedAccount", "111122223333", true)]
    [InlineData("TagKeyValue", "user:Owner$SECURITY", true)]
    [InlineData("AZ", "us-east-1a", false)]
    public void A_filter_is_asked_for_as_it_is_or_not_at_all(string key, string value, bool known)
    {
        var budget = new AwsBudget("team", "MONTHLY", "COST")
        {
            CostFilters = new Dictionary<string, IReadOnlyList<string>> { [key] = [value] },
        };

        Assert.Equal(known, BudgetFilter.TryOf(budget, out var filter));
        if (key == "TagKeyValue")
            Assert.Equal(("Owner", "SECURITY"), (filter.Expression!.Tags!.Key, Assert.Single(filter.Expression.Tags.Values!)));
    }

    internal static string Forecast(string name = "team") =>
        CostWorld.File("budgets/cost-forecasted-month.txt").Replace("Dev Team: 개발 #1", name, StringComparison.Ordinal)
            .Replace("1,200.00", "1,000.00", StringComparison.Ordinal);

    internal static void Plan(CostWorld world, decimal limit, decimal actual, decimal forecast)
    {
        world.Aws.Known.Clear();
        world.Aws.Known.Add(new AwsBudget("team", "MONTHLY", "COST")
        {
            BudgetLimit = new Spend(limit, "USD"),
            CalculatedSpend = new CalculatedSpend(new Spend(actual, "USD"), new Spend(forecast, "USD")),
        });
        world.Aws.Rules.Clear();
        world.Aws.Rules.AddRange([
            new("ACTUAL", "GREATER_THAN", 80, "PERCENTAGE", "OK"), new("ACTUAL", "GREATER_THAN", 100, null, "OK"),
            new("FORECASTED", "GREATER_THAN", 100, "PERCENTAGE", "ALARM")
        ]);
    }
}
