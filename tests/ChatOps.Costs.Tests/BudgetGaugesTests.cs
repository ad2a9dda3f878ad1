using ChatOps.Platform.Storage;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Costs.Tests;

public sealed class BudgetGaugesTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_budget_is_told_by_its_present_period_alone(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var now = new DateTimeOffset(2026, 3, 20, 0, 0, 0, TimeSpan.Zero);
        Budget Of(string id, DateTimeOffset at, decimal actual) => new()
        {
            Id = id,
            Account = "111122223333",
            Name = "prod",
            Limit = new Money(12_000, "USD"),
            Actual = new Money(actual, "USD"),
            NoticedAt = at,
        };
        await test.Database.WriteAsync(
            async uow =>
            {
                await CostSubjectStore.SaveAsync(uow, Of("february", now.AddDays(-25), 11_000), null, default);
                await CostSubjectStore.SaveAsync(uow, Of("march", now.AddDays(-1), 10_870.5m), null, default);
            },
            default);

        var text = await GaugeText.ReadAsync(new BudgetGauges(test.Database, new FakeTimeProvider(now)));

        Assert.Equal(
            "chatops.costs.budget_limit{budget=prod,account=111122223333,currency=USD} 12000, " +
            "chatops.costs.budget_actual{budget=prod,account=111122223333,currency=USD} 10870.5", text);
    }
}
