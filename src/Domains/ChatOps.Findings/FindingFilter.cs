using System.Diagnostics.CodeAnalysis;

namespace ChatOps.Findings;

/// <summary>Which findings somebody asked for. Written as it is typed: <c>severity:high+ account:prod state:open payroll</c>.</summary>
internal sealed record FindingFilter
{
    private static readonly IReadOnlyList<FindingState> OpenStates = [FindingState.New, FindingState.Acknowledged];

    /// <summary>The severities; empty for all.</summary>
    public IReadOnlyList<Severity> Severities { get; init; } = [];

    /// <summary>The states; empty for all.</summary>
    public IReadOnlyList<FindingState> States { get; init; } = OpenStates;

    /// <summary>The account id.</summary>
    public string? Account { get; init; }

    /// <summary>The region.</summary>
    public string? Region { get; init; }

    /// <summary>The control, upper case.</summary>
    public string? Control { get; init; }

    /// <summary>Words that must all stand in title, resource, control, CVE, product, account, region or ARN; lower case.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What was typed, to be shown and to travel in paging buttons.</summary>
    public string Typed { get; init; } = "";

    /// <summary>Reads what was typed. False when a filter or its value is not known; then <paramref name="wrong"/> is that word.</summary>
    /// <param name="typed">The words after <c>list</c>.</param>
    /// <param name="accountOf">The id of an account by its name; null when there is none of that name.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="wrong">The word that was not understood.</param>
    public static bool TryParse(string typed, Func<string, string?> accountOf, out FindingFilter filter, [NotNullWhen(false)] out string? wrong)
    {
        filter = new FindingFilter { Typed = string.Join(' ', typed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) };
        wrong = null;
        foreach (var word in filter.Typed.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var (key, value) = colon > 0 ? (word[..colon].ToLowerInvariant(), word[(colon + 1)..]) : ("", word);
            var next = (key, value) switch
            {
                ("severity", _) when Ranks(value) is { } ranks => filter with { Severities = ranks },
                ("state", _) when StatesOf(value) is { } states => filter with { States = states },
                ("account", { Length: 12 }) when value.All(char.IsAsciiDigit) => filter with { Account = value },
                ("account", _) when accountOf(value) is { } id => filter with { Account = id },
                ("region", { Length: > 0 }) => filter with { Region = value.ToLowerInvariant() },
                ("control", { Length: > 0 }) => filter with { Control = value.ToUpperInvariant() },
                ("severity" or "state" or "account" or "region" or "control", _) => null,
                // An ARN has colons too, and so do types such as AWS::S3::Bucket.
                ({ Length: > 0 }, _) when key is not ("arn" or "aws" or "cve") && key.All(char.IsAsciiLetter) => null,
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

    private static IReadOnlyList<FindingState>? StatesOf(string value)
    {
        if (value.Equals("all", StringComparison.OrdinalIgnoreCase)) return [];
        if (value.Equals("open", StringComparison.OrdinalIgnoreCase)) return OpenStates;
        return value.All(char.IsLetter) && Enum.TryParse<FindingState>(value, ignoreCase: true, out var state) ? [state] : null;
    }
}
