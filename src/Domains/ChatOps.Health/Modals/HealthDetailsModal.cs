using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Health;

/// <summary>All that AWS says of an event: its whole text with the links in it, and every affected resource.</summary>
internal sealed class HealthDetailsModal(HealthViews views) : IBlockActionHandler
{
    public const string ActionId = "health.details";

    private const int EntitiesShown = 200;
    private const int EntitiesABlock = 25;
    private const int MaxSection = 2800;

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var health = await views.GetAsync(request.Value, cancellationToken);
        await views.ShowAsync(
            request, Render(health, await views.SceneOfAsync(health, cancellationToken), await views.LocaleOf(request, cancellationToken)),
            cancellationToken);
    }

    internal static ModalView Render(HealthEvent health, HealthView view, Locale locale)
    {
        var blocks = new List<Block> { Section(HealthMessage.Headline(health, locale)) };
        var description = HealthText.Description(health, locale);
        blocks.AddRange(Paragraphs(description).Select(text => Section(Mrkdwn.Literal(text))));
        if (HealthText.Links(description) is { Count: > 0 } links)
            blocks.Add(Section(
                $"*{locale.Text("health.details.links")}*\n" +
                $"{string.Join('\n', links.Select(url => Mrkdwn.Link(url, TextCut.Plain(url, 150))))}"));
        if (health.Entities.Count > 0)
        {
            blocks.Add(new DividerBlock());
            // One list, over as many blocks as it takes.
            var lines = HealthMessage.Entities(health, view, EntitiesShown, locale).Split('\n');
            blocks.AddRange(lines.Chunk(EntitiesABlock).Select(chunk => Section(string.Join('\n', chunk))));
        }

        blocks.Add(new DividerBlock());
        var ids = new[] { health.TypeCode, TextCut.Plain(health.Arn, 500) }.Where(id => !string.IsNullOrWhiteSpace(id))
            .Select(id => new Mrkdwn(Mrkdwn.Code(id), Verbatim: true));
        blocks.Add(new ContextBlock([.. ids]));
        return new ModalView
        {
            CallbackId = ActionId,
            Title = locale.Text("health.details.title"),
            Close = locale.Text("button.close"),
            Blocks = blocks,
        };
    }

    private static SectionBlock Section(string markup) => new(new Mrkdwn(TextCut.Markup(markup, 2990), Verbatim: true));

    /// <summary>The text in pieces that fit a section, cut between paragraphs where it can be.</summary>
    private static IEnumerable<string> Paragraphs(string text)
    {
        var part = "";
        foreach (var paragraph in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Length > 0 && part.Length + paragraph.Length > MaxSection / 2)
            {
                yield return part;
                part = "";
            }

            part = part.Length == 0 ? paragraph : $"{part}\n{paragraph}";
        }

        if (part.Length > 0) yield return part;
    }
}
