using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Remediation;

/// <summary>What exactly will run, and what was read before: shown, submitted and run as one.</summary>
internal sealed record RemediationPlan
{
    public required string FindingId { get; init; }

    /// <summary>The control, for example <c>S3.8</c>.</summary>
    public required string Control { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>The Automation document; for a call of our own, its name.</summary>
    public required string Document { get; init; }

    /// <summary>The call of our own that runs instead of a document; null for a document.</summary>
    public string? Call { get; init; }

    /// <summary>For a call: what the resource shall be like afterwards; JSON of the kind of <see cref="Before"/>.</summary>
    public JsonElement? Target { get; init; }

    /// <summary>How the resource is read, before and after; null when it is not.</summary>
    public PreviewRead? Preview { get; init; }

    /// <summary>The bucket's name, the group's or instance's id: what the resource is read by. Null in plans of older versions.</summary>
    public string? ResourceKey { get; init; }

    /// <summary>The call that undoes it; null when it cannot be undone from here.</summary>
    public string? UndoCall { get; init; }

    /// <summary>How long its automation is watched.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether Security Hub checks the control by the clock alone.</summary>
    public bool IsPeriodic { get; init; }

    /// <summary>Its parameters, filled in.</summary>
    public required IReadOnlyList<PlanParameter> Parameters { get; init; }

    public required string Account { get; init; }

    public required string AccountName { get; init; }

    public required string Region { get; init; }

    public required string ResourceArn { get; init; }

    /// <summary>What people call the resource; typed to confirm what cannot be undone.</summary>
    public required string ResourceName { get; init; }

    public required string ResourceType { get; init; }

    /// <summary>The resource's tags, as far as known.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>
    /// Those that tell who is affected: environment, owner, service; keys without the policy's prefix. Null in plans of older versions.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Described { get; init; }

    public required Risk Risk { get; init; }

    public required Reversible Reversible { get; init; }

    public required LocalText Changes { get; init; }

    public required LocalText Undo { get; init; }

    /// <summary>Why somebody else must agree.</summary>
    public required ApprovalCause Approval { get; init; }

    /// <summary>What was read just now, and what becomes of it.</summary>
    public IReadOnlyList<PlanChange> Read { get; init; } = [];

    /// <summary>AWS's refusal when the before-state could not be read; null when it could.</summary>
    public string? Unreadable { get; init; }

    /// <summary>The before-state as AWS gave it, for undoing; JSON.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>When it was read.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    [JsonIgnore]
    public bool NeedsApproval => Approval != ApprovalCause.None;

    /// <summary>Whether the requester must say why.</summary>
    [JsonIgnore]
    public bool NeedsReason => NeedsApproval;

    public string ToJson() => JsonSerializer.Serialize(this, PlanJson.Default.RemediationPlan);

    public static RemediationPlan FromJson(string json) => JsonSerializer.Deserialize(json, PlanJson.Default.RemediationPlan)!;
}

/// <summary>A parameter of the document.</summary>
internal sealed record PlanParameter(string Name, IReadOnlyList<string> Values);

/// <summary>A setting that changes.</summary>
/// <param name="Label">The key of its name's text below <c>remediation.reads.</c>; shown as it is when there is none.</param>
/// <param name="Before">Its value now; a word of <c>remediation.value.</c> or shown as it is.</param>
/// <param name="After">Its value afterwards; null when that cannot be told beforehand.</param>
internal sealed record PlanChange(string Label, string Before, string? After);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RemediationPlan))]
internal sealed partial class PlanJson : JsonSerializerContext;
