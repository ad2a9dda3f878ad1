using System.Text.Json.Serialization;
using ChatOps.Platform.Prometheus;

namespace ChatOps.Alerts;

/// <summary>Where an alert comes from, and so what can be done about it.</summary>
internal enum AlertSource
{
    /// <summary>Prometheus' Alertmanager, by webhook or through SNS.</summary>
    Alertmanager,

    /// <summary>A CloudWatch alarm.</summary>
    CloudWatch,
}

/// <summary>How one alert stands.</summary>
internal enum AlertStatus
{
    /// <summary>It fires.</summary>
    Firing,

    /// <summary>It is over.</summary>
    Resolved,

    /// <summary>CloudWatch has too little data to tell.</summary>
    NoData,
}

/// <summary>How a group stands.</summary>
internal enum AlertState
{
    /// <summary>Something fires, and nobody has said that they look.</summary>
    Firing,

    /// <summary>Something fires, and somebody looks.</summary>
    Acknowledged,

    /// <summary>Something fires, and is silenced.</summary>
    Silenced,

    /// <summary>Nothing fires, but not because it was seen to be well.</summary>
    NoData,

    /// <summary>Nothing fires any more.</summary>
    Resolved,
}

/// <summary>One alert of a group.</summary>
/// <param name="Key">Its identity: a hash of its labels.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">What its rule says about it.</param>
/// <param name="Status">How it stands.</param>
/// <param name="StartsAt">Since when it fires, or fired.</param>
/// <param name="ChangedAt">The moment of the last thing that was said of it; what is older changes nothing.</param>
internal sealed record Alert(
    string Key, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, AlertStatus Status,
    DateTimeOffset StartsAt, DateTimeOffset ChangedAt)
{
    /// <summary>When it was over.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Where its rule can be seen; Prometheus puts the expression into it.</summary>
    public string? GeneratorUrl { get; init; }

    /// <summary>When Alertmanager was first asked and no longer knew it; seen twice, it is over.</summary>
    public DateTimeOffset? MissedAt { get; init; }
}

/// <summary>Who looks after a group.</summary>
internal sealed record AlertAcknowledgement(string ByUserId, DateTimeOffset At);

/// <summary>How a silence of a group stands.</summary>
internal enum SilenceProgress
{
    /// <summary>Alertmanager is being told.</summary>
    Requested,

    /// <summary>It holds.</summary>
    Active,

    /// <summary>Alertmanager is being told that it ends.</summary>
    Ending,

    /// <summary>Alertmanager refused.</summary>
    Failed,
}

/// <summary>The silence of a group.</summary>
/// <param name="Id">Our id of it.</param>
/// <param name="ByUserId">Who asked for it.</param>
/// <param name="Reason">Why; empty when they did not say.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Progress">How it stands.</param>
internal sealed record AlertSilence(string Id, string ByUserId, string Reason, DateTimeOffset Until, SilenceProgress Progress)
{
    /// <summary>A mute of our own: the source goes on telling us, and we keep quiet.</summary>
    public bool Local { get; init; }

    /// <summary>Alertmanager's refusal.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether it keeps the group quiet.</summary>
    [JsonIgnore]
    public bool Holds => Progress is SilenceProgress.Active or SilenceProgress.Ending;
}

/// <summary>The picture of a group's expression.</summary>
/// <param name="FileId">Slack's file.</param>
/// <param name="Alt">What it shows.</param>
/// <param name="Hours">Over how many hours.</param>
/// <param name="DrawnAt">When it was drawn.</param>
internal sealed record PictureMark(string FileId, string Alt, int Hours, DateTimeOffset DrawnAt);

/// <summary>What a CloudWatch alarm watches.</summary>
internal sealed record AlarmFacts
{
    /// <summary>CloudWatch's own sentence about the last change.</summary>
    public string? Reason { get; init; }

    /// <summary>Namespace and name: <c>AWS/EC2 CPUUtilization</c>.</summary>
    public string? Metric { get; init; }

    /// <summary>The condition: <c>Average ≥ 80 for 2 × 5 min</c>.</summary>
    public string? Condition { get; init; }
}

/// <summary>
/// Alerts that belong together, from the first that fires until half an hour after the last is over: what comes back within that time is
/// the same group and the same message, what comes later a new one.
/// </summary>
internal sealed record AlertGroup
{
    /// <summary>The kind of its subject.</summary>
    public const string SubjectKind = "alert";

    /// <summary>Its id: the subject's key, and the value of its buttons.</summary>
    public required string Id { get; init; }

    /// <summary>What its source groups by; the same for all its returns.</summary>
    public required string Identity { get; init; }

    /// <summary>Where it comes from.</summary>
    public required AlertSource Source { get; init; }

    /// <summary>The rule's or alarm's name.</summary>
    public required string Name { get; init; }

    /// <summary>How bad it is.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The source's own word for that; null when it has none.</summary>
    public string? SeverityWord { get; init; }

