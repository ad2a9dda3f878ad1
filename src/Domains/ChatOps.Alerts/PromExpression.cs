using System.Globalization;

namespace ChatOps.Alerts;

/// <summary>What of an alerting rule's expression is drawn: its left side over time, and its threshold as a line.</summary>
/// <param name="Drawn">The expression to be drawn.</param>
/// <param name="Threshold">The number it is compared with; null when it is not compared with one.</param>
/// <param name="Comparison">The sign of the comparison.</param>
internal sealed record PromExpression(string Drawn, double? Threshold, string? Comparison)
{
    private static readonly string[] Signs = [">=", "<=", "==", "!=", ">", "<"];
    private static readonly string[] Words = ["and", "or", "unless"];

    /// <summary>
    /// Takes <c>expression &gt; number</c> apart. What compares otherwise, or combines comparisons, is drawn as it is: then what is drawn
    /// are the moments at which the rule fires.
    /// </summary>
    public static PromExpression Of(string expression)
    {
        var whole = new PromExpression(expression.Trim(), null, null);
        if (TopLevel(expression) is not { } at) return whole;
        var left = expression[..at.Start].Trim();
        var right = Unwrapped(expression[at.End..].Trim());
        if (right.StartsWith("bool ", StringComparison.Ordinal)) right = Unwrapped(right[5..].Trim());
        return left.Length > 0 && double.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? new PromExpression(left, number, expression[at.Start..at.End])
            : whole;
    }

    /// <summary>The one comparison outside brackets and texts; null when there is none, or several, or a set operator.</summary>
    private static (int Start, int End)? TopLevel(string text)
    {
        (int Start, int End)? found = null;
        var depth = 0;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '"' or '\'' or '`':
                    at = EndOfText(text, at);
                    continue;
                case '#':
                    return null;
                case '(' or '[' or '{': depth++; continue;
                case ')' or ']' or '}': depth--; continue;
            }

            if (depth != 0) continue;
            if (char.IsLetter(text[at]) && (at == 0 || !IsWord(text[at - 1])))
            {
                var end = at;
                while (end < text.Length && IsWord(text[end])) end++;
                if (Words.Contains(text[at..end], StringComparer.OrdinalIgnoreCase)) return null;
                at = end - 1;
            }
            else if (Signs.FirstOrDefault(sign => string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0) is { } sign)
            {
                if (found is not null) return null;
                found = (at, at + sign.Length);
                at += sign.Length - 1;
            }
        }

        return depth == 0 ? found : null;
    }

    private static int EndOfText(string text, int quote)
    {
        for (var at = quote + 1; at < text.Length; at++)
        {
            if (text[at] == '\\' && text[quote] != '`') at++;
            else if (text[at] == text[quote]) return at;
        }

        return text.Length;
    }

    private static string Unwrapped(string text)
    {
        while (text is ['(', .., ')']) text = text[1..^1].Trim();
        return text;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or ':';
}
