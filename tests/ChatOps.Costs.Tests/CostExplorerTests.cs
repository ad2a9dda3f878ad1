using ChatOps.Platform.Storage;

namespace ChatOps.Costs.Tests;

public sealed class CostExplorerTests
{
    private static readonly CostScope ByService = new("111122223333", CostGrouping.Service);
    private static readonly DateOnly February = new(2026, 2, 1);
    private static readonly DateOnly March = new(2026, 3, 1);

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Closed_days_are_asked_for_again_on_the_sixth_and_the_fifteenth_and_open_ones_after_hours(DatabaseKind kind)
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

        // It is the fourth: the sixth and the fifteenth have refunds and tags of the past.
        foreach (var (days, requests) in ((double, int)[])[(1, 2), (1, 3), (8, 3), (1, 4), (12, 4)])
        {
            world.Time.Advance(TimeSpan.FromDays(days));
            await world.Explorer.DailyAsync(ByService, February, March, default);
            Assert.Equal((days, requests), (days, world.Aws.Requests));
        }

        await world.Explorer.RefreshAsync(default);
        await world.Explorer.DailyAsync(ByService, February, March, default);
        await world.Explorer.DailyAsync(ByService, February, March, default);
        Assert.Equal(5, world.Aws.Requests);
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

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_AWS_refuses_is_not_counted_what_it_never_answers_is_and_nothing_is_asked_twice(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind);
        world.Aws.Refuse = _ => new Aws.AwsServiceException(
            "slow down", null, Amazon.Runtime.ErrorType.Sender, "ThrottlingException", "r", System.Net.HttpStatusCode.BadRequest);
        await Assert.ThrowsAsync<Aws.AwsServiceException>(() => world.Explorer.DailyAsync(ByService, February, March, default));
        Assert.Equal((1, 0), (world.Aws.Requests, await world.Explorer.RequestsThisMonthAsync(default)));

        world.Aws.Refuse = _ => new TimeoutException();
        await Assert.ThrowsAsync<TimeoutException>(() => world.Explorer.DailyAsync(ByService, February, March, default));
        Assert.Equal((2, 1), (world.Aws.Requests, await world.Explorer.RequestsThisMonthAsync(default)));
    }

    [Fact]
    public async Task Two_replicas_pay_once_for_a_question_and_different_questions_do_not_wait_for_each_other()
    {
        await using var world = await CostWorld.CreateAsync(DatabaseKind.Postgres);
        using var answer = new SemaphoreSlim(0);
        world.Aws.Wait = () => answer.WaitAsync();
        var other = world.Replica();

        var first = world.Explorer.DailyAsync(ByService, February, March, default);
        await Eventually.TrueAsync(() => Task.FromResult(world.Aws.Requests == 1));
        var second = other.DailyAsync(ByService, February, March, default);
        var different = other.DailyAsync(new CostScope("111122223333", CostGrouping.Region), February, March, default);
        await Eventually.TrueAsync(() => Task.FromResult(world.Aws.Requests == 2));
        answer.Release(2);

        Assert.Equal([new Money(2800m, "USD")], (await first).Totals);
        await different;
        while (!second.IsCompleted)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal((await first).Totals, (await second).Totals);
        Assert.Equal(2, world.Aws.Requests);
    }

    [Fact]
    public async Task A_share_of_the_requests_is_kept_for_people_and_digests_and_much_used_is_said()
    {
        await using var world = await CostWorld.CreateAsync(
            configure: options => (options.MonthlyRequests, options.KeptForPeople) = (8, 25));
        for (var day = 0; day < 6; day++)
            await world.Explorer.DailyAsync(ByService, February.AddDays(-day - 1), February.AddDays(-day), CostDemand.Background, default);
        var refused = await Assert.ThrowsAsync<UserFacingException>(() => world.Explorer.DailyAsync(
            ByService, February, March, CostDemand.Background with { TakesOld = false }, default));
        Assert.Equal("cost.limit", refused.Key);

        await world.Explorer.DailyAsync(ByService, February, March, default);

        Assert.Equal(7, world.Aws.Requests);
        var status = await new CostStatus(
            world.Explorer, Microsoft.Extensions.Options.Options.Create(new CostOptions { MonthlyRequests = 8 }))
            .DescribeAsync(world.English, default);
        Assert.Contains("88 % of the month's requests are used up", status, StringComparison.Ordinal);
    }
}
