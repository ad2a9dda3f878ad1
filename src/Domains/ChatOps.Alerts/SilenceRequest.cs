using System.Diagnostics.CodeAnalysis;
using ChatOps.Platform.Prometheus;

namespace ChatOps.Alerts;

/// <summary>
/// What <c>/alert silence</c> was given: a group by name or id, or matchers; how long; why.
/// <c>HighErrorRate 2h deploying</c>, <c>alertname="HighErrorRate" service=~"check.*" 1h30m</c>.
/// </summary>
/// <param name="Name">The group; null for matchers.</param>
/// <param name="Matchers">The matchers; empty for a group.</param>
/// <param name="Length">How long.</param>
/// <param name="Reason">Why; empty when it was not said.</param>
internal sealed record SilenceRequest(string? Name, IReadOnlyList<Matcher> Matchers, TimeSpan Length, string Reason)
{
    /// <summary>What Alertmanager takes in no name without quotes; dots it does (OpenTelemetry's names).</summary>
    private const string ReservedInNames = "{},~\"'`\\";

    /// <summary>The server at which it is made; null where there is no choice.</summary>
    public string? Server { get; init; }

    private const string AtServer = "at:";

    private static readonly string[] Signs = ["=~", "!~", "!=", "="];

    /// <summary>
    /// Reads it. False when something is missing or wrong; then <paramref name="wrong"/> is the key of the sentence that says what.
    /// </summary>
    public static bool TryParse(string typed, [NotNullWhen(true)] out SilenceRequest? request, [NotNullWhen(false)] out string? wrong)
    {
        (request, wrong) = (null, null);
        var text = Straight(typed);
        var matchers = new List<Matcher>();
        string? name = null, server = null;
        TimeSpan? length = null;
        var rest = text.AsSpan().Trim();
        while (rest.Length > 0 && length is null)
        {
            var word = Word(rest);
            rest = rest[word.Length..].TrimStart();
            if (DurationText.TryParse(word.ToString(), out var read)) length = read;
            else if (word.StartsWith(AtServer, StringComparison.OrdinalIgnoreCase)) server = word[AtServer.Length..].ToString();
            else if (MatcherOf(word.ToString()) is { } matcher) matchers.Add(matcher);
            else if (name is null && matchers.Count == 0) name = word.Trim('"').ToString();
            else
            {
                wrong = "alert.silence.wrong-matcher";
                return false;
            }
        }

        wrong = (name, matchers.Count, length) switch
        {
            (null, 0, _) => "alert.silence.what",
            (not null, > 0, _) => "alert.silence.wrong-matcher",
            (_, _, null) => "alert.silence.how-long",
            var (_, _, requested) when requested > AlertActions.LongestSilence => "alert.silence.too-long",
            // Alertmanager refuses one that could match everything, and so do we.
            (null, _, _) when matchers.TrueForAll(matcher => !matcher.IsEqual || matcher.Matches(new Dictionary<string, string>())) =>
                "alert.silence.matches-all",
            _ => null,
        };
        if (wrong is not null) return false;
        request = new SilenceRequest(name, matchers, length!.Value, rest.Trim().Trim('"').ToString()) { Server = server };
        return true;
    }

    /// <summary>
    /// Reads matchers alone, separated by spaces, commas or line breaks; false when something else stands there, or nothing.
    /// </summary>
    public static bool TryMatchers(string typed, out IReadOnlyList<Matcher> matchers)
    {
        var read = new List<Matcher>();
        matchers = read;
        var rest = Straight(typed).AsSpan().Trim();
        while (rest.Length > 0)
        {
            var word = Word(rest);
            rest = rest[word.Length..].TrimStart();
            var plain = word.TrimEnd(',').ToString();
            if (plain.Length == 0) continue;
            if (MatcherOf(plain) is not { } matcher) return false;
            read.Add(matcher);
        }

        return read.Count > 0;
    }

    /// <summary>Slack makes straight quotes curly.</summary>
    private static string Straight(string typed) => typed.Replace('“', '"').Replace('”', '"');

    /// <summary>Up to the next space outside quotes.</summary>
    private static ReadOnlySpan<char> Word(ReadOnlySpan<char> text)
    {
        var quoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '"' && (at == 0 || text[at - 1] != '\\')) quoted = !quoted;
            else if (!quoted && char.IsWhiteSpace(text[at])) return text[..at];
        }

        return text;
    }

    private static Matcher? MatcherOf(string word)
    {
        // A name in quotes may hold anything: "service.name"="checkout".
        var quoted = word is ['"', ..] ? EndOfQuote(word) : -1;
        var at = quoted > 0 ? quoted + 1 : word.IndexOfAny(['=', '!']);
        var name = quoted > 0 ? Unquoted(word[..at]) : at > 0 ? word[..at] : "";
        if (name.Length == 0 || (quoted <= 0 && name.Any(c => ReservedInNames.Contains(c, StringComparison.Ordinal)))
            || Signs.FirstOrDefault(sign => string.CompareOrdinal(word, at, sign, 0, sign.Length) == 0) is not { } sign)
            return null;
        var value = word[(at + sign.Length)..];
        return new Matcher(name, Unquoted(value), sign[^1] == '~', sign[0] == '=');
    }

    private static int EndOfQuote(string word)
    {
        for (var at = 1; at < word.Length; at++)
        {
            if (word[at] == '\\') at++;
            else if (word[at] == '"') return at;
        }

        return -1;
    }

    private static string Unquoted(string text)
    {
        if (text is not ['"', .., '"']) return text;
        var plain = new System.Text.StringBuilder(text.Length);
        for (var at = 1; at < text.Length - 1; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length - 1 && text[at + 1] is '"' or '\\') at++;
            plain.Append(text[at]);
        }

        return plain.ToString();
    }
}
