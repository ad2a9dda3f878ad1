using System.Text.RegularExpressions;

namespace ChatOps.EndToEnd.Architecture;

/// <summary>The shape of a domain's folder: who knows one of them finds their way in all.</summary>
internal static partial class DomainShape
{
    private static readonly string[] Folders = ["Buttons", "Modals", "Work", "Contracts", "Scripts", "bin", "obj"];

    /// <summary>What a domain's folder lacks, or has too much; empty when it has the shape.</summary>
    /// <param name="folder">The folder, named for its assembly.</param>
    public static IReadOnlyList<string> Faults(string folder)
    {
        var name = Path.GetFileName(folder)["ChatOps.".Length..];
        var faults = new List<string>();
        string[] needed = [$"ChatOps.{name}.csproj", $"{name}Feature.cs", "README.md", "Texts.en.json", "Texts.ko.json"];
        faults.AddRange(needed.Where(file => !File.Exists(Path.Combine(folder, file))).Select(file => $"{file} is missing"));

        foreach (var file in Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Except(needed))
        {
            // Data that travels in the assembly: CreateEvents.tsv. What others may use of it is listed for review.
            if (file.StartsWith("PublicAPI.", StringComparison.Ordinal)) continue;
            if (Path.GetExtension(file) is not (".cs" or ".tsv")) faults.Add($"{file}: no such kind of file stands in a domain");
        }

        if (Contracts(folder).Any() && !File.Exists(Path.Combine(folder, "PublicAPI.Shipped.txt")))
            faults.Add("PublicAPI.Shipped.txt is missing: it lists what the contracts show");
        faults.AddRange(Directory.EnumerateDirectories(folder).Select(below => Path.GetFileName(below)).Except(Folders)
            .Select(below => $"{below}/: a domain has {string.Join(", ", Folders.SkipLast(2))} and no other folders"));
        faults.AddRange(Sources(folder)
            .Where(file => !IsContract(folder, file) && Path.GetFileName(file) != $"{name}Feature.cs")
            .SelectMany(file => PublicTypes(file).Select(
                type => $"{type} in {Path.GetFileName(file)} is public: only Contracts and {name}Feature are")));
        faults.AddRange(Tables(folder)
            .Where(table => !File.ReadAllText(Path.Combine(folder, "README.md")).Contains($"`{table}`", StringComparison.Ordinal))
            .Select(table => $"README.md does not name the table {table}"));
        return faults;
    }

    /// <summary>The types that a domain's contracts declare.</summary>
    public static IEnumerable<string> Contracts(string folder) =>
        Sources(folder).Where(file => IsContract(folder, file)).SelectMany(PublicTypes);

    /// <summary>The tables that a domain's scripts create.</summary>
    public static IEnumerable<string> Tables(string folder) =>
        !Directory.Exists(Path.Combine(folder, "Scripts"))
            ? []
            : Directory.EnumerateFiles(Path.Combine(folder, "Scripts"), "*.sql", SearchOption.AllDirectories)
                .SelectMany(file => CreateTable().Matches(File.ReadAllText(file)).Select(match => match.Groups["table"].Value)).Distinct();

    private static bool IsContract(string folder, string file) =>
        Path.GetRelativePath(folder, file) is var path
            && (path == "Contracts.cs" || path.StartsWith("Contracts/", StringComparison.Ordinal));

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<string> PublicTypes(string file) =>
        File.ReadLines(file).Select(line => PublicType().Match(line)).Where(match => match.Success)
            .Select(match => match.Groups["type"].Value);

    // Namespaces are file-scoped, so what is not nested begins its line.
    [GeneratedRegex(
        @"^public (?:(?:static|sealed|abstract|partial|readonly|ref) )*(?:class|interface|enum|struct|record(?: class| struct)?|delegate " +
            @"\S+) (?<type>\w+)")]
    private static partial Regex PublicType();

    [GeneratedRegex(@"create\s+table\s+(?:if\s+not\s+exists\s+)?(?<table>\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex CreateTable();
}
