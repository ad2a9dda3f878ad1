using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Platform.Localization;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Tests.Kit;

/// <summary>What holds of every domain's messages and modals. A domain's test class inherits it and adds what is its own.</summary>
public abstract class GalleryTests<TGallery>
    where TGallery : IGallery
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

    public static TheoryData<string> AgreedNames => [.. Names];

    public static TheoryData<string> Languages => [.. Locale.Languages];

    /// <summary>Run with UPDATE_SNAPSHOTS=1 to accept what is rendered now, and read the difference in the commit.</summary>
    [Theory, MemberData(nameof(AgreedNames))]
    public void It_reads_as_agreed(string name) => TGallery.Snapshots.Check(
        name, Locale.Languages.ToDictionary(
            language => language, language => JsonNode.Parse(Rendered(language).First(view => view.Name == name).Json)!));

    [Fact]
    public void No_snapshot_is_left_over() => TGallery.Snapshots.CheckNothingElse(Names, Locale.Languages);

    /// <summary>Writes all there is to RENDERED_DIR as well, for the check against Slack's own types.</summary>
    [Theory, MemberData(nameof(Languages))]
    public void Everything_fits_Slack_in_every_language(string language)
    {
        foreach (var (kind, name, json) in Rendered(language))
        {
            var body = JsonNode.Parse(json)!;
            if (kind == "message") Assert.True(json.Length < 13_000, $"{name} is too long for one message.");
            else Assert.NotEmpty(body["blocks"]!.AsArray());
            RenderedFiles.Write($"{TGallery.Domain}-{kind}-{name}", language, body);
        }
    }

    [Theory, MemberData(nameof(Languages))]
    public void Nothing_from_outside_mentions_links_or_formats(string language)
    {
        var hostile = 0;
        foreach (var (_, name, json) in Rendered(language))
        {
            var body = JsonNode.Parse(json)!;
            foreach (var text in Markup(body).Append((string?)(body["text"] as JsonValue) ?? ""))
            {
                if (text.Contains("&lt;", StringComparison.Ordinal)) hostile++;
                Assert.False(Harm(text), $"{name}: {text}");
            }
        }

        Assert.True(hostile > 0, "No text from outside is hostile here: the gallery has none that could do harm.");
    }

    /// <summary>A button that nobody answers is the worst kind of button.</summary>
    [Fact]
    public void Every_button_and_form_has_its_handler()
    {
        var services = new ServiceCollection();
        TGallery.AddHandlers(services);
        var registry = (SlackRegistry)services.First(service => service.ServiceType == typeof(SlackRegistry)).ImplementationInstance!;
        var locale = LocaleOf("en");
        var modals = TGallery.Modals.Select(modal => modal.Render(locale)).ToList();
        var blocks = TGallery.Messages.SelectMany(message => message.Render(locale).Blocks).Concat(modals.SelectMany(modal => modal.Blocks))
            .ToList();
        var actions = blocks.OfType<ActionsBlock>().SelectMany(block => block.Elements)
            .Concat(blocks.OfType<SectionBlock>().Select(block => block.Accessory).OfType<BlockElement>())
            .OfType<InteractiveElement>().Select(element => element.ActionId!).Distinct()
            .Where(action => !TGallery.IsOfAnotherDomain(action)).ToList();
        Assert.All(actions, action => Assert.True(registry.TryGet(InteractionKind.BlockAction, action, out _), action));
        Assert.All(
            modals.Where(modal => modal.Submit is not null).Select(modal => modal.CallbackId!).Distinct(),
            callback => Assert.True(registry.TryGet(InteractionKind.ViewSubmission, callback, out _), callback));
    }

    protected static Locale LocaleOf(string language) => Locale.For(language, Seoul);

    protected static Message MessageOf(string name, string language = "en") =>
        TGallery.Messages.First(message => message.Name == name).Render(LocaleOf(language));

    /// <summary>Every text that Slack reads as markup; plain text does no harm.</summary>
    protected static IEnumerable<string> Markup(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } found when (string?)(found["type"] as JsonValue) == "mrkdwn" => [(string)found["text"]!],
        JsonObject found => found.SelectMany(member => Markup(member.Value)),
        JsonArray list => list.SelectMany(Markup),
        _ => [],
    };

    private static IEnumerable<string> Names => TGallery.Agreed ?? Rendered("en").Select(view => view.Name);

    private static IEnumerable<(string Kind, string Name, string Json)> Rendered(string language)
    {
        var locale = LocaleOf(language);
        foreach (var (name, render) in TGallery.Messages)
            yield return ("message", name, JsonSerializer.Serialize(BlockKitLimits.Fit(render(locale)), SlackJson.Context.Message));
        foreach (var (name, render) in TGallery.Modals)
            yield return ("modal", name, JsonSerializer.Serialize<View>(BlockKitLimits.Fit(render(locale)), SlackJson.Context.View));
    }

    /// <summary>In monospace nothing is formatted: `*bold*` there is as written.</summary>
    private static bool Harm(string text) =>
        text.Contains("<!channel", StringComparison.Ordinal) || text.Contains("<!here", StringComparison.Ordinal)
            || text.Contains("<https://evil", StringComparison.Ordinal)
        || text.Contains("javascript:", StringComparison.Ordinal)
        || System.Text.RegularExpressions.Regex.IsMatch(text, @"(?<!`[^`\n]*)\*bold\*");
}
