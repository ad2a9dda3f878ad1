namespace ChatOps.Kernel;

/// <summary>An amount of one currency, to the last digit. Amounts of different currencies are never added.</summary>
/// <param name="Amount">How much; credits are negative.</param>
/// <param name="Currency">ISO 4217, such as <c>USD</c>; of usage budgets the unit, such as <c>GB</c>.</param>
public readonly record struct Money(decimal Amount, string Currency)
{
    private static readonly (string Symbol, string Currency)[] Symbols =
        [("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("₩", "KRW"), ("¥", "JPY"), ("₹", "INR")];

    /// <summary>The sum of two amounts of one currency.</summary>
    /// <exception cref="InvalidOperationException">They are of two.</exception>
    public static Money operator +(Money left, Money right) =>
        left.Currency == right.Currency
            ? left with { Amount = left.Amount + right.Amount }
            : throw new InvalidOperationException($"{left.Currency} and {right.Currency} cannot be added.");

    /// <summary>The sums by currency, largest first.</summary>
    public static IReadOnlyList<Money> Sum(IEnumerable<Money> amounts) =>
        [.. amounts.GroupBy(money => money.Currency, StringComparer.Ordinal)
            .Select(group => new Money(group.Sum(money => money.Amount), group.Key)).OrderByDescending(money => Math.Abs(money.Amount))];

    /// <summary>The sign of the currency, such as $; null where it has none of its own.</summary>
    public string? Symbol
    {
        get
        {
            foreach (var (symbol, currency) in Symbols)
            {
                if (currency == Currency) return symbol;
            }

            return null;
        }
    }
}
