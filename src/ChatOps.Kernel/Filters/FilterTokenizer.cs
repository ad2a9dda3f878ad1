using System.Text;

namespace ChatOps.Kernel.Filters;

/// <summary>How a character was typed.</summary>
public enum FilterMark : byte
{
    /// <summary>Outside quotes: separators separate and wildcards stand for any text.</summary>
    Plain,

    /// <summary>In quotes: only a wildcard keeps its meaning.</summary>
    Quoted,

    /// <summary>In quotes after a backslash: it is itself.</summary>
    Escaped,
}

/// <summary>What stands between two spaces; spaces in quotes are part of it.</summary>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="End">The position after it.</param>
/// <param name="Text">Without its quotes.</param>
/// <param name="Marks">How each character of <paramref name="Text"/> was typed.</param>
public sealed record FilterToken(int Start, int End, string Text, IReadOnlyList<FilterMark> Marks)
{
    /// <summary>Whether no part of it is in quotes.</summary>
    public bool IsPlain => End - Start == Text.Length;

    /// <summary>The position of the first of these characters outside quotes; -1 when there is none.</summary>
    public int IndexOfPlain(ReadOnlySpan<char> letters, int start = 0)
    {
        for (var i = start; i < Text.Length; i++)
        {
            if (Marks[i] == FilterMark.Plain && letters.Contains(Text[i])) return i;
        }

        return -1;
    }

    /// <summary>A part of it as a text to look for.</summary>
    public FilterText TextOf(int start, int end)
    {
        // White space around a value is a slip; within quotes it is part of the value.
        while (start < end && Marks[start] == FilterMark.Plain && char.IsWhiteSpace(Text[start])) start++;
        while (end > start && Marks[end - 1] == FilterMark.Plain && char.IsWhiteSpace(Text[end - 1])) end--;
        var parts = new List<string>();
        var from = start;
        for (var i = start; i < end; i++)
        {
            if (Text[i] != '*' || Marks[i] == FilterMark.Escaped) continue;
            parts.Add(Text[from..i]);
            from = i + 1;
        }

        parts.Add(Text[from..end]);
        return FilterText.Pattern(parts);
    }
}

/// <summary>
/// Cuts what somebody typed into tokens. Straight and typographic quotes are the same, for phones and Slack's clients write their own.
/// </summary>
public static class FilterTokenizer
{
    private const string Quotes = "\"“”„‟＂";

    /// <summary>Whether a character opens and closes a quotation.</summary>
    public static bool IsQuote(char letter) => Quotes.Contains(letter, StringComparison.Ordinal);

    /// <summary>
    /// Reads all tokens; with an open quotation the last goes to the end of the text, and <paramref name="openAt"/> says where it begins.
    /// </summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="openAt">Where a quotation begins that nothing closes; -1 when there is none.</param>
    public static IReadOnlyList<FilterToken> Read(string text, out int openAt)
    {
        openAt = -1;
        var tokens = new List<FilterToken>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var start = at;
            var letters = new StringBuilder();
            var marks = new List<FilterMark>();
            var quoteAt = -1;
            while (at < text.Length && (quoteAt >= 0 || !char.IsWhiteSpace(text[at])))
            {
                var letter = text[at++];
                if (IsQuote(letter))
                {
                    quoteAt = quoteAt < 0 ? at - 1 : -1;
                    continue;
                }

                var mark = quoteAt < 0 ? FilterMark.Plain : FilterMark.Quoted;
                if (quoteAt >= 0 && letter == '\\' && at < text.Length && (IsQuote(text[at]) || text[at] is '\\' or '*'))
                {
                    letter = text[at++];
                    mark = FilterMark.Escaped;
                }

                letters.Append(letter);
                marks.Add(mark);
            }

            if (quoteAt >= 0) openAt = quoteAt;
            tokens.Add(new FilterToken(start, at, letters.ToString(), marks));
        }

        return tokens;
    }
}
