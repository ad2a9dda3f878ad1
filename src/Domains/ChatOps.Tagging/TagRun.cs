using System.Text.Json;

namespace ChatOps.Tagging;

/// <summary>Which assets a change is for.</summary>
/// <param name="Kind">One of the kinds below.</param>
/// <param name="Value">An asset's id, a search, a name, a group's name, a notice's id, filters, or the run that is undone.</param>
internal sealed record TagSource(string Kind, string Value)
{
    /// <summary>One asset, by its short id.</summary>
    public const string Asset = "asset";

    /// <summary>What a search finds.</summary>
    public const string Search = "search";

    /// <summary>What is called exactly so, when several are.</summary>
    public const string Named = "named";

    /// <summary>A resource group.</summary>
    public const string Group = "group";

    /// <summary>What one call created and still misses tags.</summary>
    public const string Notice = "notice";

    /// <summary>What is not tagged as the policy asks.</summary>
    public const string Gaps = "gaps";

    /// <summary>What another run changed.</summary>
    public const string Undo = "undo";

    public string ToJson() => JsonSerializer.Serialize(this, TagJson.Default.TagSource);

    public static TagSource FromJson(string json) => JsonSerializer.Deserialize(json, TagJson.Default.TagSource)!;
}

/// <summary>Where a run stands.</summary>
internal enum TagRunState
{
    /// <summary>Its assets are being read.</summary>
    Gathering,

    /// <summary>It waits to be confirmed.</summary>
    Planned,

    /// <summary>AWS is being told.</summary>
    Running,

    /// <summary>Every asset was tried.</summary>
    Done,

    /// <summary>It was not confirmed.</summary>
    Cancelled,
}

/// <summary>A change of tags on one or many assets.</summary>
internal sealed record TagRun
{
    /// <summary>The kind of its living message.</summary>
    public const string SubjectKind = "tag-run";

    public required string Id { get; init; }

    public required TagRunState State { get; init; }

    public required TagSource Source { get; init; }

    public required TagChange Change { get; init; }

    /// <summary>What it comes to; null while gathering.</summary>
    public TagPlan? Plan { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The run it undoes.</summary>
    public string? UndoOf { get; init; }

    /// <summary>The run that undoes it.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>The modal that follows it.</summary>
    public string? ViewId { get; init; }

    /// <summary>The command's answer that follows it.</summary>
    public string? RespondUrl { get; init; }

    /// <summary>The language of that modal or answer.</summary>
    public string? Language { get; init; }

    /// <summary>How many assets are done, failed, and still to do.</summary>
    public TagRunCounts Counts { get; init; } = new(0, 0, 0);

    /// <summary>Its living message.</summary>
    public SubjectId Subject => new(SubjectKind, Id);
}

/// <summary>How far a run is.</summary>
internal sealed record TagRunCounts(long Done, long Failed, long Pending)
{
    public long Total => Done + Failed + Pending;
}

/// <summary>What is done to one asset of a run.</summary>
internal sealed record TagRunItem
{
    public required string RunId { get; init; }

    public required string Arn { get; init; }

    public required string Name { get; init; }

    public required string Account { get; init; }

    public required string Region { get; init; }

    public required TagChange Change { get; init; }

    /// <summary>What the keys must hold for it to be done; null for whatever they hold.</summary>
    public TagChange? Expected { get; init; }

    /// <summary>What the keys held just before; null where nothing was written yet.</summary>
    public TagChange? Before { get; init; }

    public string State { get; init; } = "pending";

    public string? Code { get; init; }

    public string? Message { get; init; }

    public long Attempts { get; init; }
}
