using System.Text.RegularExpressions;

namespace ChatOps.EndToEnd.Architecture;

/// <summary>Inside the product: which folder may know which, and whose tables are whose.</summary>
public partial class DomainTests
{
    /// <summary>What every domain stands on. These know no domain.</summary>
    private static readonly string[] Ground = ["Storage", "Localization", "Ingest", "Delivery", "Access", "Routing", "Policy", "Operations", "Charts", "Email", "Prometheus", "Telemetry"];

    /// <summary>Domains, and the other domains whose contracts they may use.</summary>
    private static readonly Dictionary<string, string[]> Domains = new()
    {
        // The report asks every domain for its section by a contract of its own, so the arrows run towards it.
        ["Reports"] = [],
        ["Findings"] = ["Reports"],
        ["Remediation"] = ["Findings"],
        ["Assets"] = ["Findings", "Reports"],
        ["Tagging"] = ["Assets", "Reports"],
        ["Alerts"] = ["Reports"],
        ["Health"] = ["Assets"],
        ["Costs"] = ["Assets", "Reports"],
    };

    private static IEnumerable<string> Folders => Directory.EnumerateDirectories(Repository.At("src", "ChatOps"))
        .Select(folder => Path.GetFileName(folder)).Where(name => name is not ("bin" or "obj"));

    [Fact]
    public void Every_folder_is_a_domain_or_ground() => Assert.Empty(Folders.Except([.. Ground, .. Domains.Keys]));

    [Fact]
    public void A_domain_uses_only_the_ground_and_the_domains_it_may()
    {
        var forbidden =
            from folder in Folders
            from file in Repository.Sources("*.cs", "src", "ChatOps", folder)
            from used in Domains.Keys
            where used != folder && !Domains.GetValueOrDefault(folder, []).Contains(used)
            where Regex.IsMatch(File.ReadAllText(file), $@"\busing ChatOps\.{used}\b|\bChatOps\.{used}\.|(?<![.\w]){used}\.[A-Z]\w+Store\b")
            select $"{folder}/{Path.GetFileName(file)} uses {used}";

        Assert.Empty(forbidden);
    }

    [Fact]
    public void No_folder_reads_or_writes_the_tables_of_another()
    {
        var owners = TableOwners();
        Assert.NotEmpty(owners);

        var trespasses =
            from folder in Folders.Where(folder => folder != "Storage")
            from file in Repository.Sources("*.cs", "src", "ChatOps", folder)
            from Match use in TableUse().Matches(File.ReadAllText(file))
            let table = use.Groups["table"].Value.ToLowerInvariant()
            where owners.TryGetValue(table, out var owner) && !string.Equals(owner, folder, StringComparison.OrdinalIgnoreCase)
            select $"{folder}/{Path.GetFileName(file)} touches {table} of {owners[table]}";

        Assert.Empty(trespasses);
    }

    [Fact]
    public void Both_databases_have_the_same_tables()
    {
        static IEnumerable<string> Tables(string database) =>
            Repository.Sources("*.sql", "src", "ChatOps", "Storage", "Scripts", database)
                .SelectMany(file => CreateTable().Matches(File.ReadAllText(file)).Select(match => match.Groups["table"].Value.ToLowerInvariant())).Order();

        Assert.Equal(Tables("Postgres"), Tables("Sqlite"));
    }

    /// <summary>A script's name says whose it is: <c>0010_findings_….sql</c>.</summary>
    private static Dictionary<string, string> TableOwners() =>
        (from file in Repository.Sources("*.sql", "src", "ChatOps", "Storage", "Scripts")
         let owner = Path.GetFileNameWithoutExtension(file).Split('_')[1]
         from Match match in CreateTable().Matches(File.ReadAllText(file))
         select (Table: match.Groups["table"].Value.ToLowerInvariant(), owner)).Distinct().ToDictionary(at => at.Table, at => at.owner);

    [GeneratedRegex(@"create\s+table\s+(?:if\s+not\s+exists\s+)?(?<table>\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex CreateTable();

    [GeneratedRegex(@"\b(?:from|join|into|update)\s+(?<table>[a-z_]+)\b", RegexOptions.IgnoreCase)]
    private static partial Regex TableUse();
}
