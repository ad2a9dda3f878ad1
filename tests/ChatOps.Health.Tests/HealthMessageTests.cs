using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Platform.Localization;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Health.Tests;

public sealed class HealthMessageTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

    private static readonly string[] Snapshots = [.. HealthGallery.Files, "acknowledged", "closed", "upcoming", "notice", "credentials"];

    public static TheoryData<string> Languages => [.. Locale.Languages];

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

    /// <summary>Run with UPDATE_SNAPSHOTS=1 to accept what is rendered now, and read the difference in the commit.</summary>
    [Theory, MemberData(nameof(SnapshotsByLanguage))]
    public void The_message_reads_as_agreed(string name, string language)
    {
        var message = HealthGallery.Messages.Single(one => one.Name == name).Render(Locale.For(language, Zone));
        var json = JsonNode.Parse(JsonSerializer.Serialize(message, SlackJson.Context.Message))!.ToJsonString(Indented) + "\n";
        var file = Path.Combine(Folder(), $"{name}.{language}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Folder());
            File.WriteAllText(file, json);
        }

        Assert.True(File.Exists(file), $"There is no snapshot of {name} in {language} yet: run the tests with UPDATE_SNAPSHOTS=1 and read it.");
        Assert.Equal(File.ReadAllText(file), json);
    }

    [Theory, MemberData(nameof(Languages))]
    public void Every_message_and_modal_fits_Slack_and_does_no_harm(string language)
    {
        var locale = Locale.For(language, Zone);
        var folder = Environment.GetEnvironmentVariable("RENDERED_DIR");
        var written = 0;
        void Check(string kind, string name, JsonNode body)
        {
            written++;
            foreach (var text in Markup(body))
            {
                Assert.DoesNotContain("<!channel", text, StringComparison.Ordinal);
                Assert.DoesNotContain("<https://evil", text, StringComparison.Ordinal);
            }

            if (string.IsNullOrEmpty(folder)) return;
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, $"health-{kind}-{name}.{language}.json"), body.ToJsonString(Indented));
        }

        foreach (var (name, render) in HealthGallery.Messages)
        {
            var body = JsonSerializer.SerializeToNode(BlockKitLimits.Fit(render(locale)), SlackJson.Context.Message)!;
            Assert.True(body.ToJsonString().Length < 13_000, $"{name} is too long for one message.");
            Check("message", name, body);
        }

        foreach (var (name, render) in HealthGallery.Modals) Check("modal", name, JsonSerializer.SerializeToNode<View>(BlockKitLimits.Fit(render(locale)), SlackJson.Context.View)!);
        Assert.True(written > 25);
    }

    [Theory]
    [InlineData(HealthGallery.PublicIssue, "ISSUE", "EC2", "Operational issue", "af-south-1", "everybody in the Region", "Operating normally")]
    [InlineData(HealthGallery.ApiIssue, "ISSUE", "Elastic Load Balancing", "API issue", "ap-southeast-2", "111122223333", "A description of the event")]
    [InlineData(HealthGallery.Retirement, "SCHEDULED CHANGE", "EC2", "Persistent instance retirement scheduled", "us-east-1", "batch-worker", "i-00ddbf07ce6372082")]
    public void A_message_loses_no_key_fact(string file, params string[] facts)
    {
        var message = HealthGallery.Messages.Single(one => one.Name == file).Render(Locale.For("en", Zone));
        var text = JsonSerializer.Serialize(message, SlackJson.Context.Message);

        Assert.All(facts, fact => Assert.Contains(fact, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Times_are_the_readers()
    {
        var message = HealthGallery.Messages.Single(one => one.Name == HealthGallery.ApiIssue).Render(Locale.For("en", Zone));

        // 05:01:10 GMT: Slack shows it in the reader's zone, and where it cannot, we show it in the company's.
        Assert.Contains("<!date^1772600470^{date_short_pretty} {time}|4 Mar 2026 14:01>", JsonSerializer.Serialize(message, Relaxed), StringComparison.Ordinal);
    }

    [Fact]
    public void Details_show_the_whole_text_and_only_AWSs_links()
    {
        var modal = HealthGallery.Modals.Single(one => one.Name == $"details-{HealthGallery.Retirement}").Render(Locale.For("en", Zone));
        var text = string.Join('\n', modal.Blocks.OfType<SectionBlock>().Select(block => ((Mrkdwn)block.Text!).Text));

        Assert.Contains("Why retirement?", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\\n", text, StringComparison.Ordinal);
        Assert.Contains("<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Stop_Start.html|", text, StringComparison.Ordinal);
        var hostile = HealthGallery.Modals.Single(one => one.Name == "details-hostile").Render(Locale.For("en", Zone));
        Assert.DoesNotContain("<https://evil.example", string.Join('\n', hostile.Blocks.OfType<SectionBlock>().Select(block => ((Mrkdwn)block.Text!).Text)), StringComparison.Ordinal);
    }

    /// <summary>A button that nobody answers is the worst kind of button.</summary>
    [Fact]
    public void Every_button_that_is_rendered_has_its_handler()
    {
        var services = new ServiceCollection();
        services.AddAwsHealth();
        var registry = (SlackRegistry)services.First(service => service.ServiceType == typeof(SlackRegistry)).ImplementationInstance!;
        var locale = Locale.For("en", TimeZoneInfo.Utc);
        var actions = HealthGallery.Messages.SelectMany(message => message.Render(locale).Blocks).Concat(HealthGallery.Modals.SelectMany(modal => modal.Render(locale).Blocks))
            .OfType<ActionsBlock>().SelectMany(block => block.Elements).Cast<InteractiveElement>().Select(element => element.ActionId).Distinct().ToList();

        Assert.Equal(3, actions.Count);
        Assert.All(actions, action => Assert.True(registry.TryGet(InteractionKind.BlockAction, action, out _), action));
    }

    private static readonly JsonSerializerOptions Relaxed = new(SlackJson.Context.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static IEnumerable<string> Markup(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } found when (string?)found["type"] == "mrkdwn" => [(string)found["text"]!],
        JsonObject found => found.SelectMany(member => Markup(member.Value)),
        JsonArray list => list.SelectMany(Markup),
        _ => [],
    };

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "snapshots");
}
