using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Platform.Localization;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;

namespace ChatOps.Assets.Tests;

public sealed class AssetMessageTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Snapshots = ["list", "list-many", "list-ambiguous", "nothing", "nothing-first", "nothing-yet", "show", "show-tags-right", "show-tags-wrong", "show-tags-none", "show-bare", "show-deleted", "groups", "stats", "help", "shared"];

    public static TheoryData<string, string> SnapshotsByLanguage
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in Snapshots)
            {
                foreach (var language in Locale.Languages) data.Add(name, language);
            }

            return data;
        }
    }

    public static TheoryData<string> Languages => [.. Locale.Languages];

    /// <summary>Run with UPDATE_SNAPSHOTS=1 to accept what is rendered now, and read the difference in the commit.</summary>
    [Theory, MemberData(nameof(SnapshotsByLanguage))]
    public void The_message_reads_as_agreed(string name, string language)
    {
        var message = AssetGallery.Messages.Single(one => one.Name == name).Render(Locale.For(language, AssetGallery.Zone));
        var json = JsonNode.Parse(JsonSerializer.Serialize(message, SlackJson.Context.Message))!.ToJsonString(Indented) + "\n";
        var file = Path.Combine(SnapshotFolder(), $"{name}.{language}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(SnapshotFolder());
            File.WriteAllText(file, json);
        }

        Assert.True(File.Exists(file), $"There is no snapshot of {name} in {language} yet: run the tests with UPDATE_SNAPSHOTS=1 and read it.");
        Assert.Equal(File.ReadAllText(file), json);
    }

    [Theory, MemberData(nameof(Languages))]
    public void Every_message_and_modal_fits_Slack_in_every_language(string language)
    {
        var locale = Locale.For(language, AssetGallery.Zone);
        foreach (var (name, render) in AssetGallery.Messages)
            Assert.True(JsonSerializer.Serialize(BlockKitLimits.Fit(render(locale)), SlackJson.Context.Message).Length < 13_000, $"{name} is too long for one message.");
        foreach (var (_, render) in AssetGallery.Modals) Assert.NotEmpty(BlockKitLimits.Fit(render(locale)).Blocks);
    }

    [Theory, MemberData(nameof(Languages))]
    public void Nothing_from_outside_mentions_or_links(string language)
    {
        var locale = Locale.For(language, AssetGallery.Zone);
        foreach (var (name, render) in AssetGallery.Messages)
        {
            var message = render(locale);
            foreach (var text in Markup(JsonSerializer.SerializeToNode(message, SlackJson.Context.Message)).Append(message.Text))
            {
                Assert.False(text.Contains("<!channel", StringComparison.Ordinal), $"{name}: {text}");
                Assert.False(text.Contains("<https://evil", StringComparison.Ordinal), $"{name}: {text}");
            }
        }
    }

    /// <summary>Texts that Slack reads as markup; in plain ones everything is shown as it is.</summary>
    private static IEnumerable<string> Markup(JsonNode? node) => node switch
    {
        JsonObject one when (string?)one["type"] == "mrkdwn" => [(string)one["text"]!],
        JsonObject one => one.SelectMany(member => Markup(member.Value)),
        JsonArray several => several.SelectMany(Markup),
        _ => [],
    };

    /// <summary>Writes all there is to RENDERED_DIR, for the check against Slack's own types.</summary>
    [Fact]
    public void Everything_can_be_written_out_for_the_type_check()
    {
        var folder = Environment.GetEnvironmentVariable("RENDERED_DIR");
        var written = 0;
        foreach (var language in Locale.Languages)
        {
            var locale = Locale.For(language, AssetGallery.Zone);
            foreach (var (name, render) in AssetGallery.Messages) Write("message", name, language, JsonSerializer.SerializeToNode(BlockKitLimits.Fit(render(locale)), SlackJson.Context.Message)!);
            foreach (var (name, render) in AssetGallery.Modals) Write("modal", name, language, JsonSerializer.SerializeToNode<View>(BlockKitLimits.Fit(render(locale)), SlackJson.Context.View)!);
        }

        Assert.True(written > 40);

        void Write(string kind, string name, string language, JsonNode body)
        {
            written++;
            if (string.IsNullOrEmpty(folder)) return;
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, $"asset-{kind}-{name}.{language}.json"), body.ToJsonString(Indented));
        }
    }

    private static string SnapshotFolder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "snapshots");
}
