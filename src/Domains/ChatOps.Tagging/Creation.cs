namespace ChatOps.Tagging;

/// <summary>What became of tagging a new resource.</summary>
internal enum CreationState
{
    /// <summary>It is to be tagged.</summary>
    Pending,

    /// <summary>Tags were set.</summary>
    Tagged,

    /// <summary>It had everything already.</summary>
    Nothing,

    /// <summary>AWS refused for good.</summary>
    Failed,

    /// <summary>Its type cannot be tagged by us.</summary>
    NotTaggable,

    /// <summary>It is none of ours to tag.</summary>
    Skipped,
}

/// <summary>A resource that CloudTrail says was created.</summary>
internal sealed record Creation
{
    public required string Id { get; init; }

    /// <summary>What was created by one call is told together.</summary>
    public required string NoticeId { get; init; }

    /// <summary>Null for what was not created.</summary>
    public string? Arn { get; init; }

    public required string Type { get; init; }

    public required string Name { get; init; }

    public required string Account { get; init; }

    public required string Region { get; init; }

    /// <summary>The call: <c>ec2:RunInstances</c>.</summary>
    public required string Event { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Creator Creator { get; init; }

    /// <summary>Tags that the call itself set.</summary>
    public required IReadOnlyDictionary<string, string> OwnTags { get; init; }

    /// <summary>The call also updates what exists.</summary>
    public bool Updates { get; init; }

    public required CreationState State { get; init; }

    /// <summary>Why it was skipped, or AWS's words.</summary>
    public string? Reason { get; init; }

    /// <summary>What was set.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Keys that the policy still asks for.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    public long Attempts { get; init; }

    /// <summary>
    /// The creation whose tags it gets: the instance's, for its volumes and network interfaces; null for what was created by itself.
    /// </summary>
    public string? Parent { get; init; }
}

/// <summary>Who was asked for the missing tags of what one call created.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CreatorName">Who created it, as CloudTrail says.</param>
/// <param name="SlackUser">Who that is in Slack; null when nobody was found.</param>
/// <param name="At">When it was created.</param>
/// <param name="CompletedBy">Who completed the tags; null while they are not complete, or when nobody in Slack did.</param>
/// <param name="CompletedAt">When they were complete.</param>
/// <param name="Certain">Whether there is no doubt that the Slack user is the creator.</param>
internal sealed record TagNotice(
    string Id, string CreatorName, string? SlackUser, DateTimeOffset At, string? CompletedBy, DateTimeOffset? CompletedAt,
    bool Certain = false)
{
    /// <summary>The kind of its living message.</summary>
    public const string SubjectKind = "created";

    /// <summary>Its living message.</summary>
    public static SubjectId SubjectOf(string id) => new(SubjectKind, id);
}
