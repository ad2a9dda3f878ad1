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

    /// <summary>Since when its source, asked, no longer knows it; null while it does.</summary>
    public DateTimeOffset? MissedAt { get; init; }

    /// <summary>When its source was seen to hold it. What was never held is not ended by being absent.</summary>
    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>Whether its end was inferred rather than told: told again, it fires again.</summary>
    public bool IsEndInferred { get; init; }

    /// <summary>What keeps it quiet at its source: ids of <see cref="Suppressor"/>.</summary>
    public IReadOnlyList<string> SuppressedBy { get; init; } = [];
}

/// <summary>How others keep an alert quiet.</summary>
internal enum SuppressorKind
{
    /// <summary>A silence.</summary>
    Silence,

    /// <summary>Another alert that inhibits it.</summary>
    Inhibition,

    /// <summary>A time interval in which its route is muted.</summary>
    MuteInterval,

    /// <summary>A mute rule or a suppressing alarm of CloudWatch.</summary>
    CloudWatch,
}

/// <summary>What keeps alerts quiet at their source.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id at the source.</param>
/// <param name="Who">Who made a silence; the inhibiting alert; the interval's or rule's name.</param>
internal sealed record Suppressor(SuppressorKind Kind, string Id, string Who)
{
    /// <summary>Why; empty when that was not said.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When it ends, where that is known.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Our id of it, when we made it.</summary>
    public string? OwnId { get; init; }

    /// <summary>Its id among an alert's <see cref="Alert.SuppressedBy"/>.</summary>
    [JsonIgnore]
    public string Key => $"{Kind}:{Id}";
}

/// <summary>Who looks after a group.</summary>
/// <param name="ByUserId">Who.</param>
/// <param name="At">Since when.</param>
internal sealed record AlertAcknowledgement(string ByUserId, DateTimeOffset At)
{
    /// <summary>How bad it was then; null in rows of earlier versions.</summary>
    public Severity? Severity { get; init; }

    /// <summary>How many fired then; 0 in rows of earlier versions.</summary>
    public int Firing { get; init; }
}

/// <summary>How a group ended that nobody told the end of.</summary>
/// <param name="ByUserId">Who closed it; null when it was not told of any longer.</param>
/// <param name="At">When.</param>
internal sealed record AlertClosing(string? ByUserId, DateTimeOffset At);

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

    /// <summary>Of metric math its expression and the metrics that go into it; empty for one metric.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>Of a composite alarm those that are in alarm.</summary>
    public IReadOnlyList<string> Children { get; init; } = [];

    /// <summary>Whether the alarm was deleted: it will not tell its end.</summary>
    public bool IsDeleted { get; init; }
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

    /// <summary>How many of <see cref="Truncated"/> fire.</summary>
    public int MoreFiring { get; init; }

    /// <summary>The configured server that it comes from; null when that is none of ours.</summary>
    public string? Server { get; init; }

    /// <summary>Whether <see cref="Server"/> is its server only because there is no other.</summary>
    public bool IsServerAssumed { get; init; }

    /// <summary>The receiver of Alertmanager that tells us.</summary>
    public string? Receiver { get; init; }

    /// <summary>What keeps its alerts quiet at their source.</summary>
    public IReadOnlyList<Suppressor> Suppressors { get; init; } = [];

    /// <summary>How it ended when its source did not tell.</summary>
    public AlertClosing? Closed { get; init; }

    /// <summary>Which of its messages is the present one: what is worse is posted anew, for an update makes no sound.</summary>
    public int Post { get; init; } = 1;

    /// <summary>When that was posted; null in rows of earlier versions.</summary>
    public DateTimeOffset? PostedAt { get; init; }

    /// <summary>How bad it was then.</summary>
    public Severity? PostedSeverity { get; init; }

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
    public int Firing => Alerts.Count(alert => alert.Status == AlertStatus.Firing) + MoreFiring;

    /// <summary>How many there are in all.</summary>
    [JsonIgnore]
    public int Total => Alerts.Count + Truncated;

    /// <summary>Whether its source keeps all that fires quiet.</summary>
    [JsonIgnore]
    public bool IsSuppressed =>
        Alerts.Any(alert => alert.Status == AlertStatus.Firing)
        && Alerts.All(alert => alert.Status != AlertStatus.Firing || alert.SuppressedBy.Count > 0);

    /// <summary>Whether it is our own silence of it that keeps it quiet there.</summary>
    [JsonIgnore]
    public bool IsSuppressedByOwn =>
        Silence is { } own && Suppressors.Count > 0 && Suppressors.All(suppressor => suppressor.OwnId == own.Id);

    /// <summary>How it stands.</summary>
    [JsonIgnore]
    public AlertState State => this switch
    {
        { Firing: 0 } when Unread is null || EndedAt is not null =>
            Alerts.Any(alert => alert.Status == AlertStatus.NoData) ? AlertState.NoData : AlertState.Resolved,
        { Silence.Holds: true } or { IsSuppressed: true } => AlertState.Silenced,
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
    public SubjectId Subject => SubjectOf(AlertPosts.KeyOf(Id, Post));

    /// <summary>The alerts that say what it is: those that fire, or all when none does.</summary>
    [JsonIgnore]
    public IReadOnlyList<Alert> Telling =>
        Alerts.Any(alert => alert.Status == AlertStatus.Firing)
            ? [.. Alerts.Where(alert => alert.Status == AlertStatus.Firing)]
            : Alerts;

    /// <summary>Labels that all of them share.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> CommonLabels => Common(Telling.Select(alert => alert.Labels));

    /// <summary>Annotations that all of them share.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> CommonAnnotations => Common(Telling.Select(alert => alert.Annotations));

    /// <summary>The matchers of a silence of its message: its alerts, and no others. Empty when there are no labels.</summary>
    [JsonIgnore]
    public IReadOnlyList<Matcher> Matchers => SilenceMatchers.Of([.. Telling.Select(alert => alert.Labels)], Truncated == 0);

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

    internal static Dictionary<string, string> Common(IEnumerable<IReadOnlyDictionary<string, string>> all)
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
