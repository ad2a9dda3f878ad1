using ChatOps.Platform.Policy;

namespace ChatOps.Alerts;

/// <summary>The policy <c>alerts.yaml</c>: what the words of severity mean, and which expression is drawn.</summary>
/// <param name="SeverityLabels">The labels that say how bad an alert is, the first that an alert has counts.</param>
/// <param name="Words">What their values mean.</param>
/// <param name="Unknown">What a word means that is not among them; it is shown as it is.</param>
/// <param name="Graphs">What is drawn, by the rule's name; the first that matches.</param>
internal sealed record AlertPolicy(
    IReadOnlyList<string> SeverityLabels, IReadOnlyDictionary<string, Severity> Words, Severity Unknown, IReadOnlyList<GraphPolicy> Graphs)
{
    /// <summary>The file.</summary>
    public const string File = "alerts.yaml";

    /// <summary>Alertmanager's <c>repeat_interval</c>: how often it tells again of what fires.</summary>
    public TimeSpan RepeatInterval { get; init; } = TimeSpan.FromHours(4);

    /// <summary>What was not told of for so long, and is not known where it can be asked about, is over.</summary>
    public TimeSpan NotToldAfter => RepeatInterval * 2;

    /// <summary>How bad an alert is, and its own word for that.</summary>
    public (Severity Rank, string? Word) SeverityOf(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var label in SeverityLabels)
        {
            if (labels.TryGetValue(label, out var word) && !string.IsNullOrWhiteSpace(word))
                return (Words.GetValueOrDefault(word.Trim().ToLowerInvariant(), Unknown), word.Trim());
        }

        return (Unknown, null);
    }

    /// <summary>How bad alarms of CloudWatch are, by name; the first that matches.</summary>
    public IReadOnlyList<(string Name, Severity Severity)> Alarms { get; init; } = [];

    /// <summary>How bad an alarm is: by a tag that says it, by its name, or else high, for it has no severity of its own.</summary>
    public (Severity Rank, string? Word) SeverityOfAlarm(string name, IReadOnlyDictionary<string, string> labels)
    {
        var tagged = labels.Where(label => SeverityLabels.Contains(label.Key, StringComparer.OrdinalIgnoreCase))
            .DistinctBy(label => label.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                label => SeverityLabels.First(known => known.Equals(label.Key, StringComparison.OrdinalIgnoreCase)), label => label.Value);
        if (tagged.Count > 0) return SeverityOf(tagged);
        foreach (var alarm in Alarms)
        {
            if (System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(alarm.Name, name)) return (alarm.Severity, null);
        }

        return (Severity.High, null);
    }

    /// <summary>Reads the file.</summary>
    public static AlertPolicy Read(PolicyMap root)
    {
        var severity = root.Map("severity");
        var words = new Dictionary<string, Severity>(StringComparer.Ordinal);
        foreach (var rank in Enum.GetValues<Severity>())
        {
            foreach (var word in severity?.Texts(rank.ToString().ToLowerInvariant()) ?? [])
            {
                if (!words.TryAdd(word.ToLowerInvariant(), rank))
                    severity!.Fault(rank.ToString().ToLowerInvariant(), $"'{word}' stands there for two severities");
            }
        }

        var labels = severity?.Texts("labels") ?? [];
        var repeat = TimeSpan.FromHours(4);
        if (root.Text("repeat_interval") is { } typed && !DurationText.TryParse(typed, out repeat))
            root.Fault("repeat_interval", $"'{typed}' is not a length such as 4h");
        return new AlertPolicy(
            labels.Count > 0 ? labels : ["severity", "priority"],
            words,
            severity?.Choice("unknown", Severity.Medium) ?? Severity.Medium,
            [.. root.Maps("graphs").Select(map => new GraphPolicy(
                map.Required("alert"), map.Text("expression"), map.Number("hours", GraphPolicy.DefaultHours, 1, 168),
                map.Text("unit") ?? ""))])
        {
            RepeatInterval = repeat,
            Alarms = [.. root.Maps("alarms").Select(map => (map.Required("alarm"), map.Choice("severity", Severity.High)))],
        };
    }
}

/// <summary>What is drawn for a rule.</summary>
/// <param name="Alert">The rule's name; <c>*</c> stands for any text.</param>
/// <param name="Expression">The expression; null takes the rule's own, without its threshold.</param>
/// <param name="Hours">How far back.</param>
/// <param name="Unit">The unit at the axis.</param>
internal sealed record GraphPolicy(string Alert, string? Expression, int Hours, string Unit)
{
    /// <summary>How far back unless said otherwise.</summary>
    public const int DefaultHours = 3;

    /// <summary>For rules that the policy does not name.</summary>
    public static GraphPolicy Default { get; } = new("*", null, DefaultHours, "");
}
