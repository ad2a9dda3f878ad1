namespace ChatOps.Costs.Tests;

/// <summary>In whatever order notifications come, the same remains.</summary>
public class BudgetMergeTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 4, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_spent_never_becomes_less_in_any_order()
    {
        BudgetNotice[] notices = [Actual(80, 800), Actual(100, 1000), Actual(50, 500)];

        foreach (var order in (int[][])[[0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2]])
        {
            Budget? budget = null;
            foreach (var i in order) budget = BudgetMerge.Merge(budget, notices[i], At);
            Assert.Equal(1000m, budget!.Actual!.Value.Amount);
            Assert.Equal(100m, budget.Passed!.Percent);
        }
    }

    [Fact]
    public void An_amount_in_another_currency_takes_the_place_of_what_was_known()
    {
        var budget = BudgetMerge.Merge(null, Actual(80, 800), At);

        Assert.Equal(
            new Money(5, "EUR"),
            BudgetMerge.Merge(budget, Actual(80, 800) with { Amount = new Money(5, "EUR"), Limit = new Money(10, "EUR") }, At).Actual);
    }

    [Fact]
    public void A_forecast_is_the_last_that_was_told_and_says_nothing_of_what_is_spent()
    {
        var budget = BudgetMerge.Merge(null, Forecast(120, 1200), At);
        budget = BudgetMerge.Merge(budget, Forecast(110, 1100), At);

        Assert.Equal((1100m, null), (budget.Forecast!.Value.Amount, budget.Actual));
        Assert.Equal(120m, budget.Passed!.Percent);
    }

    [Fact]
    public void The_time_of_the_last_notice_does_not_go_back()
    {
        var budget = BudgetMerge.Merge(null, Actual(80, 800), At);

        Assert.Equal(At, BudgetMerge.Merge(budget, Actual(50, 500), At.AddHours(-1)).NoticedAt);
        Assert.Equal(At.AddHours(1), BudgetMerge.Merge(budget, Actual(50, 500), At.AddHours(1)).NoticedAt);
    }

    [Fact]
    public void The_limit_stays_when_a_notice_does_not_say_it() =>
        Assert.Equal(
            1000m,
            BudgetMerge.Merge(BudgetMerge.Merge(null, Actual(80, 800), At), Actual(90, 900) with { Limit = null }, At).Limit!.Value.Amount);

    /// <summary>When a forecast came without what is spent, spending is taken to be even.</summary>
    [Fact]
    public void The_day_of_crossing_follows_from_the_forecast_alone()
    {
        // 3,100 in the 31 days of March are 100 a day, 400 on the fourth.
        var budget = BudgetMerge.Merge(null, Forecast(300, 3100), At);

        Assert.Equal(CrossingDay.Even(1000, 400, 3100, new DateOnly(2026, 3, 4), new DateOnly(2026, 4, 1)), budget.CrossedOn);
        Assert.NotNull(budget.CrossedOn);
        Assert.Null(BudgetMerge.Merge(null, Forecast(300, 3100) with { Limit = new Money(1000, "EUR") }, At).CrossedOn);
    }

    [Fact]
    public void A_text_that_cannot_be_read_is_kept_whole_but_for_what_no_database_takes() =>
        Assert.Equal("a\uFFFDb", BudgetMerge.Unread("u", "a\0b", At).Unread);

    [Fact]
    public void A_snoozed_budget_wakes_when_its_threshold_is_reached_and_not_before()
    {
        var budget = BudgetMerge.Merge(null, Actual(50, 500), At) with
        {
            Snoozed = new("U0JIYEON", At, new Reach(BudgetFigure.Actual, 0.8m)),
        };

        Assert.NotNull(BudgetMerge.Merge(budget, Actual(79, 799), At).Snoozed);
        Assert.Null(BudgetMerge.Merge(budget, Actual(80, 800), At).Snoozed);
    }

    private static BudgetNotice Actual(decimal percent, decimal amount) =>
        new(
            "111122223333", "prod", new DateOnly(2026, 3, 4), "MONTHLY", new BudgetThreshold(BudgetFigure.Actual, null, percent),
            new Money(amount, "USD"), new Money(1000, "USD"));

    private static BudgetNotice Forecast(decimal percent, decimal amount) =>
        Actual(percent, amount) with { Threshold = new BudgetThreshold(BudgetFigure.Forecasted, null, percent) };
}
