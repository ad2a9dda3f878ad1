using System.Diagnostics.CodeAnalysis;

namespace ChatOps.Alerts;

/// <summary>Which groups somebody asked for. Written as it is typed: <c>severity:high+ state:all checkout</c>.</summary>
internal sealed record AlertFilter
{
    private static readonly IReadOnlyList<AlertState> Burning = [AlertState.Firing, AlertState.Acknowledged, AlertState.Silenced];

    /// <summary>The severities; empty for all.</summary>
    public IReadOnlyList<Severity> Severities { get; init; } = [];

    /// <summary>The states; empty for all. What fires, unless said otherwise.</summary>
    public IReadOnlyList<AlertState> States { get; init; } = Burning;

    /// <summary>The account id.</summary>
    public string? Account { get; init; }

    /// <summary>Words that must all stand in name, labels, summary or id; lower case.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What was typed, to be shown and to travel in paging buttons.</summary>
    public string Typed { get; init; } = "";

    /// <summary>Reads what was typed. False when a filter or its value is not known; then <paramref name="wrong"/> is that word.</summary>
    public static bool TryParse(string typed, out AlertFilter filter, [NotNullWhen(false)] out string? wrong)
    {
        filter = new AlertFilter { Typed = string.Join(' ', typed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) };
        wrong = null;
        foreach (var word in filter.Typed.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var (key, value) = colon > 0 ? (word[..colon].ToLowerInvariant(), word[(colon + 1)..]) : ("", word);
            var next = key switch
            {
                "severity" => Ranks(value) is { } ranks ? filter with { Severities = ranks } : null,
                "state" => StatesOf(value) is { } states ? filter with { States = states } : null,
                "account" => value.Length == 12 && value.All(char.IsAsciiDigit) ? filter with { Account = value } : null,
                _ => filter with { Words = [.. filter.Words, word.ToLowerInvariant()] },
            };
            if (next is null)
            {
                wrong = word;
                return false;
            }

            filter = next;
        }

        return true;
    }

    private static List<Severity>? Ranks(string value)
    {
        var ranks = new List<Severity>();
        foreach (var word in value.Split(','))
        {
            var name = word.TrimEnd('+');
            if (name.Length == 0 || !name.All(char.IsLetter) || !Enum.TryParse<Severity>(name, ignoreCase: true, out var rank)) return null;
            ranks.AddRange(word.Length > name.Length ? Enum.GetValues<Severity>().Where(other => other <= rank) : [rank]);
        }

        return ranks;
    }

    private static IReadOnlyList<AlertState>? StatesOf(string value)
    {
        if (value.Equals("all", StringComparison.OrdinalIgnoreCase)) return [];
        if (value.Equals("open", StringComparison.OrdinalIgnoreCase)) return Burning;
        return value.Length > 0 && value.All(char.IsLetter) && Enum.TryParse<AlertState>(value, ignoreCase: true, out var state) ? [state] : null;
    }
}
