using ChatOps.Platform.Storage;

namespace ChatOps.Reports.Tests;

public sealed class ReportStoreTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero);
    private static readonly Report Daily = new(
        "daily-2026-03-04", ReportKind.Daily, new ReportPeriod(Nine.AddDays(-1), Nine, Nine.AddDays(-2)));

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task One_who_was_so_slow_that_another_took_over_neither_publishes_nor_lets_go(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var store = new ReportStore(test.Database);
        Task<bool> ClaimAsync(DateTimeOffset at) =>
            test.Database.WriteAsync(uow => ReportStore.ClaimAsync(uow, Daily, null, at, default), default);
        Task<bool> FinishAsync(DateTimeOffset claimedAt) =>
            test.Database.WriteAsync(uow => ReportStore.FinishAsync(uow, Daily, claimedAt, [], Nine.AddMinutes(12), default), default);
        Assert.True(await ClaimAsync(Nine));
        Assert.False(await ClaimAsync(Nine.AddMinutes(9)));
        Assert.True(await ClaimAsync(Nine.AddMinutes(11)));

        Assert.False(await FinishAsync(Nine));
        await store.ReleaseAsync(Daily.Id, Nine);
        Assert.False(await ClaimAsync(Nine.AddMinutes(12)));

        Assert.True(await FinishAsync(Nine.AddMinutes(11)));
        Assert.False(await FinishAsync(Nine.AddMinutes(11)));
    }
}
