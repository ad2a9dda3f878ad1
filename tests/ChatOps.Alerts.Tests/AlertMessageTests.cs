using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Platform.Localization;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Alerts.Tests;

public sealed class AlertMessageTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Snapshots =
    [
        "event-webhook-v4-firing", "event-amp-sns-default-text", "event-sns-alarm", "state-firing", "state-acknowledged", "state-silence-active", "state-silence-failed",
        "state-muted", "state-resolved", "state-flapping", "state-many", "state-unread", "list-page", "silences", "query",
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
        var message = AlertGallery.Messages.First(one => one.Name == name).Render(Locale.For(language, AlertGallery.Zone));
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
        var locale = Locale.For(language, AlertGallery.Zone);
        foreach (var (name, render) in AlertGallery.Messages)
            Assert.True(JsonSerializer.Serialize(BlockKitLimits.Fit(render(locale)), SlackJson.Context.Message).Length < 13_000, $"{name} is too long for one message.");
        foreach (var (_, render) in AlertGallery.Modals) Assert.NotEmpty(BlockKitLimits.Fit(render(locale)).Blocks);
    }

    [Theory, MemberData(nameof(Languages))]
    public void Nothing_from_outside_mentions_links_or_formats(string language)
    {
        var locale = Locale.For(language, AlertGallery.Zone);
        var texts = AlertGallery.Messages
            .SelectMany(one => Markup(JsonSerializer.SerializeToNode(one.Render(locale), SlackJson.Context.Message)).Append(one.Render(locale).Text))
            .Concat(AlertGallery.Modals.SelectMany(one => Markup(JsonSerializer.SerializeToNode(one.Render(locale), SlackJson.Context.ModalView)))).ToList();

        Assert.True(texts.Count > 100);
        foreach (var text in texts)
        {
            Assert.DoesNotContain("<!channel", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<!here", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<https://evil", text, StringComparison.Ordinal);
            Assert.DoesNotContain("javascript:", text, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"(?<!`[^`\n]*)\*bold\*", text);
        }
    }

    [Fact]
    public void The_notification_alone_tells_the_story() => Assert.Equal(
        "CRITICAL: InstanceDown, 2 of 2 firing. Instance down", AlertMessage.Render(AlertGallery.Of("alertmanager/webhook-v4-firing.json"), new AlertView(), AlertWorld.English).Text);

    [Theory]
    [InlineData("firing", "alert.acknowledge alert.silence alert.graph")]
    [InlineData("acknowledged", "alert.silence alert.graph")]
    [InlineData("silence-requested", "alert.acknowledge alert.unsilence alert.graph")]
    [InlineData("silence-active", "alert.unsilence alert.graph")]
    [InlineData("silence-ending", "alert.graph")]
    [InlineData("silence-failed", "alert.acknowledge alert.silence alert.graph")]
    [InlineData("muted", "alert.unsilence alert.graph")]
    [InlineData("resolved", "alert.graph")]
    public void Only_buttons_that_make_sense_are_there(string state, string actions)
    {
        var message = AlertGallery.Messages.Single(one => one.Name == $"state-{state}").Render(AlertWorld.English);

        Assert.Equal(actions.Split(' '), message.Blocks.OfType<ActionsBlock>().Single().Elements.Cast<InteractiveElement>().Select(element => element.ActionId));
    }

    /// <summary>A button that nobody answers is the worst kind of button.</summary>
    [Fact]
    public void Every_button_and_form_that_is_rendered_has_its_handler()
    {
        var services = new ServiceCollection();
        services.AddAlerts(new ConfigurationBuilder().Build());
        var registry = (SlackRegistry)services.First(service => service.ServiceType == typeof(SlackRegistry)).ImplementationInstance!;
        var modals = AlertGallery.Modals.Select(modal => modal.Render(AlertWorld.English)).ToList();
        var blocks = AlertGallery.Messages.SelectMany(message => message.Render(AlertWorld.English).Blocks).Concat(modals.SelectMany(modal => modal.Blocks)).ToList();
        var actions = blocks.OfType<ActionsBlock>().SelectMany(block => block.Elements).Concat(blocks.OfType<SectionBlock>().Select(block => block.Accessory).OfType<BlockElement>())
            .Cast<InteractiveElement>().Select(element => element.ActionId).Distinct().ToList();

        Assert.Contains("alert.expire-silence", actions);
        Assert.All(actions, action => Assert.True(registry.TryGet(InteractionKind.BlockAction, action, out _), action));
        Assert.All(modals.Where(modal => modal.Submit is not null).Select(modal => modal.CallbackId!).Distinct(), callback => Assert.True(registry.TryGet(InteractionKind.ViewSubmission, callback, out _), callback));
    }

    [Fact]
    public void No_alert_text_is_left_over()
    {
        var code = string.Concat(Directory.EnumerateFiles(Path.Combine(SnapshotFolder(), "../../../src/Domains/ChatOps.Alerts"), "*.cs").Select(File.ReadAllText));

        Assert.All(Texts.Keys("en").Where(key => key.StartsWith("alert.", StringComparison.Ordinal)), key => Assert.Contains($"\"{key}\"", code, StringComparison.Ordinal));
    }

    /// <summary>Writes all there is to RENDERED_DIR, for the check against Slack's own types.</summary>
    [Fact]
    public void Everything_can_be_written_out_for_the_type_check()
    {
        var folder = Environment.GetEnvironmentVariable("RENDERED_DIR");
        var written = 0;
        foreach (var language in Locale.Languages)
        {
            var locale = Locale.For(language, AlertGallery.Zone);
            foreach (var (name, render) in AlertGallery.Messages) Write("message", name, language, JsonSerializer.SerializeToNode(BlockKitLimits.Fit(render(locale)), SlackJson.Context.Message)!);
            foreach (var (name, render) in AlertGallery.Modals) Write("modal", name, language, JsonSerializer.SerializeToNode<View>(BlockKitLimits.Fit(render(locale)), SlackJson.Context.View)!);
        }

        Assert.True(written > 80);

        void Write(string kind, string name, string language, JsonNode body)
        {
            written++;
            if (string.IsNullOrEmpty(folder)) return;
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, $"alert-{kind}-{name}.{language}.json"), body.ToJsonString(Indented));
        }
    }

    private static IEnumerable<string> Markup(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } found when (string?)found["type"] == "mrkdwn" => [(string)found["text"]!],
        JsonObject found => found.SelectMany(member => Markup(member.Value)),
        JsonArray list => list.SelectMany(Markup),
        _ => [],
    };

    private static string SnapshotFolder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "snapshots");
}
