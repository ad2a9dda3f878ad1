using System.Text.RegularExpressions;

namespace ChatOps.Tagging;

/// <summary>One call that creates something.</summary>
internal sealed partial record CreateEvent
{
    private const int MaxName = 256;

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

    /// <summary>Where the call says what the resource is called; empty for what its ARN says.</summary>
    public IReadOnlyList<string> NamePaths { get; init; } = [];

    /// <summary>Reads a row.</summary>
    /// <exception cref="FormatException">It is wrong.</exception>
    public static CreateEvent Read(IReadOnlyList<string> columns, int line)
    {
        if (columns.Count < 9) throw new FormatException($"CreateEvents.tsv:{line}: {columns.Count} columns instead of 10.");
        try
        {
            return Of(
                columns[0], columns[1], columns[2], columns[3], columns[4], columns[5], columns[6], columns[7] == "yes", columns[8]);
        }
        catch (FormatException fault)
        {
            throw new FormatException($"CreateEvents.tsv:{line}: {fault.Message}", fault);
        }
    }

    /// <summary>A row of its columns.</summary>
    /// <exception cref="FormatException">It is wrong.</exception>
    public static CreateEvent Of(
        string source, string name, string when, string id, string arn, string type, string tagging, bool updates, string namePaths)
    {
        var ids = id.Split(';', StringSplitOptions.TrimEntries);
        var row = new CreateEvent
        {
            Source = source,
            Name = name,
            When = when.Length == 0 ? null : CallCondition.Parse(when),
            IdPaths = ids[0].Split('|'),
            OtherIds = [.. ids.Skip(1).Select(other => other.Split('=', 2)).Select(pair => pair is [var key, var path]
                ? KeyValuePair.Create(key, path)
                : throw new FormatException($"'{id}' has an id without a name"))],
            Arn = arn,
            Type = type,
            Way = tagging switch
            {
                "yes" => TaggingMethod.GroupsTagging,
                "own-api" => TaggingMethod.OwnApi,
                "never" => TaggingMethod.Never,
                _ => throw new FormatException($"'{tagging}' is no way to tag: yes, own-api or never"),
            },
            Updates = updates,
            NamePaths = namePaths.Split('|', StringSplitOptions.RemoveEmptyEntries),
        };
        foreach (var path in row.IdPaths.Concat(row.OtherIds.Select(other => other.Value)).Concat(row.NamePaths))
        {
            if (!path.StartsWith("requestParameters.", StringComparison.Ordinal)
                && !path.StartsWith("responseElements.", StringComparison.Ordinal))
                throw new FormatException($"'{path}' is no path: it begins with requestParameters. or responseElements.");
        }

        foreach (var placeholder in Placeholder().Matches(arn).Select(match => match.Groups["name"].Value))
        {
            if (placeholder is not ("p" or "r" or "a" or "id") && row.OtherIds.All(other => other.Key != placeholder))
                throw new FormatException($"'{arn}' has {{{placeholder}}}, which is no id of the row");
        }

        return arn == "{id}" || arn.StartsWith("{id:", StringComparison.Ordinal) || arn.StartsWith("arn:", StringComparison.Ordinal)
            ? row
            : throw new FormatException($"'{arn}' is no ARN");
    }

    /// <summary>Whether the call is this one: where several share a name.</summary>
    public bool Holds(CloudTrailCall call) => When?.Holds(call) ?? true;

    /// <summary>The ARNs of what the call created; none when it says no id (yet).</summary>
    public IReadOnlyList<string> ArnsOf(CloudTrailCall call)
    {
        var ids = IdPaths.Select(call.Texts).FirstOrDefault(found => found.Count > 0) ?? [];
        return [.. ids.Select(id => ArnOf(call, id)).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>What the call calls the resource; null when it does not say, or created several.</summary>
    public string? NameOf(CloudTrailCall call) => NamePaths.Select(call.One).FirstOrDefault(name => name is not null) is { } name
        ? StorableText.Clean(name, MaxName)
        : null;

    /// <summary>
    /// The kind that a TagSpecification names to be meant for this resource (<c>instance</c>, <c>vpc-flow-log</c>); null when it is not
    /// known.
    /// </summary>
    public string? SpecificationType => Arn.StartsWith("arn:", StringComparison.Ordinal)
        && Arn.Split(':', 6) is { Length: 6 } parts && parts[5].IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
        ? parts[5][..slash]
        : null;

    /// <summary>The ARN of one id; null when it makes none that is valid.</summary>
    public string? ArnOf(CloudTrailCall call, string id)
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
        return !missing && IsValid(arn) ? arn : null;
    }

    /// <summary>Whether a text is the ARN of a resource of somebody's: what a path gave may be anything.</summary>
    internal static bool IsValid(string arn) => Aws.Arn.TryParse(arn, out var parsed)
        && (parsed.Region.Length == 0 || Region().IsMatch(parsed.Region))
        && (parsed.Account.Length == 0 || (parsed.Account.Length == 12 && parsed.Account.All(char.IsAsciiDigit)))
        && !parsed.Resource.Contains("//", StringComparison.Ordinal) && !parsed.Resource.EndsWith('/') && !parsed.Resource.EndsWith(':');

    private static string Filtered(string value, string filter) => filter switch
    {
        "lower" => value.ToLowerInvariant(),
        "last" => value[(value.LastIndexOf('/') + 1)..],
        "noslash" => value.TrimStart('/'),
        // arn:aws:lambda:REGION:ACCOUNT:function:NAME:VERSION
        "unqualified" => value.Split(':') is { Length: > 7 } parts ? string.Join(':', parts[..7]) : value,
        _ => value,
    };

    [GeneratedRegex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$")]
    private static partial Regex Region();

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
