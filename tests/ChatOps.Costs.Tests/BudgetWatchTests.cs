using System.Globalization;
using ChatOps.Aws;
using ChatOps.Platform.Storage;

namespace ChatOps.Costs.Tests;

public sealed class BudgetWatchTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_budget_that_sends_nothing_is_reported_when_it_is_overrun_and_again_when_it_is_worse(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind);
        BudgetRefresherTests.Plan(world, 1000m, 310m, 900m);
        await world.Watch.WatchAsync(default);
        Assert.Empty(world.Outbox.Requests);

        BudgetRefresherTests.Plan(world, 1000m, 310m, 3100m);
        await world.Watch.WatchAsync(default);
        await world.Watch.WatchAsync(default);
        Assert.Single(world.Outbox.Requests);
        var text = CostCases.Text(BudgetMessage.Render((await world.BudgetAsync("team"))!, null, world.English));
        Assert.Contains("will be exceeded", text, StringComparison.Ordinal);
        Assert.Contains("No notification came", text, StringComparison.Ordinal);

        BudgetRefresherTests.Plan(world, 1000m, 1010m, 3100m);
        await world.Watch.WatchAsync(default);
        await world.Watch.WatchAsync(default);
        Assert.Equal(2, world.Outbox.Requests.Select(request => request.Subject).Distinct().Count());
    }

    [Fact]
    public async Task A_target_that_is_missed_is_reported_by_its_own_rule()
    {
        await using var world = await CostWorld.CreateAsync();
        world.Aws.Known.Add(new AwsBudget("nodes", "MONTHLY", "RI_UTILIZATION")
        {
            BudgetLimit = new Spend(100m, "PERCENTAGE"),
            CalculatedSpend = new CalculatedSpend(new Spend(71.4m, "PERCENTAGE"), null),
        });
        await world.Watch.WatchAsync(default);
        Assert.Empty(world.Outbox.Requests);

        world.Aws.Rules.Add(new BudgetNotificationRule("ACTUAL", "LESS_THAN", 80m, "PERCENTAGE", "ALARM"));
        await world.Watch.WatchAsync(default);

        var budget = (await world.BudgetAsync("nodes"))!;
        Assert.Equal(Severity.High, budget.Rank);
        Assert.Contains(
            "below its target · 71.4 % of 100 %", CostCases.Text(BudgetMessage.Render(budget, null, world.English)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_of_a_target_is_read()
    {
        await using var world = await CostWorld.CreateAsync();
        await world.ReadAsync("""
            AWS Budget Notification March 04, 2026
            AWS Account 111122223333

            You requested that we alert you when the RI Utilization associated with your nodes budget is less than 80% for the current month.

            Budget Name: nodes
            Budget Type: RI Utilization
            Budgeted Amount: 100%
            Alert Type: ACTUAL
            Alert Threshold: < 80%
            ACTUAL Amount: 71.4%
            """);

        var budget = (await world.BudgetAsync("nodes"))!;
        Assert.Equal(("RI_UTILIZATION", true, new Money(71.4m, "PERCENTAGE")), (budget.Type, budget.IsBelow, budget.Actual));
    }

    [Fact]
    public async Task Ten_alerting_budgets_ask_at_most_eight_times_a_day()
    {
        await using var world = await CostWorld.CreateAsync();
        string[] services = ["Amazon Elastic Compute Cloud - Compute", "Amazon Simple Storage Service", "AWS Lambda"];
        for (var i = 0; i < 10; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"team-{i}");
            world.Aws.Known.Add(new AwsBudget(name, "MONTHLY", "COST")
            {
                BudgetLimit = new Spend(1000m, "USD"),
                CalculatedSpend = new CalculatedSpend(new Spend(310m, "USD"), new Spend(3100m, "USD")),
                CostFilters = i switch
                {
                    < 4 => null,
                    < 7 => new Dictionary<string, IReadOnlyList<string>> { ["Service"] = [services[i - 4]] },
                    _ => new Dictionary<string, IReadOnlyList<string>> { ["LinkedAccount"] = ["111122223333"] },
                },
            });
            await world.ReadAsync(BudgetRefresherTests.Forecast(name));
            await world.Refresher.RunAsync();
            world.Time.Advance(TimeSpan.FromMinutes(7));
        }

        var before = await world.Explorer.RequestsThisMonthAsync(default);
        for (var quarter = 0; quarter < 4 * 24; quarter++)
        {
            world.Time.Advance(TimeSpan.FromMinutes(15));
            await world.Refresher.RunAsync();
        }

        Assert.InRange(before, 1, 3);
        Assert.InRange(await world.Explorer.RequestsThisMonthAsync(default) - before, 1, 8);
        var budget = (await world.BudgetAsync("team-5"))!;
        Assert.Null(budget.Fault);
        Assert.NotNull(budget.CrossedOn);
    }
}
