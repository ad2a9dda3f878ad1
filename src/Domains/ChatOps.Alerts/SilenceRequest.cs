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

    private static readonly string[] Signs = ["=~", "!~", "!=", "="];

    /// <summary>
    /// Reads it. False when something is missing or wrong; then <paramref name="wrong"/> is the key of the sentence that says what.
    /// </summary>
    public static bool TryParse(string typed, [NotNullWhen(true)] out SilenceRequest? request, [NotNullWhen(false)] out string? wrong)
    {
        (request, wrong) = (null, null);
        var text = typed.Replace('“', '"').Replace('”', '"');
        var matchers = new List<Matcher>();
        string? name = null;
        TimeSpan? length = null;
        var rest = text.AsSpan().Trim();
        while (rest.Length > 0 && length is null)
        {
            var word = Word(rest);
            rest = rest[word.Length..].TrimStart();
            if (DurationText.TryParse(word.ToString(), out var read)) length = read;
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
        request = new SilenceRequest(name, matchers, length!.Value, rest.Trim().Trim('"').ToString());
        return true;
    }

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
        var at = word.IndexOfAny(['=', '!']);
        if (at <= 0 || word[..at].Any(c => ReservedInNames.Contains(c, StringComparison.Ordinal))
            || Signs.FirstOrDefault(sign => string.CompareOrdinal(word, at, sign, 0, sign.Length) == 0) is not { } sign)
            return null;
        var value = word[(at + sign.Length)..];
        if (value is ['"', .., '"'])
            value = value[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        return new Matcher(word[..at], value, sign[^1] == '~', sign[0] == '=');
    }
}
