using System.Globalization;
using System.Text;

namespace ChatOps.Slack.Blocks;

/// <content>Writing markup: everything that may hold a text from outside goes through here.</content>
public sealed partial record Mrkdwn
{
    // Shows as nothing and ends a word: what follows no longer completes a mention, a link or a format.
    private const char ZeroWidthSpace = '\u200B';

    private static readonly string[] Broadcasts = ["here", "channel", "everyone", "group"];

    /// <summary>
    /// A text from outside, made part of a markup: <c>&amp; &lt; &gt;</c> become entities, so that no <c>&lt;!channel&gt;</c> and no link
    /// stays, and <c>@here</c> and its kin are broken up. Formatting characters keep their meaning: see <see cref="Literal"/>.
    /// </summary>
    public static string Escape(string? text) => Entities(text, literal: false);

    /// <summary>
    /// <see cref="Escape"/>, and nothing is formatted either: bold, code, emoji, quotes, bare addresses and channel names are shown as
    /// written. Invisible characters do it, so a text that is to be copied belongs into <see cref="Code"/> or <see cref="PlainText"/>.
    /// </summary>
    public static string Literal(string? text) => Entities(text, literal: true);

    /// <summary>
    /// What somebody typed, from a text in which Slack made <c>&amp; &lt; &gt;</c> entities. Mentions and links stay as Slack wrote them.
    /// </summary>
    public static string Unescape(string text) => text.Contains('&', StringComparison.Ordinal)
        ? text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal)
        : text;

    /// <summary>
    /// <see cref="Literal"/>, cut with an ellipsis, so that a hostile text leaves room for the others: an entity and a character as people
    /// see it are kept whole or left out.
    /// </summary>
    /// <param name="text">The text; null is empty.</param>
    /// <param name="max">The most UTF-16 characters of the markup, at least 1; the default is enough for a name.</param>
    public static string Cut(string? text, int max = 120) => TextCut.Markup(Literal(text), max);

    /// <summary>A link; only its label when the address is neither http(s) nor mailto.</summary>
    public static string Link(string url, string text)
    {
        var label = OneLine(Escape(text));
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "mailto"))
        {
            return label;
        }

        var address = new StringBuilder(url.Length + 8);
        foreach (var c in url)
        {
            _ = c switch
            {
                '&' => address.Append("&amp;"),
                '<' or '>' or '|' or '"' or ' ' => address.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}"),
                _ when char.IsControl(c) => address,
                _ => address.Append(c),
            };
        }

        return label.Length == 0 ? $"<{address}>" : $"<{address}|{label}>";
    }

    /// <summary>A moment that every reader sees in their own zone.</summary>
    /// <param name="moment">When.</param>
    /// <param name="format">Slack's tokens: <c>{date_short_pretty} {time}</c>.</param>
    /// <param name="fallback">Shown where Slack cannot: notifications, old clients.</param>
    public static string Date(DateTimeOffset moment, string format, string fallback) =>
        string.Create(CultureInfo.InvariantCulture, $"<!date^{moment.ToUnixTimeSeconds()}^{Part(format)}|{Part(fallback)}>");

    /// <summary>A mention of a user.</summary>
    public static string User(string id) => IsId(id) ? $"<@{id}>" : Escape(id);

    /// <summary>A mention of a user group.</summary>
    public static string UserGroup(string id) => IsId(id) ? $"<!subteam^{id}>" : Escape(id);

    /// <summary>A link to a channel.</summary>
    public static string Channel(string id) => IsId(id) ? $"<#{id}>" : Escape(id);

    /// <summary>A text in monospace, as written but for line breaks and backticks.</summary>
    public static string Code(string? text) =>
        string.IsNullOrWhiteSpace(text) ? "" : $"`{OneLine(Escape(text)).Replace('`', '\u02CB')}`";

    /// <summary>Lines in monospace, as written.</summary>
    public static string CodeBlock(string? text) =>
        string.IsNullOrWhiteSpace(text)
            ? ""
            : $"```\n{Escape(text).Replace("```", $"``{ZeroWidthSpace}`", StringComparison.Ordinal).TrimEnd('\r', '\n')}\n```";

    private static string Entities(string? text, bool literal)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '&':
                    escaped.Append("&amp;");
                    break;
                case '<':
                    escaped.Append("&lt;");
                    break;
                case '>':
                    // Slack reads &gt; at the start of a line as a quotation.
                    if (literal && (i == 0 || text[i - 1] is '\n' or '\r'))
                    {
                        escaped.Append(ZeroWidthSpace);
                    }

                    escaped.Append("&gt;");
                    break;
                default:
                    escaped.Append(c);
                    if ((c == '@' && IsBroadcast(text.AsSpan(i + 1))) || (literal && StartsMarkup(text, i)))
                    {
                        escaped.Append(ZeroWidthSpace);
                    }

                    break;
            }
        }

        return escaped.ToString();
    }

    private static bool IsBroadcast(ReadOnlySpan<char> word)
    {
        foreach (var broadcast in Broadcasts)
        {
            if (word.StartsWith(broadcast, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool StartsMarkup(string text, int at) => text[at] switch
    {
        // Inside a word (my_bucket_name) they mean nothing to Slack.
        '*' or '_' or '~' => at == 0 || !char.IsLetterOrDigit(text[at - 1]) || at + 1 == text.Length || !char.IsLetterOrDigit(text[at + 1]),
        '`' or '@' => true,
        '#' => at + 1 < text.Length && char.IsLetter(text[at + 1]),
        ':' => at + 1 < text.Length && (text[at + 1] is '/' or '+' or '-' or '_' || char.IsLetterOrDigit(text[at + 1])),
        _ => false,
    };

    private static bool IsId(string id) => id.Length is > 1 and <= 64 && id.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Part(string text) => OneLine(Escape(text)).Replace('^', ' ').Replace('|', '¦');
}
