using System.Text.Json;

namespace ChatOps.Tagging;

/// <summary>An asset whose tags are not as the policy asks.</summary>
internal sealed record TagGap
{
    public required string Arn { get; init; }

    /// <summary>The asset's short id, for buttons.</summary>
    public required string AssetId { get; init; }

    public required string Type { get; init; }

    public required string Name { get; init; }

    public required string Account { get; init; }

    public required string Region { get; init; }

    public string? Owner { get; init; }

    public string? Creator { get; init; }

    public required IReadOnlyList<TagViolation> Faults { get; init; }

    /// <summary>Since when it is known.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The faults as stored: the same text for the same faults.</summary>
    public string FaultsJson => JsonSerializer.Serialize(Faults, TagViolationJson.Default.IReadOnlyListTagViolation);
}

/// <summary>What a census counted. Bounded: rare owners and types beyond the first hundreds are counted together.</summary>
internal sealed record CensusFigures
{
    /// <summary>Assets that exist.</summary>
    public long Assets { get; init; }

    /// <summary>Assets of which the policy asks something.</summary>
    public long Concerned { get; init; }

    /// <summary>Those of them that have all of it.</summary>
    public long Complete { get; init; }

    /// <summary>How many assets have a fault of each key.</summary>
    public IReadOnlyDictionary<string, long> FaultsByKey { get; init; } = new Dictionary<string, long>();

    /// <summary>Owner to how many of theirs are concerned, and how many of those are not complete.</summary>
    public IReadOnlyDictionary<string, CensusShare> ByOwner { get; init; } = new Dictionary<string, CensusShare>();

    /// <summary>Account to the same.</summary>
    public IReadOnlyDictionary<string, CensusShare> ByAccount { get; init; } = new Dictionary<string, CensusShare>();

    /// <summary>Hour (Unix, in hours) to how many assets were created in it, for the last days.</summary>
    public IReadOnlyDictionary<long, long> CreatedByHour { get; init; } = new Dictionary<long, long>();

    /// <summary>The share of the concerned that is complete; all when none is concerned.</summary>
    public double Share => Concerned == 0 ? 1 : (double)Complete / Concerned;
}

/// <summary>How many are concerned, and how many of them have a gap.</summary>
internal sealed record CensusShare(long Concerned, long Gaps);

/// <summary>A census.</summary>
/// <param name="TakenAt">When it began.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Figures">What it counted.</param>
internal sealed record Census(DateTimeOffset TakenAt, TimeSpan Took, CensusFigures Figures);

/// <summary>Faults as JSON, their kinds as words.</summary>
[System.Text.Json.Serialization.JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(IReadOnlyList<TagViolation>))]
internal sealed partial class TagViolationJson : System.Text.Json.Serialization.JsonSerializerContext;
