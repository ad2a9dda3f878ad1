using ChatOps.Aws;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs.Tests;

public sealed class CostCommandTests
{
    [Theory]
    [InlineData("Owner", "Owner", "acme:Owner", "acme:Owner")]
    [InlineData("acme:Owner", "Owner", "Env", "Owner")]
    [InlineData("owner", "Owner", "Env", "Owner")]
    [InlineData("Nope", "Owner", "Env", "Nope")]
    public async Task A_tag_is_asked_for_by_the_key_that_billing_knows(string asked, string known, string other, string key)
    {
        await using var world = await CostWorld.CreateAsync(vocabulary: GivenVocabulary.Prefixed);
        world.Aws.TagKeys = [known, other];

        Assert.Equal(CostGrouping.Tag(key), await world.Explorer.AsBilledAsync(CostGrouping.Tag(asked), default));
        Assert.Equal(CostGrouping.Service, await world.Explorer.AsBilledAsync(CostGrouping.Service, default));
    }

    [Fact]
    public async Task Whoever_waits_long_hears_that_the_answer_follows_and_gets_it()
    {
        await using var world = await CostWorld.CreateAsync();
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Aws.Wait = () => answered.Task;
        var responder = new Slack.Interactions.SlashCommandResponder(world.Slack, "https://hooks.example/1");

        var asked = world.Command.Handle(
            new Slack.Interactions.SlashCommand { Command = "/cost", Text = "month", UserId = "U0ALEX" }, responder, default);
        await Eventually.TrueAsync(() =>
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(world.Slack.Responses.Count == 1);
        });
        Assert.False(asked.IsCompleted);
        answered.SetResult();
        await asked;

