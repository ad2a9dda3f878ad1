using FsCheck.Xunit;

namespace ChatOps.Costs.Tests;

public sealed class CrossingDayTests
{
    private static readonly DateOnly First = new(2026, 11, 1);

    [Fact]
    public void The_day_whose_end_finds_the_sum_beyond_the_limit_is_the_day()
    {
        var spent = Enumerable.Range(0, 20).Select(day => (First.AddDays(day), 543.5m));
        var expected = Enumerable.Range(20, 10).Select(day => (First.AddDays(day), 436.4m));

        // 20 days make 10,870; the third day after those passes 12,000.
        Assert.Equal(new DateOnly(2026, 11, 23), CrossingDay.Of(12_000m, spent, expected));
        Assert.Equal(new DateOnly(2026, 11, 1), CrossingDay.Of(500m, spent, expected));
        Assert.Null(CrossingDay.Of(20_000m, spent, expected));
    }

    [Fact]
    public void To_reach_the_limit_is_not_to_cross_it() =>
        Assert.Null(CrossingDay.Of(30m, [(First, 10m), (First.AddDays(1), 20m)], []));

    [Fact]
    public void Of_a_forecast_alone_the_rest_is_spread_evenly()
    {
        // 30 days: 15 gone with 600; 900 to come in 15 days, 60 a day: 1,000 is passed on the seventh.
        Assert.Equal(
            new DateOnly(2026, 11, 22), CrossingDay.Even(1_000m, 600m, 1_500m, new DateOnly(2026, 11, 15), new DateOnly(2026, 12, 1)));
        Assert.Null(CrossingDay.Even(1_000m, 600m, 1_000m, new DateOnly(2026, 11, 15), new DateOnly(2026, 12, 1)));
        Assert.Null(CrossingDay.Even(1_000m, 600m, 1_500m, new DateOnly(2026, 11, 30), new DateOnly(2026, 12, 1)));
    }

    [Property(MaxTest = 300)]
    public bool The_even_day_lies_between_tomorrow_and_the_end(ushort actual, ushort limit, ushort forecast, byte day)
    {
        var today = First.AddDays(day % 30);
        var end = First.AddMonths(1);
        var found = CrossingDay.Even(limit, actual, forecast, today, end);
        return found is null || (found > today && found < end && actual <= limit && forecast > limit);
    }

    [Theory]
    [InlineData("DAILY", "2026-03-04", "2026-03-04", 1)]
    [InlineData("MONTHLY", "2026-02-28", "2026-02", 28)]
    [InlineData("QUARTERLY", "2026-12-31", "2026-Q4", 92)]
    [InlineData("ANNUALLY", "2026-06-01", "2026", 365)]
    public void A_period_holds_its_day(string unit, string day, string key, int days)
    {
        var period = BudgetPeriod.Of(unit, DateOnly.Parse(day, null));

        Assert.Equal((key, days), (period.Key, period.Days));
        Assert.True(period.From <= DateOnly.Parse(day, null) && DateOnly.Parse(day, null) < period.To);
    }
}
