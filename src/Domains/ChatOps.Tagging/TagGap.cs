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

/// <summary>Which gaps are asked for: filters and words as people write them.</summary>
internal sealed record TagGapFilter
{
    /// <summary>Keys of the policy of which any is wrong; empty for all.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    public string? Type { get; init; }

    public string? Account { get; init; }

    public string? Region { get; init; }

    public string? Owner { get; init; }

    public string? Creator { get; init; }

    /// <summary>What the name or ARN holds.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Reads <c>key:Env type:s3 account:… region:… owner:… creator:… word</c>.</summary>
    public static TagGapFilter Parse(string text)
    {
        var filter = new TagGapFilter();
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var value = colon > 0 ? word[(colon + 1)..] : "";
            filter = (colon > 0 && value.Length > 0 ? word[..colon].ToLowerInvariant() : "") switch
            {
                "key" => filter with { Keys = [.. filter.Keys, value] },
                "type" => filter with { Type = value },
                "account" => filter with { Account = value },
                "region" => filter with { Region = value },
                "owner" => filter with { Owner = value },
                "creator" => filter with { Creator = value },
                _ => filter with { Words = [.. filter.Words, word] },
            };
        }

        return filter;
    }
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
