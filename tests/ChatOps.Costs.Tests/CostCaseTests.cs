using System.Text.Json;
using System.Text.RegularExpressions;
using ChatOps.Aws;
using ChatOps.Platform.Storage;

namespace ChatOps.Costs.Tests;

/// <summary>The cases of answers and budgets: what each answer must say, and what it must not.</summary>
public sealed class CostCaseTests
{
    private static AwsServiceException Denied(string operation) => new(
        operation, null, Amazon.Runtime.ErrorType.Sender, "AccessDeniedException", "r", System.Net.HttpStatusCode.BadRequest);

    [Theory]
    [InlineData("credits-cover-all")]
    [InlineData("credits-shares")]
    [InlineData("first-of-month")]
    [InlineData("march-against-february")]
    [InlineData("forecast-refused")]
    [InlineData("budgets-refused")]
    [InlineData("month-bounds")]
    public async Task An_answer_says_what_is_so(string name)
    {
        using var document = CostCases.Read($"answers/{name}.json");
        var given = document.RootElement;
        await using var world = await CostCases.WorldAsync(given);
        if (given.TryGetProperty("refused", out var refused))
            world.Aws.Refuse = operation => refused.TryGetProperty(operation, out _) ? Denied(operation) : null;
        if (given.TryGetProperty("getCostForecast", out _)) world.Aws.Forecast = MonthBounds;
        foreach (var asked in given.GetProperty("ask").EnumerateArray())
        {
            var text = await CostCases.AnswerAsync(world, asked.GetString()!);
            Assert.DoesNotContain("reports no costs", text, StringComparison.Ordinal);
            if (given.TryGetProperty("says", out var says))
                Assert.All(says.EnumerateArray(), what => Assert.True(CostCases.Says(text, what), $"{asked} says no {what}: {text}"));
            if (given.TryGetProperty("saysNot", out var not))
                Assert.All(not.EnumerateArray(), what => Assert.False(CostCases.Says(text, what), $"{asked} says {what}: {text}"));
            if (given.TryGetProperty("saysEither", out var either))
                Assert.Contains(either.EnumerateArray(), all => all.EnumerateArray().All(what => CostCases.Says(text, what)));
            if (given.TryGetProperty("noShareAbove", out var most))
                Assert.All(
                    Regex.Matches(text, @" · ([0-9,]+) %").Select(match => decimal.Parse(match.Groups[1].Value, null)),
                    share => Assert.True(share <= most.GetDecimal(), text));
        }

        if (name == "month-bounds")
        {
            var text = await CostCases.AnswerAsync(world, "forecast");
            Assert.True(CostCases.Says(text, 2869m) && CostCases.Says(text, 3021m), text);
        }

        if (name == "budgets-refused")
            Assert.Contains("not permitted", await CostCases.AnswerAsync(world, "budget"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_the_metric_mixes_nothing()
    {
        using var document = CostCases.Read("answers/metric-changed.json");
        CostOptions? options = null;
        await using var world = await CostCases.WorldAsync(document.RootElement, given => options = given);
        foreach (var step in document.RootElement.GetProperty("steps").EnumerateArray())
        {
            world.Time.AdjustTime(step.GetProperty("now").GetDateTimeOffset());
            if (step.TryGetProperty("restartWithMetric", out var metric)) options!.Metric = metric.GetString()!;
            var text = await CostCases.AnswerAsync(world, step.GetProperty("ask").GetString()!);
            Assert.All(step.GetProperty("says").EnumerateArray(), what => Assert.True(CostCases.Says(text, what), text));
            if (step.TryGetProperty("saysNot", out var not))
                Assert.All(not.EnumerateArray(), what => Assert.False(CostCases.Says(text, what), $"{what}: {text}"));
        }
    }

    [Fact]
    public async Task A_tag_that_AWS_writes_onto_past_months_is_seen_in_both()
    {
        using var document = CostCases.Read("answers/tag-backfilled.json");
        await using var world = await CostCases.WorldAsync(document.RootElement);
        var steps = document.RootElement.GetProperty("steps");
        await CostCases.AnswerAsync(world, "by tag:Stage");
        world.Time.AdjustTime(steps[1].GetProperty("now").GetDateTimeOffset());
        world.Aws.TagKeys = ["Stage"];
        world.Aws.Lines[0] = world.Aws.Lines[0] with { Stage = "live" };

        var text = await CostCases.AnswerAsync(world, "by tag:Stage");

        Assert.All(steps[1].GetProperty("says").EnumerateArray(), what => Assert.True(CostCases.Says(text, what), text));
        Assert.DoesNotContain("100 %)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("new", text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Beyond_the_limit_what_is_known_is_answered_with_its_age(DatabaseKind kind)
    {
        using var document = CostCases.Read("answers/limit-used-up.json");
        await using var world = await CostWorld.CreateAsync(kind, options => options.MonthlyRequests = 2);
        world.Aws.Lines.AddRange(EstateLine.Of(document.RootElement));
        world.Time.SetUtcNow(new DateTimeOffset(2026, 3, 17, 0, 0, 0, TimeSpan.Zero));
        await world.ReadAsync(document.RootElement.GetProperty("told").GetRawText());
        foreach (var step in document.RootElement.GetProperty("steps").EnumerateArray())
        {
            world.Time.AdjustTime(step.GetProperty("now").GetDateTimeOffset());
            var text = await CostCases.AnswerAsync(world, step.GetProperty("ask").GetString()!);
            Assert.All(step.GetProperty("says").EnumerateArray(), what => Assert.True(CostCases.Says(text, what), text));
            if (world.Time.GetUtcNow().Hour == 7 && step.GetProperty("ask").GetString() == "/cost month")
                Assert.Contains("As of", text, StringComparison.Ordinal);
        }

        // The day after, too: of the days that are known.
        world.Time.Advance(TimeSpan.FromDays(1));
        var later = await CostCases.AnswerAsync(world, "month");
        Assert.Contains("1 Mar – 17 Mar: $1,615", later, StringComparison.Ordinal);
        Assert.Equal(2, await world.Explorer.RequestsThisMonthAsync(default));
    }

    [Fact]
    public async Task A_month_later_a_budget_is_answered_with_its_present_period()
    {
        using var document = CostCases.Read("budgets/next-month.json");
        var given = document.RootElement;
        await using var world = await CostWorld.CreateAsync();
        world.Time.AdjustTime(given.GetProperty("told").GetProperty("at").GetDateTimeOffset());
        world.Aws.Known.Add(CostCases.Budget(given.GetProperty("told").GetProperty("describeBudget")));
        await world.ReadAsync(given.GetProperty("told").GetProperty("text").GetString()!);
        await world.Refresher.RunOnceAsync();
        world.Time.AdjustTime(given.GetProperty("now").GetDateTimeOffset());
        world.Aws.Known[0] = CostCases.Budget(given.GetProperty("describeBudget"));

        var text = await CostCases.AnswerAsync(world, given.GetProperty("ask").GetString()!);

        Assert.Contains("$318.00", text, StringComparison.Ordinal);
        Assert.DoesNotContain("2,170", text, StringComparison.Ordinal);
        Assert.DoesNotContain("exceeded", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_action_of_a_quarterly_budget_belongs_to_the_quarters_message(bool actionFirst)
    {
        using var document = CostCases.Read("budgets/quarter-with-action.json");
        var given = document.RootElement;
        await using var world = await CostCases.WorldAsync(given);
        var messages = given.GetProperty("messages").EnumerateArray().Select(
            message => message.ValueKind == JsonValueKind.String ? message.GetString()! : message.GetRawText()).ToList();
        if (actionFirst) messages.Reverse();
        foreach (var message in messages)
        {
            await world.ReadAsync(message);
            await world.Refresher.RunOnceAsync();
        }

        Assert.Equal(
            given.GetProperty("messagesInTheChannel").GetInt32(),
            world.Outbox.Requests.Select(request => CostPosts.Read(request.Subject.Key).Id).Distinct().Count());
        await using var connection = await world.Database.OpenAsync(default);
        var budget = Assert.Single(await CostSubjectStore.BudgetsNamedAsync(connection, "quarter-plan", 9, default));
        Assert.Equal(("QUARTERLY", "2026-Q1", 1), (budget.TimeUnit, budget.Period!.Key, budget.Actions.Count));
        var text = CostCases.Text(BudgetMessage.Render(budget, null, world.English));
        Assert.Contains("$32,100", text, StringComparison.Ordinal);
        Assert.Contains("DenyNewInstances", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_without_credits_is_driven_by_costs_without_credits()
    {
        using var document = CostCases.Read("budgets/without-credits.json");
        var given = document.RootElement;
        await using var world = await CostCases.WorldAsync(given);
        await world.ReadAsync(given.GetProperty("text").GetString()!);
        await world.Refresher.RunOnceAsync();

        var text = CostCases.Text(BudgetMessage.Render((await world.BudgetAsync("no-credits"))!, null, world.English));

        Assert.Contains("$3,587", text, StringComparison.Ordinal);
        Assert.DoesNotContain("3,230", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Driven by", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_are_listed_and_shown_by_their_name()
    {
        using var document = CostCases.Read("budgets/utilization.json");
        await using var world = await CostCases.WorldAsync(document.RootElement);

        var all = await CostCases.AnswerAsync(world, "budget");
        var one = await CostCases.AnswerAsync(world, document.RootElement.GetProperty("ask").GetString()!);

        Assert.Contains("plan-coverage", all, StringComparison.Ordinal);
        Assert.Contains("55.2 % of 80 %", all, StringComparison.Ordinal);
        Assert.Contains("reserved-nodes", one, StringComparison.Ordinal);
        Assert.Contains("71.4 % of 100 %", one, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_of_usage_is_not_drilled_down_to_money()
    {
        using var document = CostCases.Read("budgets/usage-drill-down.json");
        var given = document.RootElement;
        await using var world = await CostCases.WorldAsync(given);
        await world.ReadAsync(given.GetProperty("text").GetString()!);
        await world.Refresher.RunOnceAsync();
        var budget = (await world.BudgetAsync("stored-data"))!;
        Assert.Equal("USAGE", budget.Type);

        var fault = await Assert.ThrowsAsync<UserFacingException>(() => world.Drill.ReadAsync(budget, CostGrouping.Service, default));
        Assert.Equal("cost.filter", fault.Key);

        world.Aws.Lines.Clear();
        world.Aws.Day = (_, _) => [("APN2-TimedStorage-ByteHrs", 20m, "GB"), ("Requests", 7m, "N/A")];
        world.Time.Advance(TimeSpan.FromDays(1));
        var reading = await world.Drill.ReadAsync(budget, CostGrouping.Service, default);
        Assert.Equal("GB", Assert.Single(reading.Table.Totals).Currency);
    }

    /// <summary>What the case's AWS forecasts: wide bounds of days, narrow ones of the month.</summary>
    private static CostForecast MonthBounds(CostForecastQuery query) => query.Granularity == "MONTHLY"
        ? new CostForecast(new Spend(1900m, "USD"), [new ForecastPeriod(query.From, query.To, 1900m, 1824m, 1976m)])
        : new CostForecast(
            new Spend(1900m, "USD"),
            [.. Enumerable.Range(0, 20).Select(query.From.AddDays).Select(day => new ForecastPeriod(day, day.AddDays(1), 95m, 38m, 152m))]);
}