        Assert.Equal(2, world.Slack.Responses.Count);
    }

    [Fact]
    public async Task Credits_are_a_line_of_their_own_and_the_net_view_takes_them_off()
    {
        await using var world = await CostWorld.CreateAsync();
        EstateLine Line(string type, decimal amount) => new(
            new DateOnly(2026, 1, 1), new DateOnly(2026, 5, 1), "Amazon Elastic Compute Cloud - Compute", "999988887777", type,
            new Dictionary<string, decimal> { [""] = amount, ["AmortizedCost"] = amount * 2 });
        world.Aws.Lines.AddRange([Line("Usage", 180m), Line("Credit", -100m), Line("Tax", 10m)]);
        world.Aws.AccountNames["999988887777"] = "data lake";

        var gross = await world.Answers.MonthAsync("", CostView.Gross, world.English, default);
        var net = await world.Answers.MonthAsync("", CostView.Net, world.English, default);
        var amortized = await world.Answers.MonthAsync("", CostView.Amortized, world.English, default);
        var accounts = await CostCases.AnswerAsync(world, "by account");

        Assert.Contains("1 Mar – 3 Mar: $540.00", gross.Text, StringComparison.Ordinal);
        Assert.Contains("Tax $30.00 · Credits −$300.00 · net $270.00", CostCases.Text(gross), StringComparison.Ordinal);
        Assert.Contains("$270.00", net.Text, StringComparison.Ordinal);
        Assert.Contains("$1,080", amortized.Text, StringComparison.Ordinal);
        Assert.Contains("data lake (9999…7777)", accounts, StringComparison.Ordinal);
        Assert.DoesNotContain("999988887777", accounts, StringComparison.Ordinal);
        // What is expected is asked for without credits where they are taken out.
        Assert.Contains(world.Aws.ForecastsAsked, query => query.Filter?.Not?.Dimensions?.Key == "RECORD_TYPE");
        Assert.Contains(world.Aws.ForecastsAsked, query => query.Metric == "AMORTIZED_COST");
    }

    [Fact]
    public async Task Only_administrators_have_everything_asked_for_anew()
    {
        await using var world = await CostWorld.CreateAsync();
        var responder = new Slack.Interactions.SlashCommandResponder(world.Slack, "https://hooks.example/1");
        await CostCases.AnswerAsync(world, "month");
        var requests = world.Aws.Requests;

        await Assert.ThrowsAsync<Platform.Access.AccessDeniedException>(() => world.Command.Handle(
            new Slack.Interactions.SlashCommand { Command = "/cost", Text = "refresh", UserId = "U0SORA" }, responder, default));
        await CostCases.AnswerAsync(world, "month");

        Assert.Equal(requests, world.Aws.Requests);
    }

    [Theory]
    [InlineData("today", "2 Mar: $100.00 · $0.00 (±0 %) against the same weekday a week before · $0.00 (±0 %) against the 7-day mean")]
    [InlineData("month", "1 Mar – 3 Mar: $300.00")]
    [InlineData("forecast", "Forecast for March 2026: $3,100 (between $2,820 and $3,380")]
    [InlineData("budget", "No account has a budget")]
    [InlineData("by service", "By Service · 1 Mar – 3 Mar · $300.00")]
    [InlineData("by tag:Owner", "By Tag Owner")]
    [InlineData("by tag:Nope", "No costs carry the tag `Nope`")]
    [InlineData("by", "By what?")]
    [InlineData("by moon", "not grouped by `moon`")]
    [InlineData("anomalies", "No cost anomalies in the last 30 days")]
    [InlineData("", "What `/cost` answers")]
    [InlineData("nonsense", "has no command `nonsense`")]
    public async Task Every_question_has_its_answer(string typed, string answer)
    {
        await using var world = await CostWorld.CreateAsync();
        if (typed.EndsWith("Nope", StringComparison.Ordinal)) world.Aws.Day = (_, _) => [("Nope$", 100m, "USD")];

        var message = await world.Command.AnswerAsync(typed, world.English, default);

        Assert.Contains(answer, message.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("today")]
    [InlineData("month")]
    [InlineData("forecast")]
    [InlineData("by region")]
    public async Task Where_a_chart_helps_there_is_one_and_it_says_which_days_are_estimated(string typed)
    {
        await using var world = await CostWorld.CreateAsync();

        var message = await world.Command.AnswerAsync(typed, world.English, default);

        Assert.Single(message.Blocks.OfType<ImageBlock>());
        Assert.Contains(
            message.Blocks.OfType<ContextBlock>().SelectMany(block => block.Elements).OfType<Mrkdwn>(),
            note => note.Text.Contains("stimated", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Budgets_are_listed_the_worst_first_and_one_that_told_of_itself_comes_with_its_buttons()
    {
        await using var world = await CostWorld.CreateAsync();
        BudgetRefresherTests.Plan(world, 1000m, 310m, 3100m);
        world.Aws.Known.Insert(0, new AwsBudget("calm", "MONTHLY", "COST")
        {
            BudgetLimit = new Spend(1000, "USD"),
            CalculatedSpend = new CalculatedSpend(new Spend(10, "USD"), null),
        });
        await world.ReadAsync(BudgetRefresherTests.Forecast());

        var all = await world.Command.AnswerAsync("budget", world.English, default);
        var message = await world.Command.AnswerAsync("budget team", world.English, default);

        var rows = ((SectionBlock)all.Blocks[1]).Text!.Text.Split('\n');
        Assert.StartsWith("🟠 *team*  $310.00 of $1,000 · forecast $3,100 (310 %)", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("✅ *calm*", rows[^1], StringComparison.Ordinal);
        Assert.Single(message.Blocks.OfType<ActionsBlock>());
    }

    [Fact]
    public async Task The_status_counts_what_the_looking_costs()
    {
        await using var world = await CostWorld.CreateAsync();
        await world.Command.AnswerAsync("month", world.English, default);

        var status = await new CostStatus(world.Explorer, Microsoft.Extensions.Options.Options.Create(new CostOptions()))
            .DescribeAsync(world.English, default);

        Assert.Contains($"{world.Aws.Requests} of 3,000", status, StringComparison.Ordinal);
        Assert.Contains("$0.02", status, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Slips =>
        FilterSlips.Of("today", "month", "forecast", "budget", "anomalies", "by service");

    [Theory, MemberData(nameof(Slips))]
    public async Task A_slip_in_a_filter_is_named_as_in_every_command(string verb, string typed, string answer)
    {
        await using var world = await CostWorld.CreateAsync();
        var fault = await Assert.ThrowsAsync<UserFacingException>(
            () => world.Command.AnswerAsync($"{verb} {typed}", world.English, default));

        Assert.StartsWith(answer, world.English.Text(fault.Key, [.. fault.Values]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "account:prod",
        """{"And":null,"Or":null,"Not":null,"Dimensions":{"Key":"LINKED_ACCOUNT","Values":["111122223333"],"MatchOptions":null},"Tags":null,"CostCategories":null}""")]
    public void A_filter_is_asked_of_Cost_Explorer(string typed, string expression)
    {
        var filters = new CostFilters(new TwoAccounts(), new GivenLocales("en"), TimeProvider.System);

        Assert.Equal(expression, System.Text.Json.JsonSerializer.Serialize(CostFilters.ToExpression(filters.Read(filters.Costs, typed))));
        Assert.Null(CostFilters.ToExpression(filters.Read(filters.Costs, "")));
        Assert.NotNull(CostFilters.ToExpression(filters.Read(filters.Costs, "-region:us-east-1 OR tag:Owner"))?.Or);
        Assert.Throws<UserFacingException>(() => CostFilters.ToExpression(filters.Read(filters.Costs, "tag:Owner=SEC*")));
    }
}
