using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs.Tests;

public sealed class CostActionsTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_acknowledgement_counts_once_and_is_audited(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind);
        var id = await BudgetAsync(world);
        world.Outbox.Clear();

        await world.Acts.AcknowledgeBudgetAsync("U0JIYEON", id, default);
        await world.Acts.AcknowledgeBudgetAsync("U0JIYEON", id, default);

        Assert.Equal([(AcknowledgeBudgetButton.ActionId, "done")], world.Audit.Entries);
        Assert.Equal(CostReplies.Acknowledged, Assert.Single(world.Outbox.Replies).Reply);
        var late = await Assert.ThrowsAsync<StaleSubjectException>(() => world.Acts.AcknowledgeBudgetAsync("U0ALEX", id, default));
        Assert.Equal("cost.late", late.Key);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_acknowledgement_is_taken_back_and_a_snooze_ended(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind);
        var id = await BudgetAsync(world);
        await world.Acts.AcknowledgeBudgetAsync("U0JIYEON", id, default);
        await world.Acts.SnoozeBudgetAsync("U0JIYEON", id, default);
        var buttons = BudgetMessage.Render((await world.BudgetAsync("team"))!, null, world.English).Blocks.OfType<ActionsBlock>()
            .Single().Elements.OfType<Button>().Select(button => button.ActionId).ToList();
        Assert.Contains(UnacknowledgeBudgetButton.ActionId, buttons);
        Assert.Contains(UnsnoozeButton.ActionId, buttons);

        await world.Acts.UnacknowledgeBudgetAsync("U0JIYEON", id, default);
        await world.Acts.UnsnoozeBudgetAsync("U0JIYEON", id, default);

        var budget = (await world.BudgetAsync("team"))!;
        Assert.Equal((null, null, true), (budget.Acknowledged, budget.Snoozed, budget.Open));
        Assert.Equal(
            [CostReplies.Acknowledged, CostReplies.Snoozed, CostReplies.Unacknowledged, CostReplies.Unsnoozed],
            world.Outbox.Replies.Select(reply => reply.Reply).Where(reply => reply != CostReplies.Passed));
        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Acts.UnsnoozeBudgetAsync("U0SORA", id, default));
    }

    [Fact]
    public async Task An_anomaly_is_assigned_and_answered_to_AWS_once()
    {
        await using var world = await CostWorld.CreateAsync();
        await world.ReadAsync(CostWorld.File("cost-anomaly/sns-message.json"));
        var id = world.Outbox.Requests[0].Subject.Key;
        var select = new AnomalyFeedbackSelect(world.Views, world.Acts, world.Explorer, world.Access);
        BlockActionRequest Chosen(string who) => new()
        {
            UserId = who,
            ActionId = AnomalyFeedbackSelect.ActionId,
            Action = new StateValue { SelectedOption = new SelectedOption($"PLANNED_ACTIVITY {id}", "x") },
        };

        await world.Acts.AssignAnomalyAsync("U0JIYEON", id, "U0ALEX", default);
        await select.Handle(Chosen("U0JIYEON"), default);
        await select.Handle(Chosen("U0JIYEON"), default);
        await Assert.ThrowsAsync<AccessDeniedException>(() => select.Handle(Chosen("U0SORA"), default));

        Assert.Equal("PLANNED_ACTIVITY", Assert.Single(world.Aws.Feedback).Feedback);
        var anomaly = await world.Views.AnomalyAsync(id, default);
        Assert.Equal(("U0ALEX", "PLANNED_ACTIVITY"), (anomaly.AssignedTo, anomaly.Feedback!.Answer));
        var text = CostCases.Text(AnomalyMessage.Render(anomaly, "USD", world.English));
        Assert.Contains("<@U0ALEX>", text, StringComparison.Ordinal);
        Assert.Contains("It was planned", text, StringComparison.Ordinal);

        // As it grows, what people decided stays.
        await world.ReadAsync(CostWorld.File("cost-anomaly/sns-message.json"));
        Assert.Equal("U0ALEX", (await world.Views.AnomalyAsync(id, default)).AssignedTo);
    }

    [Fact]
    public async Task Whoever_is_no_operator_changes_nothing()
    {
        await using var world = await CostWorld.CreateAsync();
        var id = await BudgetAsync(world);

        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Acts.AcknowledgeBudgetAsync("U0SORA", id, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Acts.SnoozeBudgetAsync("U0SORA", id, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Acts.AssignBudgetAsync("U0SORA", id, "U0ALEX", default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Acts.AcknowledgeAnomalyAsync("U0SORA", "x", default));

        var budget = (await world.BudgetAsync("team"))!;
        Assert.Equal((null, null, null), (budget.Acknowledged, budget.Snoozed, budget.AssignedTo));
        Assert.Empty(world.Audit.Entries);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_snoozed_budget_is_quiet_until_its_next_threshold_is_reached(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind);
        var id = await BudgetAsync(world);

        await world.Acts.SnoozeBudgetAsync("U0JIYEON", id, default);

        var snoozed = (await world.BudgetAsync("team"))!;
        Assert.Equal((new Reach(BudgetFigure.Actual, 0.8m), false), (snoozed.Snoozed!.Until, snoozed.Open));
        Assert.StartsWith(
            "🔇 Snoozed until 80 %", ((SectionBlock)BudgetMessage.Render(snoozed, null, world.English).Blocks[0]).Text!.Text,
            StringComparison.Ordinal);

        await world.ReadAsync(Actual("$700.00"));
        Assert.NotNull((await world.BudgetAsync("team"))!.Snoozed);
        await world.ReadAsync(Actual("$812.00"));
        var awake = (await world.BudgetAsync("team"))!;
        Assert.Equal((null, true), (awake.Snoozed, awake.Open));
    }

    [Fact]
    public async Task To_assign_is_to_acknowledge()
    {
        await using var world = await CostWorld.CreateAsync();
        var id = await BudgetAsync(world);

        await world.Acts.AssignBudgetAsync("U0JIYEON", id, "U0ALEX", default);

        var budget = (await world.BudgetAsync("team"))!;
        Assert.Equal(("U0ALEX", "U0JIYEON"), (budget.AssignedTo, budget.Acknowledged!.ByUserId));
    }

    [Fact]
    public async Task An_anomaly_is_acknowledged_once()
    {
        await using var world = await CostWorld.CreateAsync();
        await world.ReadAsync(CostWorld.File("cost-anomaly/sns-message.json"));
        var id = Anomaly.IdOf("3b7af1d9-d2b2-3f37-6e02-d4faa1176f58");

        await world.Acts.AcknowledgeAnomalyAsync("U0ALEX", id, default);
        await world.Acts.AcknowledgeAnomalyAsync("U0ALEX", id, default);

        Assert.Equal([(AcknowledgeAnomalyButton.ActionId, "done")], world.Audit.Entries);
        Assert.Equal(
            "cost.late",
            (await Assert.ThrowsAsync<StaleSubjectException>(() => world.Acts.AcknowledgeAnomalyAsync("U0JIYEON", id, default))).Key);
        Assert.Equal(
            "cost.gone",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.Acts.AcknowledgeAnomalyAsync("U0JIYEON", "none", default))).Key);
    }

    [Fact]
    public async Task The_drill_down_opens_at_once_and_then_says_where_the_money_goes()
    {
        await using var world = await CostWorld.CreateAsync();
        world.Aws.Day = (_, group) => Enumerable.Range(0, 23).Select(i => ($"{group.Key} {i:00}", 10m + i, "USD"));
        var id = await BudgetAsync(world);

        await world.Drill.Handle(Press(DrillDownModal.ActionId, id), default);

        Assert.Equal(["open", "update"], world.Slack.Shown.Select(shown => shown.How));
        var first = world.Slack.Shown[^1].View;
        Assert.Contains("*SERVICE 22*  $96.00", Text(first), StringComparison.Ordinal);
        Assert.Contains("1–10 of 23", Text(first), StringComparison.Ordinal);

        await world.Drill.TurnAsync(
            Press("x", "10") with { View = new ViewInfo { Id = "V1", PrivateMetadata = first.PrivateMetadata! } },
            state => state with { By = "region", Skip = 20 }, default);

        var last = world.Slack.Shown[^1].View;
        Assert.Contains("21–23 of 23", Text(last), StringComparison.Ordinal);
        Assert.Contains("*REGION 02*", Text(last), StringComparison.Ordinal);
    }

    private static string Text(ModalView view) => string.Join('\n', view.Blocks.SelectMany(block => block switch
    {
        SectionBlock { Text: { } text } => [text.Text],
        ContextBlock context => context.Elements.OfType<Mrkdwn>().Select(element => element.Text),
        _ => Array.Empty<string>(),
    }));

    private static BlockActionRequest Press(string actionId, string value) =>
        new() { UserId = "U0ALEX", TriggerId = "t", ActionId = actionId, Action = new StateValue { Value = value } };

    private static string Actual(string amount) => BudgetRefresherTests.Forecast()
        .Replace("FORECASTED", "ACTUAL", StringComparison.Ordinal).Replace("> $1,000.00", "> $800.00", StringComparison.Ordinal)
        .Replace("$1,345.67", amount, StringComparison.Ordinal);

    private static async Task<string> BudgetAsync(CostWorld world)
    {
        BudgetRefresherTests.Plan(world, 1000m, 310m, 3100m);
        await world.ReadAsync(BudgetRefresherTests.Forecast());
        await world.Refresher.RunOnceAsync();
        return (await world.BudgetAsync("team"))!.Id;
    }
}
