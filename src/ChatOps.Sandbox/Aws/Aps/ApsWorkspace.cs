using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Aws.Aps;

/// <summary>An alert of the workspace: when it began, and when it was over.</summary>
internal sealed record ApsAlert(ApsRule Rule, IReadOnlyDictionary<string, string> Labels, DateTimeOffset StartsAt)
{
    public DateTimeOffset? EndsAt { get; set; }

    public string Fingerprint => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
        System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Labels.Select(label => $"{label.Key}={label.Value}")))))[..16];
}

/// <summary>A silence of the workspace's Alertmanager; its body is as it was sent.</summary>
internal sealed record ApsSilence(string Id, JsonObject Body, DateTimeOffset StartsAt)
{
    public DateTimeOffset EndsAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public string State(DateTimeOffset now) => EndsAt <= now ? "expired" : StartsAt > now ? "pending" : "active";

    /// <summary>Whether it silences an alert with these labels.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => Body["matchers"]!.AsArray().All(node =>
    {
        var value = labels.GetValueOrDefault((string)node!["name"]!, "");
        var requested = (string)node["value"]!;
        var equal = (bool?)node["isRegex"] == true
            ? System.Text.RegularExpressions.Regex.IsMatch(
                value, $"^(?:{requested})$", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromMilliseconds(100))
            : value == requested;
        return equal == ((bool?)node["isEqual"] ?? true);
    });
}

/// <summary>The one workspace of the sandbox's Amazon Managed Prometheus. Guarded by the state's lock.</summary>
internal sealed class ApsWorkspace
{
    /// <summary>Its id, in its addresses.</summary>
    public const string Id = "ws-5a4d3b2c-0000-4000-8000-sandbox00001";

    /// <summary>All alerts there were, the latest last.</summary>
    public List<ApsAlert> Alerts { get; } = [];

    public List<ApsSilence> Silences { get; } = [];

    /// <summary>Rules that fire, with the way their notifications go.</summary>
    public Dictionary<string, string> Ways { get; } = new(StringComparer.Ordinal);

    public IEnumerable<ApsAlert> Firing => Alerts.Where(alert => alert.EndsAt is null);

    /// <summary>Alertmanager tells nothing of what is silenced, not even its end.</summary>
    public bool IsSilenced(ApsAlert alert, DateTimeOffset now) =>
        Silences.Exists(silence => silence.State(now) == "active" && silence.Matches(alert.Labels));

    public void Clear()
    {
        Alerts.Clear();
        Silences.Clear();
        Ways.Clear();
    }
}
