using System.Globalization;
using System.Text.RegularExpressions;

namespace ChatOps.Kernel;

/// <summary>An amount of one currency, to the last digit. Amounts of different currencies are never added.</summary>
/// <param name="Amount">How much; credits are negative.</param>
/// <param name="Currency">ISO 4217, such as <c>USD</c>; of usage budgets the unit, such as <c>GB</c>.</param>
public readonly partial record struct Money(decimal Amount, string Currency)
{
    private static readonly (string Symbol, string Currency)[] Symbols =
        [("US$", "USD"), ("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("₩", "KRW"), ("¥", "JPY"), ("₹", "INR")];

    /// <summary>The sum of two amounts of one currency.</summary>
    /// <exception cref="InvalidOperationException">They are of two.</exception>
    public static Money operator +(Money left, Money right) =>
        left.Currency == right.Currency
            ? left with { Amount = left.Amount + right.Amount }
            : throw new InvalidOperationException($"{left.Currency} and {right.Currency} cannot be added.");

    /// <summary>
    /// Reads an amount as AWS writes it into its texts: <c>$1,345.67</c>, <c>-$0.12</c>, <c>1,200.00 USD</c>, <c>250.5 GB</c>.
    /// </summary>
    public static bool TryParse(string? text, out Money money)
    {
        money = default;
        var match = Amounts().Match((text ?? "").Trim());
        if (!match.Success || !decimal.TryParse(
            match.Groups["number"].Value, NumberStyles.AllowThousands | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var amount))
            return false;
        var before = match.Groups["before"].Value;
        var after = match.Groups["after"].Value;
        var unit = before.Length > 0 ? before : after;
        if (unit.Length == 0 || (before.Length > 0 && after.Length > 0 && CurrencyOf(before) != CurrencyOf(after))) return false;
        money = new Money(match.Groups["sign"].Success ? -amount : amount, CurrencyOf(unit));
        return true;
    }

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
                if (currency == Currency && symbol != "US$") return symbol;
            }

            return null;
        }
    }

    private static string CurrencyOf(string unit)
    {
        foreach (var (symbol, currency) in Symbols)
        {
            if (symbol == unit) return currency;
        }

        return unit;
    }

    [GeneratedRegex(
        @"^(?<sign>[-−])?\s*(?<before>US\$|[$€£₩¥₹]|[A-Z]{3})?\s*(?<sign>[-−])?(?<number>[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)\s*(?<after>" +
            @"[\p{L}$€£₩¥₹][\p{L}$ -]{0,39})?$",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Amounts();
}