    /// <summary>The labels it is grouped by; a silence matches them.</summary>
    public IReadOnlyDictionary<string, string> GroupLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>Its alerts, those that fire first.</summary>
    public IReadOnlyList<Alert> Alerts { get; init; } = [];

    /// <summary>How many more there are that we were not told of, or do not keep.</summary>
    public int Truncated { get; init; }

    /// <summary>A message that could not be read, as it came.</summary>
    public string? Unread { get; init; }

    /// <summary>Alertmanager's page.</summary>
    public string? ExternalUrl { get; init; }

    /// <summary>The AWS account, where it is known.</summary>
    public string? Account { get; init; }

    /// <summary>The AWS Region, where it is known.</summary>
    public string? Region { get; init; }

    /// <summary>What the alarm watches.</summary>
    public AlarmFacts? Alarm { get; init; }

    /// <summary>When its first alert fired.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the last was over; null while something fires.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When something was last said about it.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it began to fire, each time; at most the last sixteen.</summary>
    public IReadOnlyList<DateTimeOffset> Fired { get; init; } = [];

    /// <summary>Who looks after it.</summary>
    public AlertAcknowledgement? Acknowledged { get; init; }

    /// <summary>Its silence.</summary>
    public AlertSilence? Silence { get; init; }

    /// <summary>Its picture.</summary>
    public PictureMark? Picture { get; init; }

    /// <summary>What it is read at, and saved against.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>How many fire.</summary>
    [JsonIgnore]
    public int Firing => Alerts.Count(alert => alert.Status == AlertStatus.Firing);

    /// <summary>How it stands.</summary>
    [JsonIgnore]
    public AlertState State => this switch
    {
        { Firing: 0 } when Unread is null || EndedAt is not null =>
            Alerts.Any(alert => alert.Status == AlertStatus.NoData) ? AlertState.NoData : AlertState.Resolved,
        { Silence.Holds: true } => AlertState.Silenced,
        { Acknowledged: not null } => AlertState.Acknowledged,
        _ => AlertState.Firing,
    };

    /// <summary>Whether it still needs somebody.</summary>
    [JsonIgnore]
    public bool Open => State is AlertState.Firing or AlertState.Acknowledged;

    /// <summary>Whether it fires, silenced or not.</summary>
    [JsonIgnore]
    public bool IsFiring => State is AlertState.Firing or AlertState.Acknowledged or AlertState.Silenced;

    /// <summary>Whether it goes back and forth: it came back three times within a quarter of an hour.</summary>
    [JsonIgnore]
    public bool IsFlapping => Fired.Count(at => at > UpdatedAt - AlertMerge.FlappingWithin) > AlertMerge.ReturnsOfFlapping;

    /// <summary>What it is grouped by in a storm.</summary>
    [JsonIgnore]
    public string Storm => $"{Name}|{Account}";

    /// <summary>Itself as a subject.</summary>
    [JsonIgnore]
    public SubjectId Subject => SubjectOf(Id);

    /// <summary>The alerts that say what it is: those that fire, or all when none does.</summary>
    [JsonIgnore]
    public IReadOnlyList<Alert> Telling => Firing > 0 ? [.. Alerts.Where(alert => alert.Status == AlertStatus.Firing)] : Alerts;

    /// <summary>Labels that all of them share.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> CommonLabels => Common(Telling.Select(alert => alert.Labels));

    /// <summary>Annotations that all of them share.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> CommonAnnotations => Common(Telling.Select(alert => alert.Annotations));

    /// <summary>
    /// The matchers of a silence: the labels it is grouped by, or those that all alerts share. Empty when there are none.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<Matcher> Matchers =>
        [.. (GroupLabels.Count > 0 ? GroupLabels : CommonLabels).Where(label => label.Value.Length > 0)
            .OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => new Matcher(label.Key, label.Value))];

    /// <summary>An annotation of all, or of the first alert that has it.</summary>
    public string? Annotation(string name) =>
        CommonAnnotations.TryGetValue(name, out var common) ? common
        : Telling.Select(alert => alert.Annotations.GetValueOrDefault(name)).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));

    /// <summary>The first http(s) address under any of these annotations or labels.</summary>
    public string? Address(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if ((Annotation(name) ?? CommonLabels.GetValueOrDefault(name)) is { } text
                && Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                return url.AbsoluteUri;
        }

        return null;
    }

    /// <summary>A group as a subject.</summary>
    public static SubjectId SubjectOf(string id) => new(SubjectKind, id);

    private static Dictionary<string, string> Common(IEnumerable<IReadOnlyDictionary<string, string>> all)
    {
        Dictionary<string, string>? common = null;
        foreach (var readOnlyDictionary in all)
        {
            common = common is null
                ? new Dictionary<string, string>(readOnlyDictionary, StringComparer.Ordinal)
                : common.Where(pair => readOnlyDictionary.TryGetValue(pair.Key, out var value) && value == pair.Value)
                    .ToDictionary(StringComparer.Ordinal);
        }

        return common ?? [];
    }
}
