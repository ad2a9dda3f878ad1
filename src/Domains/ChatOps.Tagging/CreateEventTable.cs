using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace ChatOps.Tagging;

/// <summary>
/// The calls that create something, from <c>CreateEvents.tsv</c>: what is created, where its id stands, how its ARN is formed.
/// </summary>
internal sealed partial class CreateEventTable
{
    private readonly FrozenDictionary<(string Source, string Name), CreateEvent[]> _byName;

    /// <summary>Reads the table.</summary>
    /// <exception cref="FormatException">A row is wrong; the message says which.</exception>
    public CreateEventTable(TextReader text)
    {
        var rows = new List<CreateEvent>();
        string? header = null;
        for (var number = 1; text.ReadLine() is { } line; number++)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (header is null) header = line;
            else rows.Add(CreateEvent.Read(line.Split('\t'), number));
        }

        Rows = rows;
        _byName = ByName(rows);
    }

    private CreateEventTable(IReadOnlyList<CreateEvent> rows)
    {
        Rows = rows;
        _byName = ByName(rows);
    }

    /// <summary>The table that ships with us.</summary>
    public static CreateEventTable Shipped { get; } = Load();

    /// <summary>Every row.</summary>
    public IReadOnlyList<CreateEvent> Rows { get; }

    /// <summary>How many calls it knows; some have several rows.</summary>
    public int Calls => _byName.Count;

    /// <summary>Of how many services.</summary>
    public int Services => Rows.Select(row => row.Source).Distinct(StringComparer.Ordinal).Count();

    /// <summary>The table with an operator's rows: those of a call take the place of all that ship for it.</summary>
    public CreateEventTable With(IReadOnlyList<CreateEvent> rows)
    {
        if (rows.Count == 0) return this;
        var corrected = rows.Select(row => (row.Source, Undated(row.Name))).ToHashSet();
        return new CreateEventTable([.. Rows.Where(row => !corrected.Contains((row.Source, Undated(row.Name)))), .. rows]);
    }

    /// <summary>The kinds of events under which EventBridge sends these calls.</summary>
    public IReadOnlyCollection<string> Kinds =>
        [.. Rows.Select(row => row.Source).Distinct(StringComparer.Ordinal).Select(source => $"aws.{source}/{CloudTrailCall.DetailType}")];

    /// <summary>
    /// The row of a call; null when it creates nothing that we know. The event's source decides too: CreateCluster exists eight times.
    /// </summary>
    public CreateEvent? Find(CloudTrailCall call)
    {
        if (!_byName.TryGetValue((call.Source, Undated(call.Name)), out var rows)) return null;
        return Array.Find(rows, row => row.Name == call.Name && row.Holds(call)) ?? Array.Find(rows, row => row.Holds(call));
    }

    private static FrozenDictionary<(string Source, string Name), CreateEvent[]> ByName(IEnumerable<CreateEvent> rows) =>
        rows.GroupBy(row => (row.Source, Undated(row.Name))).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    /// <summary>Some names carry their API's date: <c>CreateFunction20150331</c>, <c>CreateDistribution2020_05_31</c>.</summary>
    internal static string Undated(string name) => ApiDate().Replace(name, "");

    private static CreateEventTable Load()
    {
        var assembly = typeof(CreateEventTable).Assembly;
        var name = assembly.GetManifestResourceNames().Single(resource => resource.EndsWith(".CreateEvents.tsv", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return new CreateEventTable(reader);
    }

    [GeneratedRegex(@"_?(19|20)[0-9]{2}_?[0-9]{2}_?[0-9]{2}(v[0-9])?$")]
    private static partial Regex ApiDate();
}

/// <summary>How a type can be tagged.</summary>
internal enum TaggingMethod
{
    /// <summary>By Resource Groups Tagging.</summary>
    GroupsTagging,

    /// <summary>Only by calls of the service's own, which we do not make.</summary>
    OwnApi,

    /// <summary>Not at all.</summary>
    Never,
}
