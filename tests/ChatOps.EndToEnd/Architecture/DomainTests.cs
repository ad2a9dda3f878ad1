using System.Text.RegularExpressions;

namespace ChatOps.EndToEnd.Architecture;

/// <summary>
/// Whose tables are whose. Which assembly may know which is held by the compiler: a domain sees only what its project file names.
/// </summary>
public partial class DomainTests
{
    /// <summary>The platform's folders and the domains, by what their scripts are named for: who owns tables.</summary>
    private static IEnumerable<(string Name, string[] Path)> Owners =>
    [
        .. Directory.EnumerateDirectories(Repository.At("src", "ChatOps.Platform")).Select(folder => Path.GetFileName(folder))
            .Where(name => name is not ("bin" or "obj" or "Storage")).Select(name => (name, (string[])["src", "ChatOps.Platform", name])),
        .. Directory.EnumerateDirectories(Repository.At("src", "Domains"))
            .Select(folder => Path.GetFileName(folder)).Select(name => (name["ChatOps.".Length..], (string[])["src", "Domains", name])),
    ];

    [Fact]
    public void Nobody_reads_or_writes_the_tables_of_another()
    {
        var owners = TableOwners();
        Assert.NotEmpty(owners);

        var trespasses =
            from folder in Owners
            from file in Repository.Sources("*.cs", folder.Path)
            from Match use in TableUse().Matches(File.ReadAllText(file))
            let table = use.Groups["table"].Value.ToLowerInvariant()
            where owners.TryGetValue(table, out var owner) && !string.Equals(owner, folder.Name, StringComparison.OrdinalIgnoreCase)
            select $"{folder.Name}/{Path.GetFileName(file)} touches {table} of {owners[table]}";

        Assert.Empty(trespasses);
    }

    [Fact]
    public void Both_databases_have_the_same_tables()
    {
        static IEnumerable<string> Tables(string database) =>
            Repository.Sources("*.sql", "src").Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == database)
                .SelectMany(file => CreateTable().Matches(File.ReadAllText(file))
                .Select(match => match.Groups["table"].Value.ToLowerInvariant())).Order();

        Assert.Equal(Tables("Postgres"), Tables("Sqlite"));
    }

    /// <summary>A script's name says whose it is: <c>0010_findings_….sql</c>.</summary>
    private static Dictionary<string, string> TableOwners() =>
        (from file in Repository.Sources("*.sql", "src")
         let owner = Path.GetFileNameWithoutExtension(file).Split('_')[1]
         from Match match in CreateTable().Matches(File.ReadAllText(file))
         select (Table: match.Groups["table"].Value.ToLowerInvariant(), owner)).Distinct().ToDictionary(at => at.Table, at => at.owner);

    [GeneratedRegex(@"create\s+table\s+(?:if\s+not\s+exists\s+)?(?<table>\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex CreateTable();

    [GeneratedRegex(@"\b(?:from|join|into|update)\s+(?<table>[a-z_]+)\b", RegexOptions.IgnoreCase)]
    private static partial Regex TableUse();
}
