using System.Collections.Frozen;

namespace ChatOps.Tagging;

/// <summary>One call that deletes something; its ARN is formed as <see cref="CreateEvent"/> forms it.</summary>
/// <param name="Call">Where the ids stand and what the ARN is.</param>
internal sealed record DeleteEvent(CreateEvent Call)
{
    public string Source => Call.Source;

    public string Name => Call.Name;

    /// <summary>As CloudFormation writes it.</summary>
    public string Type => Call.Type;

    /// <summary>Whether the inventory must be asked which resource it is: the call gives a name, and the ARN has more than that.</summary>
    public bool IsByName => Call.Arn == "{id}";

    /// <summary>The ids that the call gives; the first place that has any.</summary>
    public IReadOnlyList<string> IdsOf(CloudTrailCall call) =>
        Call.IdPaths.Select(call.Texts).FirstOrDefault(found => found.Count > 0) ?? [];
}

/// <summary>The calls that delete something, from <c>DeleteEvents.tsv</c>.</summary>
internal sealed class DeleteEventTable
{
    private readonly FrozenDictionary<(string Source, string Name), DeleteEvent[]> _byName;

    private DeleteEventTable(IReadOnlyList<DeleteEvent> rows)
    {
        Rows = rows;
        _byName = rows.GroupBy(row => (row.Source, CreateEventTable.Undated(row.Name))).ToFrozenDictionary(
            group => group.Key, group => group.ToArray());
    }

    /// <summary>The table that ships with us.</summary>
    public static DeleteEventTable Shipped { get; } = Load();

    /// <summary>Every row.</summary>
    public IReadOnlyList<DeleteEvent> Rows { get; }

    /// <summary>The kinds of events under which EventBridge sends these calls.</summary>
    public IReadOnlyCollection<string> Kinds =>
        [.. Rows.Select(row => row.Source).Distinct(StringComparer.Ordinal).Select(source => $"aws.{source}/{CloudTrailCall.DetailType}")];

    /// <summary>The row of a call whose ids are there; null when it deletes nothing that we know.</summary>
    public DeleteEvent? Find(CloudTrailCall call) => _byName.TryGetValue((call.Source, CreateEventTable.Undated(call.Name)), out var rows)
        ? Array.Find(rows, row => row.IdsOf(call).Count > 0)
        : null;

    private static DeleteEventTable Load()
    {
        var assembly = typeof(DeleteEventTable).Assembly;
        var name = assembly.GetManifestResourceNames().Single(resource => resource.EndsWith(".DeleteEvents.tsv", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        var rows = new List<DeleteEvent>();
        string? header = null;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (header is null)
            {
                header = line;
                continue;
            }

            var columns = line.Split('\t');
            rows.Add(new DeleteEvent(CreateEvent.Of(columns[0], columns[1], "", columns[2], columns[3], columns[4], "yes", false, "")));
        }

        return new DeleteEventTable(rows);
    }
}
