using System.Globalization;
using ChatOps.Platform.Localization;

namespace ChatOps.Costs;

/// <summary>Amounts as people read them.</summary>
internal static class MoneyText
{
    /// <summary><c>$15,234</c>, <c>$2.15</c>, <c>−$0.12</c>, <c>12,345원</c>, <c>250.50 GB</c>.</summary>
    public static string Text(this Money money, Locale locale)
    {
        if (money.Currency == BudgetTypes.Percent)
        {
            var share = money.Amount.ToString("0.#", locale.Culture);
            return locale.Language == "ko" ? $"{share}%" : $"{share} %";
        }

        // Beyond a thousand, cents are noise.
        var digits = money.Currency is "KRW" or "JPY" || Math.Abs(money.Amount) >= 1000m ? 0 : 2;
        var rounded = Math.Round(money.Amount, digits, MidpointRounding.AwayFromZero);
        var number = Math.Abs(rounded).ToString("N" + digits.ToString(CultureInfo.InvariantCulture), locale.Culture);
        var sign = rounded < 0 ? "−" : "";
        if (money.Currency == "KRW" && locale.Language == "ko") return $"{sign}{number}원";
        return money.Symbol is { } symbol ? $"{sign}{symbol}{number}" : $"{sign}{number} {money.Currency}";
    }

    /// <summary>The sum of one currency among several; nothing of it when it is not among them.</summary>
    public static Money Of(this IReadOnlyList<Money> sums, string currency) =>
        sums.FirstOrDefault(money => money.Currency == currency) is { Currency: not null } found ? found : new Money(0, currency);

    /// <summary>A change: <c>+$1,920</c>.</summary>
    public static string Change(this Money money, Locale locale) => money.Amount > 0 ? $"+{money.Text(locale)}" : money.Text(locale);
}

/// <summary>Shares and their words.</summary>
internal static class Share
{
    /// <summary>A part of a whole, 1.27 for 127 %; null when the whole is nothing.</summary>
    public static decimal? Of(decimal part, decimal whole) => whole == 0 ? null : part / whole;

    /// <summary>127 %, 0.5 %.</summary>
    public static string Text(decimal share, Locale locale)
    {
        var percent = share * 100m;
        var digits = Math.Abs(percent) is > 0m and < 1m ? 1 : 0;
        var number = Math.Round(percent, digits, MidpointRounding.AwayFromZero).ToString(
            "N" + digits.ToString(CultureInfo.InvariantCulture), locale.Culture);
        return locale.Language == "ko" ? $"{number}%" : $"{number} %";
    }

    /// <summary>+38 %, −4 %.</summary>
    public static string Change(decimal share, Locale locale) =>
        $"{(share > 0 ? "+" : share < 0 ? "−" : "±")}{Text(Math.Abs(share), locale)}";
}
