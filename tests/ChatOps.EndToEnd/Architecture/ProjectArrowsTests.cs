using System.Xml.Linq;

namespace ChatOps.EndToEnd.Architecture;

/// <summary>The arrows of docs/architecture.md between projects: these and no others.</summary>
public class ProjectArrowsTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["ChatOps.Kernel"] = [],
        ["ChatOps.Slack"] = [],
        ["ChatOps.Aws"] = [],
        ["ChatOps.Platform"] = ["ChatOps.Kernel", "ChatOps.Slack", "ChatOps.Aws"],
        // The report asks every domain for its section by a contract of its own, so the arrows run towards it.
        ["ChatOps.Reports"] = [],
        ["ChatOps.Findings"] = ["ChatOps.Reports"],
        ["ChatOps.Remediation"] = ["ChatOps.Findings"],
        ["ChatOps.Assets"] = ["ChatOps.Findings", "ChatOps.Reports"],
        ["ChatOps.Tagging"] = ["ChatOps.Assets", "ChatOps.Reports"],
        ["ChatOps.Alerts"] = ["ChatOps.Reports"],
        ["ChatOps.Health"] = ["ChatOps.Assets"],
        ["ChatOps.Costs"] = ["ChatOps.Assets", "ChatOps.Reports"],
        ["ChatOps.Jobs"] =
        [
            "ChatOps.Assets", "ChatOps.Costs", "ChatOps.Findings", "ChatOps.Remediation", "ChatOps.Reports", "ChatOps.Tagging",
        ],
        // All domains, by a pattern.
        ["ChatOps.Bot"] = ["ChatOps.Jobs", "*"],
        ["ChatOps.Sandbox"] = ["ChatOps.Bot", "ChatOps.Slack", "ChatOps.Aws"],
    };

    public static TheoryData<string> Projects => [.. ProjectNames];

    private static string[] ProjectNames =>
        [.. Repository.Sources("*.csproj", "src").Concat(Repository.Sources("*.csproj", "jobs"))
            .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    /// <summary>A project that is not drawn, such as a domain that is new, refers to nothing beyond what all domains stand on.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_it_may(string project)
    {
        var file = Repository.Sources($"{project}.csproj", ".").Single();
        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Empty(references.Except(Arrows.GetValueOrDefault(project) ?? []));
    }

    [Fact]
    public void No_arrow_is_drawn_for_a_project_that_is_gone() => Assert.Empty(Arrows.Keys.Except(ProjectNames));

    [Fact]
    public void The_platforms_speak_of_nothing_in_the_product()
    {
        string[] words = ["finding", "remediation", "inbox", "living message"];
        var incoming = Repository.Sources("*.cs", "src", "ChatOps.Slack")
            .SelectMany(file => File.ReadLines(file).Select(line => (File: Path.GetFileName(file), Line: line)))
            .Where(at => words.Any(word => at.Line.Contains(word, StringComparison.OrdinalIgnoreCase)));

        Assert.Empty(incoming);
    }
}
