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

    /// <summary>How many more fire that the sender left out, or that we do not keep.</summary>
    public int MoreFiring { get; init; }

    /// <summary>How many more are over that we do not keep.</summary>
    public int MoreResolved { get; init; }

    /// <summary>Whether it tells of all alerts of its group that are not kept quiet: what its counts leave out is not there.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The receiver of Alertmanager that tells it.</summary>
    public string? Receiver { get; init; }

    /// <summary>The configured server that it comes from; null when that is none of ours.</summary>
    public string? Server { get; init; }

    /// <summary>Whether <see cref="Server"/> is its server only because there is no other.</summary>
    public bool IsServerAssumed { get; init; }

    /// <summary>The identity of earlier versions, which did not tell servers apart; null when it is the same.</summary>
    public string? FormerIdentity { get; init; }

    /// <summary>What keeps alerts of it quiet at their source.</summary>
    public IReadOnlyList<Suppressor> Suppressors { get; init; } = [];

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

    /// <summary>Whether Grafana's own Alertmanager tells it: none of the configured ones knows of it.</summary>
    public bool IsGrafana { get; init; }

    /// <summary>Labels that all of its alerts share.</summary>
    public IReadOnlyDictionary<string, string> SharedLabels => AlertGroup.Common(Alerts.Select(alert => alert.Labels));

    /// <summary>The identity of an alert: a hash of its labels.</summary>
    public static string KeyOf(IReadOnlyDictionary<string, string> labels) => IdentityOf("", labels)[1..];

    /// <summary>The same, of one server among several: their groups may have the same keys.</summary>
    public IncomingAlertGroup At(string place) => this with
    {
        Identity = $"alertmanager:{Incoming.Hash($"{Identity}\n{place}")[..32]}",
        FormerIdentity = Identity,
    };

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

    /// <summary>What keeps it quiet at its source; empty for what its source notifies of.</summary>
    public IReadOnlyList<string> SuppressedBy { get; init; } = [];

    /// <summary>Whether its source was asked and holds it; false for what was told.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Its identity.</summary>
    public string Key { get; init; } = IncomingAlertGroup.KeyOf(Labels);
}
