using ChatOps.Platform.Storage;

namespace ChatOps.Costs.Tests;

public sealed class CostEventReaderTests
{
    private static readonly string[] Files =
    [
        "budgets/cost-actual-day.txt", "budgets/cost-actual-month.txt", "budgets/cost-forecasted-month.txt",
        "budgets-action/describe-budget-action-pending.json",
        "cost-anomaly/eventbridge-anomaly-detected.json", "cost-anomaly/sns-message.json", "sns/notification-v1-budget-text.json",
        "sns/notification-v1-no-subject-cost-anomaly.json", "sns/lambda-records-budget.json", "sns/http-post-notification.http.txt",
        "sns/bad-signature-message-changed.json",
    ];

    public static TheoryData<string> EveryFile => [.. Files];

    [Theory, MemberData(nameof(EveryFile))]
    public async Task Every_message_of_AWS_is_understood_and_shown(string file)
    {
        await using var world = await CostWorld.CreateAsync();

        await world.ReadAsync(CostWorld.File(file));

        var request = Assert.Single(world.Outbox.Requests);
        Assert.Equal("#costs", request.Channel);
        Assert.Contains(request.Subject.Kind, (string[])[Budget.Kind, Anomaly.Kind]);
        await using var connection = await world.Database.OpenAsync(default);
        if (request.Subject.Kind == Budget.Kind)
            Assert.Null((await CostSubjectStore.BudgetAsync(connection, null, request.Subject.Key, default))!.Unread);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_budget_has_one_row_a_period_and_a_further_message_only_when_it_is_worse(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind);
        var text = CostWorld.File("budgets/cost-actual-month.txt");
        var more = text.Replace("ACTUAL Amount: $84.31", "ACTUAL Amount: $104.00", StringComparison.Ordinal).Replace(
            "> $80.00", "> $100.00", StringComparison.Ordinal);

        await world.ReadAsync(text);
        await world.ReadAsync(more);
        await world.ReadAsync(text);

        Assert.Equal(1, await world.CountAsync("cost_subjects"));
        var budget = (await world.BudgetAsync("dev-team"))!;
        // The first one came again, late: it does not bring the amount or the threshold back.
        Assert.Equal((new Money(104m, "USD"), 100m), (budget.Actual, budget.Passed!.Amount));
        Assert.Equal((Severity.Critical, true), (budget.Rank, budget.IsExceeded));
        // Exceeded is worse than 80 %, and heard; the late redelivery belongs to the message that is there.
        Assert.Equal([budget.Id, $"{budget.Id}.2", $"{budget.Id}.2"], world.Outbox.Requests.Select(request => request.Subject.Key));
        Assert.Equal(3, world.Outbox.Replies.Count);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_cannot_be_read_is_kept_and_shown_whole(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind);
        var text = "AWS Budget Action Notification\nSomething \0 new in <a> form & more";

        await world.ReadAsync(text);

        var request = Assert.Single(world.Outbox.Requests);
        await using var connection = await world.Database.OpenAsync(default);
        var budget = (await CostSubjectStore.BudgetAsync(connection, null, request.Subject.Key, default))!;
        var shown = string.Join(
            '\n',
            BudgetMessage.Render(budget, null, world.English).Blocks.OfType<Slack.Blocks.SectionBlock>().Select(block => block.Text!.Text));
        Assert.Contains("Something \uFFFD new in <a> form & more", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_two_forms_of_an_anomaly_are_one_anomaly()
    {
        await using var world = await CostWorld.CreateAsync();

        await world.ReadAsync(
            CostWorld.File("cost-anomaly/sns-message.json"), CostWorld.File("cost-anomaly/eventbridge-anomaly-detected.json"));

        Assert.Equal(1, await world.CountAsync("cost_subjects"));
        await using var connection = await world.Database.OpenAsync(default);
        var anomaly =
            (await CostSubjectStore.AnomalyAsync(connection, null, Anomaly.IdOf("3b7af1d9-d2b2-3f37-6e02-d4faa1176f58"), default))!;
        Assert.Equal((1001m, 3.3367m, "services", 2), (anomaly.Impact, anomaly.ImpactShare, anomaly.Monitor, anomaly.Causes.Count));
        Assert.Equal("Amazon Elastic Compute Cloud - Compute", anomaly.Dimension);
        Assert.NotNull(anomaly.Link);
    }

    [Fact]
    public void An_anomaly_without_percentage_or_causes_is_still_one()
    {
        Assert.True(AnomalyEvents.TryRead(
            """{"anomalyId":"a","impact":{"maxImpact":12.5},"anomalyDetailsLink":"https://evil.example/x"}""", DateTimeOffset.UnixEpoch,
            out var anomaly));

        Assert.Equal((12.5m, null, null), (anomaly.Impact, anomaly.ImpactShare, anomaly.Link));
    }

    [Fact]
    public async Task An_action_that_waits_for_approval_stands_in_its_budgets_message()
    {
        await using var world = await CostWorld.CreateAsync();

        await world.ReadAsync(
            CostWorld.File("budgets/cost-actual-month.txt"), CostWorld.File("budgets-action/describe-budget-action-pending.json"));

        var budget = (await world.BudgetAsync("dev-team"))!;
        var text = string.Join('\n', BudgetMessage.Render(budget, "prod", world.English).Blocks.OfType<Slack.Blocks.SectionBlock>()
            .Select(block => block.Text!.Text));
        Assert.Contains("attach the policy deny-create to Developer · waits for approval", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_messages_are_somebody_elses()
    {
        var recognizer = new CostRecognizer();

        Assert.Equal("sns/topic", CostWorld.KindOf(recognizer, """{"AlarmName":"x"}"""));
        Assert.Equal("sns/topic", CostWorld.KindOf(recognizer, "[FIRING:1] HighErrorRate"));
    }
}
