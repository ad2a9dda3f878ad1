using ChatOps.Platform.Work;

namespace ChatOps.Costs.Tests;

/// <summary>
/// Whoever clicks late looked at an old message: they are told by whom it is taken, and the message is brought up to date.
/// </summary>
public class CostLateClickTests
{
    [Fact]
    public async Task A_late_acknowledgement_changes_nothing_and_redraws_the_budget()
    {
        await using var world = await CostWorld.CreateAsync();
        var id = await BudgetAsync(world);
        await world.Acts.AcknowledgeBudgetAsync("U0JIYEON", id, default);
        world.Outbox.Clear();

        var late = await Assert.ThrowsAsync<StaleSubjectException>(() => world.Acts.AcknowledgeBudgetAsync("U0ALEX", id, default));

        Assert.Equal(("cost.late", "<@U0JIYEON>"), (late.Key, late.Values.Single(value => value.Name == "who").Value));
        Assert.Equal(new SubjectId(Budget.Kind, id), Assert.Single(world.Outbox.Changed).Subject);
        Assert.Empty(world.Outbox.Replies);
        Assert.Equal("U0JIYEON", (await world.BudgetAsync("team"))!.Acknowledged!.ByUserId);
    }

    [Fact]
    public async Task What_is_gone_is_said_to_be_gone()
    {
        await using var world = await CostWorld.CreateAsync();

        Assert.Equal(
            "cost.gone",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.Acts.SnoozeBudgetAsync("U0JIYEON", "none", default))).Key);
        Assert.Empty(world.Outbox.Changed);
        Assert.Empty(world.Audit.Entries);
    }

    /// <summary>Quiet until the next threshold: beyond the last there is none to wait for.</summary>
    [Fact]
    public async Task A_budget_beyond_its_last_threshold_cannot_be_snoozed()
    {
        await using var world = await CostWorld.CreateAsync();
        var id = await BudgetAsync(world, "$5,000.00");

        await Assert.ThrowsAsync<StaleSubjectException>(() => world.Acts.SnoozeBudgetAsync("U0JIYEON", id, default));

        Assert.Null((await world.BudgetAsync("team"))!.Snoozed);
        Assert.Empty(world.Audit.Entries);
    }

    private static async Task<string> BudgetAsync(CostWorld world, string? actual = null)
    {
        BudgetRefresherTests.Plan(world, 1000m, 310m, 3100m);
        await world.ReadAsync(BudgetRefresherTests.Forecast());
        await world.Refresher.RunAsync();
        if (actual is not null)
        {
            await world.ReadAsync(BudgetRefresherTests.Forecast()
                .Replace("FORECASTED", "ACTUAL", StringComparison.Ordinal).Replace("> $1,000.00", "> $800.00", StringComparison.Ordinal)
                .Replace("$1,345.67", actual, StringComparison.Ordinal));
        }

        return (await world.BudgetAsync("team"))!.Id;
    }
}
