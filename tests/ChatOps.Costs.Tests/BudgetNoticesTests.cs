using ChatOps.Platform.Localization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace ChatOps.Costs.Tests;

public sealed class BudgetNoticesTests
{
    [Theory]
    [InlineData("budgets/cost-actual-day.txt", "killswitch", "DAILY", "2026-03-03", "Actual", "0", "2.15", "70")]
    [InlineData("budgets/cost-actual-month.txt", "dev-team", "MONTHLY", "2026-03", "Actual", "80", "84.31", "100")]
    [InlineData("budgets/cost-forecasted-month.txt", "Dev Team: 개발 #1", "MONTHLY", "2026-03", "Forecasted", "1200", "1345.67", "1200")]
    [InlineData("sns/notification-v1-budget-text.json", "dev-team", "MONTHLY", "2026-03", "Actual", "80", "84.31", "100")]
    [InlineData("sns/lambda-records-budget.json", "dev-team", "MONTHLY", "2026-03", "Actual", "80", "84.31", "100")]
    [InlineData("sns/http-post-notification.http.txt", "dev-team", "MONTHLY", "2026-03", "Actual", "80", "84.31", "100")]
    public void Every_text_of_Budgets_is_read(
        string file, string name, string unit, string period, string figure, string threshold, string amount, string limit)
    {
        var notice = BudgetNotices.Read(CostWorld.File(file));

        Assert.NotNull(notice);
        Assert.Equal(
            ("111122223333", name, unit, period),
            (notice.Account, notice.Name, notice.TimeUnit, BudgetPeriod.OfNotice(notice.TimeUnit, notice.Day).Key));
        Assert.Equal(
            (figure, decimal.Parse(threshold, null), null),
            (notice.Threshold.Figure.ToString(), notice.Threshold.Amount, notice.Threshold.Percent));
        Assert.Equal(
            (new Money(decimal.Parse(amount, null), "USD"), new Money(decimal.Parse(limit, null), "USD")), (notice.Amount, notice.Limit));
    }

    [Theory]
    [InlineData("Alert Threshold: > $80.00", "Alert Threshold: > 80%", null, "80")]
    [InlineData("Alert Threshold: > $80.00", "Alert Threshold: > 80.5 %", null, "80.5")]
    [InlineData("Alert Threshold: > $80.00", "Alert Threshold: > $1,080.05", "1080.05", null)]
    public void A_threshold_is_an_amount_or_a_percentage(string from, string to, string? amount, string? percent)
    {
        var notice = BudgetNotices.Read(CostWorld.File("budgets/cost-actual-month.txt").Replace(from, to, StringComparison.Ordinal))!;

        Assert.Equal(
            (amount is null ? null : decimal.Parse(amount, null), percent is null ? (decimal?)null : decimal.Parse(percent, null)),
            (notice.Threshold.Amount, notice.Threshold.Percent));
    }

    [Theory]
    [InlineData("AWS Account 111122223333", "AWS Account")]
    [InlineData("Alert Threshold: > $80.00", "Alert Threshold: < $80.00")]
    [InlineData("Alert Threshold: > $80.00", "Alert Threshold: > €80.00")]
    [InlineData("ACTUAL Amount: $84.31", "ACTUAL Amount: lots")]
    [InlineData("Alert Type: ACTUAL", "Alert Type: RI_UTILIZATION")]
    [InlineData("for the current month", "for the current fortnight")]
    [InlineData("March 04, 2026", "Thermidor 04, 2026")]
    public void What_does_not_hold_together_is_not_read_but_still_known_as_a_text_of_Budgets(string from, string to)
    {
        var text = CostWorld.File("budgets/cost-actual-month.txt").Replace(from, to, StringComparison.Ordinal);

        Assert.Null(BudgetNotices.Read(text));
        Assert.True(BudgetNotices.Looks(null, text));
    }

    [Fact]
    public void A_name_that_speaks_of_a_year_does_not_make_the_budget_annual()
    {
        var text = CostWorld.File("budgets/cost-actual-month.txt").Replace("dev-team", "spend this year", StringComparison.Ordinal);

        Assert.Equal("MONTHLY", BudgetNotices.Read(text)!.TimeUnit);
    }

    [Property(MaxTest = 300)]
    public void No_text_makes_the_reader_throw(NonNull<string> noise, int at)
    {
        var text = CostWorld.File("budgets/cost-actual-month.txt");
        var place = (int)((uint)at % text.Length);

        BudgetNotices.Read(noise.Get);
        BudgetNotices.Read(text[..place] + noise.Get + text[place..]);
        BudgetNotices.Read(text[..place]);
    }

    [Property(MaxTest = 300)]
    public Property An_amount_reads_back_as_it_is_written() => Prop.ForAll(
        Gen.Choose(-100_000_000, 100_000_000).Select(cents => cents / 100m).ToArbitrary(),
        amount =>
        {
            var written = $"{(amount < 0 ? "-" : "")}${Math.Abs(amount).ToString("N2", System.Globalization.CultureInfo.InvariantCulture)}";
            return BudgetAmount.TryRead(written, china: false, out var read) && read == new Money(amount, "USD");
        });

    [Theory]
    [InlineData("1,200.00 USD", "1200", "USD")]
    [InlineData("USD 12", "12", "USD")]
    [InlineData("250.5 GB", "250.5", "GB")]
    [InlineData("−$0.12", "-0.12", "USD")]
    [InlineData("₩12,345", "12345", "KRW")]
    [InlineData("800,00 €", "800", "EUR")]
    [InlineData("71.4%", "71.4", "PERCENTAGE")]
    public void Amounts_come_in_many_spellings(string text, string amount, string currency)
    {
        Assert.True(BudgetAmount.TryRead(text, china: false, out var money));
        Assert.Equal(new Money(decimal.Parse(amount, null), currency), money);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("$")]
    [InlineData("$1.2.3")]
    [InlineData("EUR 12 USD")]
    public void What_is_no_amount_is_refused(string text) => Assert.False(BudgetAmount.TryRead(text, china: false, out _));

    [Theory]
    [InlineData("15234.56", "USD", "en", "$15,235")]
    [InlineData("2.154", "USD", "ko", "$2.15")]
    [InlineData("-0.126", "USD", "en", "−$0.13")]
    [InlineData("12345.4", "KRW", "ko", "12,345원")]
    [InlineData("12345.4", "KRW", "en", "₩12,345")]
    [InlineData("250.5", "GB", "en", "250.50 GB")]
    public void Money_reads_as_people_write_it(string amount, string currency, string language, string text) =>
        Assert.Equal(text, new Money(decimal.Parse(amount, null), currency).Text(Locale.For(language, TimeZoneInfo.Utc)));

    [Fact]
    public void Currencies_are_never_added()
    {
        Assert.Throws<InvalidOperationException>(() => new Money(1, "USD") + new Money(1, "KRW"));
        Assert.Equal([new Money(500, "KRW"), new Money(3, "USD")], Money.Sum([new(1, "USD"), new(500, "KRW"), new(2, "USD")]));
    }
}
