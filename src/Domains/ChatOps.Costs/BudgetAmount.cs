using System.Globalization;
using System.Text.RegularExpressions;

namespace ChatOps.Costs;

/// <summary>
/// Reads amounts of Budgets' texts, whose form follows the reader's country: <c>$1,200.50</c>, <c>1.200,50 €</c>, <c>1 200,50 €</c>.
/// What can be read in two ways is not read: a wrong amount is worse than the text as it is.
/// </summary>
internal static partial class BudgetAmount
{
    /// <summary>An amount with its currency or unit.</summary>
    /// <param name="text">As it is written.</param>
    /// <param name="china">Whether it comes from AWS China, where ¥ is the yuan; elsewhere it is the yen.</param>
    /// <param name="money">The amount.</param>
    public static bool TryRead(string? text, bool china, out Money money)
    {
        money = default;
        var written = (text ?? "").Trim();
        if (written.EndsWith('%') && Percent(written) is { } percent)
        {
            money = new Money(percent, BudgetTypes.Percent);
            return true;
        }

        if (Number().Match(written) is not { Success: true } number) return false;
        var unit = (written[..number.Index] + written[(number.Index + number.Length)..]).Trim(' ', '\u00A0', '\u202F', '-', '−');
        // 1.200: of money thousands where the sign stands behind, in doubt elsewhere; of a measure such as GB 1.2.
        bool? thousands = IsUsage(unit) ? false : number.Index == 0 && !unit.All(char.IsAsciiLetterUpper) ? true : null;
        if (Plain(number.Value, thousands) is not { } plain) return false;
        var (before, after) = (written[..number.Index], written[(number.Index + number.Length)..].Replace('\u00A0', ' '));
        if (!TryPlain(Yen(before) + plain + Yen(after.Replace('\u202F', ' ')), out money)) return false;
        // The sign of two currencies: with a letter before it, or by the partition that sent it.
        var isYuan = unit is "CN¥" or "RMB" || (china && unit is ("¥" or "￥"));
        if (money.Currency == "JPY" && isYuan) money = money with { Currency = "CNY" };
        return true;
    }

    /// <summary>An amount whose number has a point before its decimals and nothing else between its digits.</summary>
    private static bool TryPlain(string text, out Money money)
    {
        money = default;
        var match = Amounts().Match(text.Trim());
        if (!match.Success
            || !decimal.TryParse(
                match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return false;
        var before = match.Groups["before"].Value;
        var after = match.Groups["after"].Value;
        var unit = before.Length > 0 ? before : after;
        if (unit.Length == 0 || (before.Length > 0 && after.Length > 0 && CurrencyOf(before) != CurrencyOf(after))) return false;
        money = new Money(match.Groups["sign"].Success ? -amount : amount, CurrencyOf(unit));
        return true;
    }

    private static string CurrencyOf(string unit) => unit switch
    {
        "US$" or "$" => "USD",
        "€" => "EUR",
        "£" => "GBP",
        "₩" => "KRW",
        "¥" => "JPY",
        "₹" => "INR",
        _ => unit,
    };

    /// <summary>A percentage, 80.5 for <c>80.5 %</c> or <c>80,5%</c>; null when it is none.</summary>
    public static decimal? Percent(string text) =>
        text.EndsWith('%') && Plain(text.TrimEnd('%', ' ', '\u00A0', '\u202F'), thousands: false) is { } plain
            && decimal.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            ? percent
            : null;

    /// <summary>The number with a point before its decimals and without anything between its thousands; null when it is in doubt.</summary>
    private static string? Plain(string number, bool? thousands)
    {
        var (point, comma) = (number.LastIndexOf('.'), number.LastIndexOf(','));
        var decimals = Math.Max(point, comma);
        if (point < 0 || comma < 0)
        {
            var single = number.IndexOf('.', StringComparison.Ordinal) == point;
            if (comma >= 0 ? IsGrouped(number, ',') : point >= 0 && IsGrouped(number, '.') && (!single || thousands == true)) decimals = -1;
            else if (point >= 0 && thousands is null && IsGrouped(number, '.')) return null;
        }

        var (whole, rest) = decimals < 0 ? (number, "") : Split(number, decimals);
        var separator = whole.FirstOrDefault(character => !char.IsAsciiDigit(character));
        if (separator != default && !IsGrouped(whole, separator)) return null;
        var digits = separator == default ? whole : whole.Replace(separator.ToString(), "", StringComparison.Ordinal);
        return $"{(digits.Length == 0 ? "0" : digits)}{(rest.Length > 0 ? "." : "")}{rest}";
    }

    private static (string Whole, string Decimals) Split(string number, int at) => (number[..at], number[(at + 1)..]);

    /// <summary>Groups of three; in India all but the last are of two.</summary>
    private static bool IsGrouped(string number, char separator)
    {
        var groups = number.Split(separator);
        return groups.Length > 1 && groups[0].Length is 1 or 2 or 3 && groups[^1].Length == 3
            && groups.All(group => group.All(char.IsAsciiDigit))
            && (groups[1..^1].All(group => group.Length == 3) || (separator == ',' && groups[..^1].All(group => group.Length <= 2)));
    }

    /// <summary>A measure such as <c>GB</c> may have three decimals; money has two at most.</summary>
    private static bool IsUsage(string unit) => unit.Length > 0 && !Currency().IsMatch(unit);

    private static string Yen(string around) =>
        around.Replace("CN¥", "¥", StringComparison.Ordinal).Replace("JP¥", "¥", StringComparison.Ordinal)
            .Replace("RMB", "¥", StringComparison.Ordinal).Replace('￥', '¥');

    [GeneratedRegex(
        @"[0-9](?:[0-9.,'’\u00A0\u202F]|\s(?=[0-9]))*(?<=[0-9])|[.,][0-9]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Number();

    [GeneratedRegex(
        @"^(?<sign>[-−])?\s*(?<before>US\$|[$€£₩¥₹]|[A-Z]{3})?\s*(?<sign>[-−])?(?<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*(?<after>" +
            @"[\p{L}$€£₩¥₹][\p{L}$ -]{0,39})?$",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Amounts();

    [GeneratedRegex(@"^(?:[A-Z]{0,3}[$€£₩¥￥₹]|[A-Z]{3})$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Currency();
}
