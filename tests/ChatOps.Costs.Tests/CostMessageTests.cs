using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Platform.Localization;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Costs.Tests;

public sealed class CostMessageTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Snapshots =
    [
        "budget-told", "budget-will-be-exceeded", "budget-exceeded", "budget-passed", "budget-snoozed", "budget-action", "budget-unread", "anomaly-new", "anomaly-acknowledged",
        "today", "forecast", "by-service", "digest-daily", "digest-weekly",
    ];

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
        var message = CostGallery.Messages.Single(one => one.Name == name).Render(Locale.For(language, CostGallery.Zone));
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
    public void Every_message_and_modal_fits_Slack_and_nothing_from_outside_mentions_or_links(string language)
    {
        var locale = Locale.For(language, CostGallery.Zone);
        var nodes = CostGallery.Messages.Select(one => (one.Name, Node: JsonSerializer.SerializeToNode(BlockKitLimits.Fit(one.Render(locale)), SlackJson.Context.Message)!))
            .Concat(CostGallery.Modals.Select(one => (one.Name, Node: JsonSerializer.SerializeToNode(BlockKitLimits.Fit(one.Render(locale)), SlackJson.Context.ModalView)!))).ToList();
        Assert.True(nodes.Count > 50);
        foreach (var (name, node) in nodes)
        {
            Assert.True(node.ToJsonString(Indented).Length < 16_000, $"{name} is too long for one message.");
            foreach (var text in Markup(node).Append((string?)node["text"] ?? ""))
            {
                Assert.DoesNotContain("<!channel", text, StringComparison.Ordinal);
                Assert.DoesNotContain("<https://evil", text, StringComparison.Ordinal);
                Assert.DoesNotMatch(@"(?<!`[^`\n]*)\*bold\*", text);
            }
        }
    }

    /// <summary>A button that nobody answers is the worst kind of button.</summary>
    [Fact]
    public void Every_button_and_form_that_is_rendered_has_its_handler()
    {
        var services = new ServiceCollection();
        services.AddCosts();
        var registry = (SlackRegistry)services.First(service => service.ServiceType == typeof(SlackRegistry)).ImplementationInstance!;
        var locale = Locale.For("en", TimeZoneInfo.Utc);
        var modals = CostGallery.Modals.Select(modal => modal.Render(locale)).ToList();
        var blocks = CostGallery.Messages.SelectMany(message => message.Render(locale).Blocks).Concat(modals.SelectMany(modal => modal.Blocks)).ToList();
        var actions = blocks.OfType<ActionsBlock>().SelectMany(block => block.Elements)
            .Concat(blocks.OfType<SectionBlock>().Select(block => block.Accessory).OfType<BlockElement>())
            .Cast<InteractiveElement>().Select(element => element.ActionId).Distinct().ToList();

        Assert.True(actions.Count >= 10);
        Assert.All(actions, action => Assert.True(registry.TryGet(InteractionKind.BlockAction, action, out _), action));
        Assert.All(modals.Where(modal => modal.Submit is not null).Select(modal => modal.CallbackId!), callback => Assert.True(registry.TryGet(InteractionKind.ViewSubmission, callback, out _), callback));
    }

    /// <summary>Writes all there is to RENDERED_DIR, for the check against Slack's own types.</summary>
    [Fact]
    public void Everything_can_be_written_out_for_the_type_check()
    {
        var folder = Environment.GetEnvironmentVariable("RENDERED_DIR");
        var written = 0;
        foreach (var language in Locale.Languages)
        {
            var locale = Locale.For(language, CostGallery.Zone);
            foreach (var (name, render) in CostGallery.Messages) Write("message", name, language, JsonSerializer.SerializeToNode(BlockKitLimits.Fit(render(locale)), SlackJson.Context.Message)!);
            foreach (var (name, render) in CostGallery.Modals) Write("modal", name, language, JsonSerializer.SerializeToNode<View>(BlockKitLimits.Fit(render(locale)), SlackJson.Context.View)!);
        }

        Assert.True(written > 100);

        void Write(string kind, string name, string language, JsonNode body)
        {
            written++;
            if (string.IsNullOrEmpty(folder)) return;
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, $"cost-{kind}-{name}.{language}.json"), body.ToJsonString(Indented));
        }
    }

    /// <summary>Every text in Slack's markup; plain text does no harm.</summary>
    private static IEnumerable<string> Markup(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } found when (string?)(found["type"] as JsonValue) == "mrkdwn" => [(string)found["text"]!],
        JsonObject found => found.SelectMany(member => Markup(member.Value)),
        JsonArray list => list.SelectMany(Markup),
        _ => [],
    };

    private static string SnapshotFolder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "snapshots");
}
