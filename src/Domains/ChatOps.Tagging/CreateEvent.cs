using System.Text.RegularExpressions;

namespace ChatOps.Tagging;

/// <summary>One call that creates something.</summary>
internal sealed partial record CreateEvent
{
    /// <summary>The event source without <c>.amazonaws.com</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The event's name.</summary>
    public required string Name { get; init; }

    /// <summary>What must hold of the call; null for nothing.</summary>
    public CallCondition? When { get; init; }

    /// <summary>Where the ids of what was created stand; the first that are there.</summary>
    public required IReadOnlyList<string> IdPaths { get; init; }

    /// <summary>Further ids that the ARN needs, by name.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> OtherIds { get; init; }

    /// <summary>The ARN with its placeholders.</summary>
    public required string Arn { get; init; }

    /// <summary>As CloudFormation writes it.</summary>
    public required string Type { get; init; }

    /// <summary>How it can be tagged.</summary>
    public required TaggingMethod Way { get; init; }

    /// <summary>The call also updates what exists.</summary>
    public bool Updates { get; init; }

    /// <summary>The row was seen to be right; those from memory are not acted on.</summary>
    public bool Proven { get; init; }

    /// <summary>Reads a row.</summary>
    /// <exception cref="FormatException">It is wrong.</exception>
    public static CreateEvent Read(IReadOnlyList<string> columns, int line)
    {
        if (columns.Count < 10) throw new FormatException($"CreateEvents.tsv:{line}: {columns.Count} columns instead of 11.");
        var ids = columns[3].Split(';', StringSplitOptions.TrimEntries);
        return new CreateEvent
        {
            Source = columns[0],
            Name = columns[1],
            When = columns[2].Length == 0 ? null : CallCondition.Parse(columns[2]),
            IdPaths = ids[0].Split('|'),
            OtherIds = [.. ids.Skip(1).Select(id => id.Split('=', 2)).Select(pair => pair is [var name, var path]
                ? KeyValuePair.Create(name, path)
                : throw new FormatException($"CreateEvents.tsv:{line}: '{columns[3]}' has an id without a name."))],
            Arn = columns[4],
            Type = columns[5],
            Way = columns[6] switch
            {
                "yes" => TaggingMethod.GroupsTagging,
                "own-api" => TaggingMethod.OwnApi,
                "never" => TaggingMethod.Never,
                var other => throw new FormatException($"CreateEvents.tsv:{line}: '{other}' is no way to tag."),
            },
            Updates = columns[7] == "yes",
            Proven = columns[8] == "yes",
        };
    }

    /// <summary>Whether the call is this one: where several share a name.</summary>
    public bool Holds(CloudTrailCall call) => When?.Holds(call) ?? true;

    /// <summary>The ARNs of what the call created; none when it says no id (yet).</summary>
    public IReadOnlyList<string> ArnsOf(CloudTrailCall call)
    {
        var ids = IdPaths.Select(call.Texts).FirstOrDefault(found => found.Count > 0) ?? [];
        return [.. ids.Select(id => ArnOf(call, id)).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private string? ArnOf(CloudTrailCall call, string id)
    {
        // A given ARN is right whatever its account and Region; only what stands for a whole ARN is filtered.
        var template = id.StartsWith("arn:", StringComparison.Ordinal) && !Arn.StartsWith("{id", StringComparison.Ordinal) ? "{id}" : Arn;
        var missing = false;
        var arn = Placeholder().Replace(template, match =>
        {
            var value = match.Groups["name"].Value switch
            {
                "p" => call.Partition,
                "r" => call.Region,
                "a" => call.Account,
                "id" => id,
                var name => OtherIds.Where(other => other.Key == name).Select(other => call.One(other.Value)).FirstOrDefault(),
            };
            missing |= value is null;
            return Filtered(value ?? "", match.Groups["filter"].Value);
        });
        return !missing && Aws.Arn.TryParse(arn, out _) ? arn : null;
    }

    private static string Filtered(string value, string filter) => filter switch
    {
        "lower" => value.ToLowerInvariant(),
        "last" => value[(value.LastIndexOf('/') + 1)..],
        "noslash" => value.TrimStart('/'),
        // arn:aws:lambda:REGION:ACCOUNT:function:NAME:VERSION
        "unqualified" => value.Split(':') is { Length: > 7 } parts ? string.Join(':', parts[..7]) : value,
        _ => value,
    };

    [GeneratedRegex(@"\{(?<name>[a-z]+)(:(?<filter>[a-z]+))?\}")]
    private static partial Regex Placeholder();
}

/// <summary>A condition on a call: something must be there, or have a value, or the contrary.</summary>
internal sealed record CallCondition(string Path, string? Value, bool Not)
{
    public static CallCondition Parse(string text)
    {
        var not = text[0] == '!';
        var parts = (not ? text[1..] : text).Split('=', 2);
        return new CallCondition(parts[0], parts is [_, var value] ? value : null, not);
    }

    public bool Holds(CloudTrailCall call) =>
        Not != (Value is null ? call.Has(Path) : call.Texts(Path).Contains(Value, StringComparer.OrdinalIgnoreCase));
}
