using System.Globalization;

namespace ChatOps.Slack.Blocks;

/// <summary>Cuts texts to a length, with an ellipsis, where nothing breaks.</summary>
public static class TextCut
{
    private const string Ellipsis = "…";
    private const string Fence = "```";

    /// <summary>
    /// At most <paramref name="max"/> UTF-16 characters (Slack counts no fewer), cut between characters as people see them.
    /// </summary>
    public static string Plain(string text, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        if (text.Length <= max)
        {
            return text;
        }

        var end = 0;
        while (end < text.Length)
        {
            var next = end + StringInfo.GetNextTextElementLength(text.AsSpan(end));
            if (next > max - Ellipsis.Length)
            {
                break;
            }

            end = next;
        }

        return string.Concat(text.AsSpan(0, end), Ellipsis);
    }

    /// <summary>
    /// The same for markup: an entity (<c>&amp;amp;</c>) or a link, mention or date (<c>&lt;…&gt;</c>) is kept whole or left out,
    /// and a code block that was open is closed.
    /// </summary>
    public static string Markup(string text, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        if (text.Length <= max)
        {
            return text;
        }

        var end = 0;
        var fences = 0;
        var nextClose = -1;
        while (end < text.Length)
        {
            var rest = text.AsSpan(end);
            if (rest[0] == '<' && nextClose < end)
            {
                nextClose = text.IndexOf('>', end);
                nextClose = nextClose < 0 ? int.MaxValue : nextClose;
            }

            var opens = rest.StartsWith(Fence, StringComparison.Ordinal);
            var open = (fences + (opens ? 1 : 0)) % 2 != 0;
            var next = end + Token(rest, end, nextClose, opens);
            if (next + Ellipsis.Length + (open ? Fence.Length : 0) > max)
            {
                break;
            }

            fences += opens ? 1 : 0;
            end = next;
        }

        return string.Concat(text.AsSpan(0, end), Ellipsis, fences % 2 != 0 ? Fence : "");
    }

    private static int Token(ReadOnlySpan<char> rest, int at, int close, bool fence) => rest[0] switch
    {
        '`' when fence => Fence.Length,
        '&' when rest.StartsWith("&amp;", StringComparison.Ordinal) => 5,
        '&' when rest.StartsWith("&lt;", StringComparison.Ordinal) || rest.StartsWith("&gt;", StringComparison.Ordinal) => 4,
        '<' when close != int.MaxValue => close - at + 1,
        _ => StringInfo.GetNextTextElementLength(rest),
    };
}
