namespace ChatOps.Kernel.Tests;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("USD", "$")]
    [InlineData("KRW", "₩")]
    [InlineData("GB", null)]
    [InlineData("CNY", null)]
    public void A_currency_has_its_sign_or_none(string currency, string? symbol) => Assert.Equal(symbol, new Money(1m, currency).Symbol);

    [Fact]
    public void Amounts_of_two_currencies_are_not_added()
    {
        Assert.Equal(new Money(3m, "USD"), new Money(1m, "USD") + new Money(2m, "USD"));
        Assert.Throws<InvalidOperationException>(() => new Money(1m, "USD") + new Money(1m, "KRW"));
        Assert.Equal([new Money(-7m, "KRW"), new Money(3m, "USD")], Money.Sum([new(1m, "USD"), new(-7m, "KRW"), new(2m, "USD")]));
    }
}
