using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs.Tests;

/// <summary>A worse state makes a sound: a new message in the channel. A better or an equal one is an edit.</summary>
public sealed class CostSoundTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Every_threshold_of_a_month_is_heard_and_a_redelivery_is_not(DatabaseKind kind)
    {
        using var given = Case("thresholds-of-one-month.json");
        await using var world = await CostWorld.CreateAsync(kind);
        world.Aws.Rules.AddRange(
        [
            new("ACTUAL", "GREATER_THAN", 80, "PERCENTAGE", "OK"), new("FORECASTED", "GREATER_THAN", 100, "PERCENTAGE", "OK"),
            new("ACTUAL", "GREATER_THAN", 100, "PERCENTAGE", "OK"),
        ]);
        var heard = 0;
        foreach (var step in given.RootElement.GetProperty("steps").EnumerateArray())
        {
            world.Time.AdjustTime(step.GetProperty("at").GetDateTimeOffset());
            world.Aws.Known.Clear();
            var known = step.GetProperty("describeBudget");
            world.Aws.Known.Add(new AwsBudget("harbour", "MONTHLY", "COST")
            {
                BudgetLimit = SpendOf(known.GetProperty("BudgetLimit")),
                CalculatedSpend = new CalculatedSpend(
                    SpendOf(known.GetProperty("CalculatedSpend").GetProperty("ActualSpend")),
                    SpendOf(known.GetProperty("CalculatedSpend").GetProperty("ForecastedSpend"))),
            });
            var text = step.GetProperty("text").GetString()!;

            await world.ReadAsync(text);
            await world.Refresher.RunOnceAsync();
            await world.ReadAsync(text);
            await world.Refresher.RunOnceAsync();

            heard += step.GetProperty("sound").GetBoolean() ? 1 : 0;
            Assert.Equal(heard, Messages(world));
        }

        Assert.Equal(3, heard);
        var subject = new BudgetSubject(world.Database, world.Accounts);
        var budget = (await world.BudgetAsync("harbour"))!;
        var former = (await subject.RenderAsync(budget.Id, world.English, default))!;
        Assert.Equal("Budget \"harbour\": a newer message in this channel shows it", former.Text);
        Assert.Empty(former.Blocks.OfType<ActionsBlock>());
        var present = (await subject.RenderAsync(budget.Subject.Key, world.English, default))!;
        Assert.Contains("exceeded", present.Text, StringComparison.Ordinal);
        Assert.Contains(world.Outbox.Changed, changed => changed.Subject.Key == budget.Id && !changed.Open);
    }

    [Fact]
    public async Task A_threshold_beyond_the_limit_is_heard_once_and_mentions_the_assignee()
    {
        await using var world = await CostWorld.CreateAsync();
        await world.ReadAsync(Actual("$1,000.00", "$1,010.00"));
        var budget = (await world.BudgetAsync("team"))!;
        await world.Acts.AssignBudgetAsync("U0JIYEON", budget.Id, "U0ALEX", default);

        await world.ReadAsync(Actual("$1,000.00", "$1,012.00"));
        Assert.Equal(1, Messages(world));
        await world.ReadAsync(Actual("$1,500.00", "$1,512.00"));
        Assert.Equal(2, Messages(world));

        budget = (await world.BudgetAsync("team"))!;
        Assert.Equal($"{budget.Id}.2", budget.Subject.Key);
        var message = (await new BudgetSubject(world.Database, world.Accounts).RenderAsync(budget.Subject.Key, world.English, default))!;
        Assert.Contains("<@U0ALEX>", ((SectionBlock)message.Blocks[0]).Text!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_AWS_adds_to_the_first_notification_is_no_second_message_but_a_later_overrun_is()
    {
        await using var world = await CostWorld.CreateAsync();
        BudgetRefresherTests.Plan(world, 1000m, 310m, 3100m);
        await world.ReadAsync(BudgetRefresherTests.Forecast());
        await world.Refresher.RunOnceAsync();
        Assert.Equal(1, Messages(world));

        BudgetRefresherTests.Plan(world, 1000m, 1010m, 3100m);
        world.Time.Advance(TimeSpan.FromHours(7));
        await world.Refresher.RunOnceAsync();
        Assert.Equal(2, Messages(world));

        // A better state is an edit.
        BudgetRefresherTests.Plan(world, 2000m, 1011m, 1500m);
        world.Time.Advance(TimeSpan.FromHours(7));
        await world.Refresher.RunOnceAsync();
        Assert.Equal(2, Messages(world));
    }

    [Fact]
    public async Task A_snoozed_budget_makes_no_sound_until_it_wakes()
    {
        await using var world = await CostWorld.CreateAsync();
        BudgetRefresherTests.Plan(world, 1000m, 310m, 3100m);
        await world.ReadAsync(BudgetRefresherTests.Forecast());
        await world.Refresher.RunOnceAsync();
        await world.Acts.SnoozeBudgetAsync("U0JIYEON", (await world.BudgetAsync("team"))!.Id, default);

        await world.ReadAsync(Actual("$700.00", "$710.00"));
        Assert.Equal(1, Messages(world));
        await world.ReadAsync(Actual("$800.00", "$812.00"));
        Assert.Equal(2, Messages(world));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_anomaly_that_grows_is_heard_again_and_a_rise_of_some_dollars_is_not(DatabaseKind kind)
    {
        using var given = Case("anomaly-grows.json");
        await using var world = await CostWorld.CreateAsync(kind);
        var heard = 0;
        foreach (var step in given.RootElement.GetProperty("steps").EnumerateArray())
        {
            await world.ReadAsync(step.GetProperty("message").GetRawText());

            heard += step.GetProperty("sound").GetBoolean() ? 1 : 0;
            Assert.Equal(heard, Messages(world));
        }

        Assert.Equal(2, heard);
        var id = world.Outbox.Requests[0].Subject.Key;
        var subject = new AnomalySubject(world.Database);
        Assert.Contains("a newer message", (await subject.RenderAsync(id, world.English, default))!.Text, StringComparison.Ordinal);
        Assert.Contains("+$9,836", (await subject.RenderAsync($"{id}.2", world.English, default))!.Text, StringComparison.Ordinal);
    }

    private static Spend SpendOf(JsonElement spend) => new(
        decimal.Parse(spend.GetProperty("Amount").GetString()!, System.Globalization.CultureInfo.InvariantCulture),
        spend.GetProperty("Unit").GetString()!);

    /// <summary>How many messages the channel has: each subject is one.</summary>
    private static int Messages(CostWorld world) =>
        world.Outbox.Requests.Select(request => (request.Subject, request.Channel)).Distinct().Count();

    private static string Actual(string threshold, string amount) => BudgetRefresherTests.Forecast()
        .Replace("FORECASTED", "ACTUAL", StringComparison.Ordinal).Replace("> $1,000.00", $"> {threshold}", StringComparison.Ordinal)
        .Replace("$1,345.67", amount, StringComparison.Ordinal);

    private static JsonDocument Case(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases", "budgets", name)));
}
