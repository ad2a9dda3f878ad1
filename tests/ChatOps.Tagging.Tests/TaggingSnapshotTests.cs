using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Platform.Localization;

namespace ChatOps.Tagging.Tests;

public sealed class TaggingSnapshotTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> Snapshots
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (name, _) in TaggingGallery.All)
            {
                foreach (var language in Locale.Languages) data.Add(name, language);
            }

            return data;
        }
    }

    /// <summary>Run with UPDATE_SNAPSHOTS=1 to accept what is rendered now, and read the difference in the commit.</summary>
    [Theory, MemberData(nameof(Snapshots))]
    public void It_reads_as_agreed(string name, string language)
    {
        var rendered = TaggingGallery.All.Single(one => one.Name == name).Json(new GivenLocales(language).Default);
        var json = JsonNode.Parse(rendered)!.ToJsonString(Indented) + "\n";
        var file = Path.Combine(Folder(), $"{name}.{language}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Folder());
            File.WriteAllText(file, json);
        }

        Assert.True(File.Exists(file), $"There is no snapshot of {name} in {language} yet: run the tests with UPDATE_SNAPSHOTS=1 and read it.");
        Assert.Equal(File.ReadAllText(file), json);
    }

    /// <summary>Writes all there is to RENDERED_DIR, for the check against Slack's own types.</summary>
    [Fact]
    public void Everything_rendered_can_be_checked_against_Slacks_types()
    {
        var folder = Environment.GetEnvironmentVariable("RENDERED_DIR");
        foreach (var language in Locale.Languages)
        {
            foreach (var (name, json) in TaggingGallery.All)
            {
                var rendered = json(new GivenLocales(language).Default);
                Assert.NotEmpty(JsonNode.Parse(rendered)!.AsObject());
                if (folder is not null) File.WriteAllText(Path.Combine(folder, $"tagging-{name}.{language}.json"), rendered);
            }
        }
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "snapshots");
}
