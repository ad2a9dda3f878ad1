using ChatOps.Platform.Storage;

namespace ChatOps.Costs.Tests;

public sealed class CostExplorerTests
{
    private static readonly CostScope ByService = new("111122223333", CostGrouping.Service);
    private static readonly DateOnly February = new(2026, 2, 1);
    private static readonly DateOnly March = new(2026, 3, 1);

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Closed_days_are_asked_for_once_and_for_ever_and_open_ones_for_hours(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind);

        var first = await world.Explorer.DailyAsync(ByService, February, new DateOnly(2026, 3, 5), default);
        var again = await world.Explorer.DailyAsync(ByService, February, new DateOnly(2026, 3, 5), default);

        Assert.Equal([new Money(3200m, "USD")], first.Totals);
        Assert.Equal(first.Totals, again.Totals);
        Assert.Equal(1, world.Aws.Requests);

        world.Time.Advance(TimeSpan.FromHours(5));
        await world.Explorer.DailyAsync(ByService, February, new DateOnly(2026, 3, 5), default);

        // The last days are asked for again; February is closed.
        Assert.Equal(2, world.Aws.Requests);
        Assert.Equal(March, world.Aws.Asked[^1].From);

        world.Time.Advance(TimeSpan.FromDays(300));
        await world.Explorer.DailyAsync(ByService, February, March, default);
        Assert.Equal(2, world.Aws.Requests);
    }

    [Fact]
    public async Task Every_page_counts_as_a_request_and_all_pages_make_the_answer()
    {
        await using var world = await CostWorld.CreateAsync();
        world.Aws.DaysOfPage = 10;

        var table = await world.Explorer.DailyAsync(ByService, February, March, default);

        Assert.Equal(28, table.Days.Count);
        Assert.Equal([new Money(2800m, "USD")], table.Totals);
        Assert.Equal(3, await world.Explorer.RequestsThisMonthAsync(default));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Beyond_the_months_requests_nothing_is_asked_but_what_is_known_is_answered(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind, options => options.MonthlyRequests = 1);
        await world.Explorer.DailyAsync(ByService, February, March, default);

        var refused = await Assert.ThrowsAsync<UserFacingException>(
            () => world.Explorer.DailyAsync(new CostScope("111122223333", CostGrouping.Region), February, March, default));

        Assert.Equal("cost.limit", refused.Key);
        Assert.Equal((1, 1), (world.Aws.Requests, await world.Explorer.RequestsThisMonthAsync(default)));
        Assert.Equal([new Money(2800m, "USD")], (await world.Explorer.DailyAsync(ByService, February, March, default)).Totals);

        world.Time.Advance(TimeSpan.FromDays(31));
        await world.Explorer.DailyAsync(new CostScope("111122223333", CostGrouping.Region), February, March, default);
        Assert.Equal(2, world.Aws.Requests);
    }

    [Fact]
    public async Task People_who_ask_the_same_at_the_same_time_pay_once()
    {
        await using var world = await CostWorld.CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.Explorer.DailyAsync(ByService, February, March, default)));

        Assert.Equal(1, world.Aws.Requests);
    }

    [Fact]
    public async Task Two_currencies_stay_two_sums_and_credits_are_negative()
    {
        await using var world = await CostWorld.CreateAsync();
        world.Aws.Day = (_, _) => [("Amazon EC2", 1.1m, "USD"), ("Credit", -0.1m, "USD"), ("Marketplace", 700m, "KRW")];

        var table = await world.Explorer.DailyAsync(ByService, March, new DateOnly(2026, 3, 3), default);

        Assert.Equal([new Money(1400m, "KRW"), new Money(2.0m, "USD")], table.Totals);
        Assert.Equal(2, table.EstimatedDays.Count);
    }

    [Fact]
    public async Task A_forecast_is_kept_for_hours_and_filtered_forecasts_apart()
    {
        await using var world = await CostWorld.CreateAsync();
        var end = new DateOnly(2026, 4, 1);

        var all = await world.Explorer.ForecastAsync("111122223333", null, end, default);
        await world.Explorer.ForecastAsync("111122223333", null, end, default);
        await world.Explorer.ForecastAsync(
            "111122223333", new Aws.CostExpression { Dimensions = new Aws.CostValues("SERVICE", ["Amazon S3"]) }, end, default);

        Assert.Equal((2800m, 28), (all!.Total, all.Days.Count));
        Assert.Equal(2, world.Aws.Requests);
        Assert.Null(await world.Explorer.ForecastAsync("111122223333", null, world.Explorer.Today, default));
    }
}
