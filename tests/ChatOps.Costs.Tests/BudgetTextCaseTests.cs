namespace ChatOps.Costs.Tests;

/// <summary>Budgets of any name and in any country's form of an amount.</summary>
public sealed class BudgetTextCaseTests
{
    [Theory]
    [InlineData("budget-named-on.txt", "on", "213.75", "250", "USD")]
    [InlineData("budget-named-the.txt", "the", "213.75", "250", "USD")]
    [InlineData("budget-named-current-month.txt", "current month", "213.75", "250", "USD")]
    [InlineData("budget-euro-decimal-comma.txt", "paris office", "980.25", "1200", "EUR")]
    [InlineData("budget-china-yuan.txt", "beijing office", "655.42", "800", "CNY")]
    public void A_budget_of_any_name_and_country_is_read(string file, string name, string amount, string limit, string currency)
    {
        var notice = BudgetNotices.Read(CaseText(file));

        Assert.NotNull(notice);
        Assert.Equal((name, "MONTHLY"), (notice.Name, notice.TimeUnit));
        Assert.Equal(
            (new Money(decimal.Parse(amount, null), currency), new Money(decimal.Parse(limit, null), currency)),
            (notice.Amount, notice.Limit));
    }

    [Theory]
    [InlineData("month")]
    [InlineData("e")]
    [InlineData("budget")]
    [InlineData("this year")]
    [InlineData("your on budget is greater than $1.00 for this quarter")]
    [InlineData("'quoted' \"twice\" “so”")]
    [InlineData("서울 사무소 예산")]
    [InlineData("$& (?<x>")]
    [InlineData("two\nlines")]
    [InlineData("AWS Account 999999999999")]
    public void No_name_makes_a_budget_another(string name)
    {
        var notice = BudgetNotices.Read(Named(name));

        Assert.NotNull(notice);
        Assert.Equal((name, "MONTHLY", "111122223333"), (notice.Name, notice.TimeUnit, notice.Account));
        Assert.Equal(new Money(213.75m, "USD"), notice.Amount);
    }

    [Theory]
    [InlineData("800,00 €", "800", "EUR")]
    [InlineData("1.200,00 €", "1200", "EUR")]
    [InlineData("1.200 €", "1200", "EUR")]
    [InlineData("1.234.567,89 €", "1234567.89", "EUR")]
    [InlineData("1\u202F200,50\u00A0€", "1200.50", "EUR")]
    [InlineData("1’200.50 CHF", "1200.50", "CHF")]
    [InlineData("€1,200.50", "1200.50", "EUR")]
    [InlineData("₹1,00,000.00", "100000", "INR")]
    [InlineData("$1,345.67", "1345.67", "USD")]
    [InlineData("-$0.12", "-0.12", "USD")]
    [InlineData("$.50", "0.50", "USD")]
    [InlineData("1200.125 USD", "1200.125", "USD")]
    [InlineData("1.200 USD", null, null)]
    [InlineData("352.125 GB", "352.125", "GB")]
    [InlineData("352,5 GB", "352.5", "GB")]
    [InlineData("400 GB", "400", "GB")]
    [InlineData("¥640", "640", "JPY")]
    [InlineData("CN¥640.50", "640.50", "CNY")]
    [InlineData("$1.234", null, null)]
    [InlineData("$1.2.3", null, null)]
    [InlineData("$12,34,5", null, null)]
    [InlineData("lots", null, null)]
    public void An_amount_is_read_in_every_usual_form_and_not_at_all_when_in_doubt(string text, string? amount, string? currency)
    {
        var found = BudgetAmount.TryRead(text, china: false, out var money);

        Assert.Equal(amount is not null, found);
        if (amount is not null) Assert.Equal(new Money(decimal.Parse(amount, null), currency!), money);
    }

    [Fact]
    public void The_yuan_is_known_by_the_account_when_the_text_has_no_link()
    {
        var text = CaseText("budget-china-yuan.txt").Replace("amazonaws.cn", "aws.example", StringComparison.Ordinal);

        Assert.Equal("CNY", BudgetNotices.Read(text, account => account == "111122223333")!.Amount.Currency);
        Assert.Equal("JPY", BudgetNotices.Read(text, _ => false)!.Amount.Currency);
    }

    [Fact]
    public async Task A_limit_that_cannot_be_read_leaves_the_text_whole()
    {
        await using var world = await CostWorld.CreateAsync();

        await world.ReadAsync(Named("team").Replace("$250.00", "about $250", StringComparison.Ordinal));

        await using var connection = await world.Database.OpenAsync(default);
        var shown = Assert.Single(world.Outbox.Requests);
        var budget = await CostSubjectStore.BudgetAsync(connection, null, shown.Subject.Key, default);
        Assert.Contains("about $250", budget!.Unread, StringComparison.Ordinal);
    }

    private static string Named(string name) => CaseText("budget-named-on.txt")
        .Replace("your on budget", $"your {name} budget", StringComparison.Ordinal)
        .Replace("Budget Name: on", $"Budget Name: {name}", StringComparison.Ordinal);

    private static string CaseText(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases", "texts", file));
}
