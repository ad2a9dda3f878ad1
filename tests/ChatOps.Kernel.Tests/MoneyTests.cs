namespace ChatOps.Kernel.Tests;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("$1,345.67", "1345.67", "USD", "$")]
    [InlineData("-$0.12", "-0.12", "USD", "$")]
    [InlineData("1,200.00 USD", "1200", "USD", "$")]
    [InlineData("250.5 GB", "250.5", "GB", null)]
    [InlineData("₩12,345", "12345", "KRW", "₩")]
    public void An_amount_is_read_as_AWS_writes_it(string text, string amount, string currency, string? symbol)
    {
        Assert.True(Money.TryParse(text, out var money));
        Assert.Equal(
            (decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency, symbol),
            (money.Amount, money.Currency, money.Symbol));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a lot")]
    [InlineData("12.5")]
    [InlineData("$12 KRW")]
    public void What_is_no_amount_is_not_read(string text) => Assert.False(Money.TryParse(text, out _));

    [Fact]
    public void Amounts_of_two_currencies_are_not_added()
    {
        Assert.Equal(new Money(3m, "USD"), new Money(1m, "USD") + new Money(2m, "USD"));
        Assert.Throws<InvalidOperationException>(() => new Money(1m, "USD") + new Money(1m, "KRW"));
        Assert.Equal([new Money(-7m, "KRW"), new Money(3m, "USD")], Money.Sum([new(1m, "USD"), new(-7m, "KRW"), new(2m, "USD")]));
    }
}
