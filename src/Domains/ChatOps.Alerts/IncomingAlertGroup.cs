using ChatOps.Platform.Ingest;

namespace ChatOps.Alerts;

/// <summary>What one message said about a group of alerts.</summary>
/// <param name="Identity">What its source groups by.</param>
/// <param name="Source">Where it comes from.</param>
internal sealed record IncomingAlertGroup(string Identity, AlertSource Source)
{
    /// <summary>The labels it is grouped by.</summary>
    public IReadOnlyDictionary<string, string> GroupLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>What was said of each alert.</summary>
    public IReadOnlyList<IncomingAlert> Alerts { get; init; } = [];

    /// <summary>How many more the sender left out.</summary>
    public int Truncated { get; init; }

    /// <summary>Alertmanager's page.</summary>
    public string? ExternalUrl { get; init; }

    /// <summary>The alarm's name; null for alerts, which carry theirs in a label.</summary>
    public string? Name { get; init; }

    /// <summary>The AWS account.</summary>
    public string? Account { get; init; }

    /// <summary>The AWS Region.</summary>
    public string? Region { get; init; }

    /// <summary>What the alarm watches.</summary>
    public AlarmFacts? Alarm { get; init; }

    /// <summary>The message as it came, when it could not be read.</summary>
    public string? Unread { get; init; }

    /// <summary>The identity of what a sender without a group key groups by.</summary>
    public static string IdentityOf(string source, IEnumerable<KeyValuePair<string, string>> labels) =>
        $"{source}:{Incoming.Hash(string.Join(
            '\n', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}")))[..32]}";
}

/// <summary>What was said of one alert.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">Its annotations.</param>
/// <param name="Status">How it stands.</param>
internal sealed record IncomingAlert(
    IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, AlertStatus Status)
{
    /// <summary>Since when it fires, or fired; null when the sender does not say.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>When it was over; null when it is not, or the sender does not say.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The moment of the change, where the sender says it: what came later wins.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Where its rule can be seen.</summary>
    public string? GeneratorUrl { get; init; }

    /// <summary>Its identity.</summary>
    public string Key { get; } = IncomingAlertGroup.IdentityOf("", Labels)[1..];
}
