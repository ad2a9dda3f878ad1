using System.Globalization;
using ChatOps.Findings;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Assets;

/// <summary>What a list shows.</summary>
/// <param name="Query">What was searched for, as it was typed.</param>
/// <param name="SearchId">The search's id, for its buttons.</param>
/// <param name="Offset">How many stand before this page.</param>
/// <param name="Page">The page.</param>
internal sealed record AssetListView(string Query, string SearchId, int Offset, AssetPage Page)
{
    /// <summary>What accounts are called, by id.</summary>
    public required IReadOnlyDictionary<string, string> Accounts { get; init; }

    /// <summary>Which tag means what.</summary>
    public TagVocabulary Vocabulary { get; init; } = TagVocabulary.Bare;

    /// <summary>Open findings, by ARN.</summary>
    public IReadOnlyDictionary<string, OpenFindings> Findings { get; init; } = new Dictionary<string, OpenFindings>();

    /// <summary>Whether somebody can tag what was found.</summary>
    public bool CanTag { get; init; }

    /// <summary>How far the first sync is; null once it is done.</summary>
    public FirstSync? First { get; init; }

    /// <summary>A name that several have: the list is a choice.</summary>
    public string? Ambiguous { get; init; }
}

/// <summary>A page of assets. Pure.</summary>
internal static class AssetListMessage
{
    /// <summary>Rows a page: what a phone shows in one or two screens.</summary>
    public const int PageSize = 8;

    /// <summary>For the asker, with all buttons.</summary>
    public static Message Render(AssetListView view, Locale locale)
    {
        var head = Head(view, locale);
        var blocks = new List<Block> { new SectionBlock(new Mrkdwn(head.Markup, Verbatim: true)) };
        blocks.AddRange(Rows(view, locale));
        blocks.Add(Place(view, locale));
        // That something could not be read is said where nothing is found, not under every list.
        if (view.First is { Stopped: false } first) blocks.Add(Context(first.Say(locale)));
        var place = new ListPage(view.Offset, view.SearchId);
        var hasNext = view.Offset + view.Page.Assets.Count < view.Page.Total && view.Page.Assets.Count == PageSize;
        List<BlockElement> pages = [.. place.Buttons(PageSize, hasNext, AssetPageButton.Previous, AssetPageButton.Next, locale)];
        pages.Add(new Button(RefineModal.ActionId, locale.Text("asset.list.refine"), view.SearchId));
        if (view.CanTag) pages.Add(new Button(AssetActions.TagThese, locale.Text("asset.list.tag"), view.SearchId));
        pages.Add(new Button(AssetExportButton.ActionId, locale.Text("asset.list.export"), view.SearchId));
        pages.Add(new Button(AssetShareButton.ActionId, locale.Text("asset.list.share"), place.ToString()));
        blocks.Add(new ActionsBlock(pages));
        return new Message { Text = head.Plain, Blocks = blocks };
    }

    /// <summary>For a channel: what was found, and who shows it.</summary>
    public static Message RenderShared(AssetListView view, string byUserId, Locale locale)
    {
        var head = Head(view, locale);
        return new Message
        {
            Text = head.Plain,
            Blocks =
            [
                new SectionBlock(new Mrkdwn(head.Markup, Verbatim: true)),
                .. Rows(view, locale),
                Place(view, locale),
                new ContextBlock(new Mrkdwn(locale.Text("asset.shared", ("who", Mrkdwn.User(byUserId))), Verbatim: true)),
            ],
        };
    }

    /// <summary>Nothing was found: what was searched, names that are near, and what leaving a condition out would find.</summary>
    public static Message Nothing(
        string query, string searchId, long estate, FirstSync? first, IReadOnlyList<Asset> nearest,
        IReadOnlyList<(string Without, long Total, long CountedTo)> wider, Locale locale)
    {
        var begins = estate == 0 && first is not null;
        var text = begins ? first!.Say(locale) : locale.Text("asset.nothing", ("estate", estate));
        var blocks = new List<Block> { new SectionBlock(new Mrkdwn(begins ? text : $"{text}  {Mrkdwn.Code(query)}", Verbatim: true)) };
        if (!begins && first is not null) blocks.Add(Context(first.Say(locale)));
        if (estate == 0 && first is null) blocks.Add(Context(locale.Text("asset.nothing.empty")));
        if (nearest.Count > 0)
        {
            blocks.Add(new SectionBlock(new Mrkdwn(locale.Text("asset.nothing.near"), Verbatim: true)));
            blocks.AddRange(nearest.Select(
                asset => Row(asset, $"*{Mrkdwn.Cut(asset.Name)}*  {Mrkdwn.Cut(ResourceType.Short(asset.Type), 60)}", locale)));
        }

        if (wider.Count > 0)
        {
            blocks.Add(new SectionBlock(new Mrkdwn(string.Join('\n', wider.Select(item => locale.Text(
                "asset.nothing.without", ("term", Mrkdwn.Code(item.Without)), ("count", item.Total),
                ("more", item.Total >= item.CountedTo ? "+" : "")))), Verbatim: true)));
        }

        blocks.Add(new ContextBlock(new Mrkdwn(locale.Text("asset.nothing.help"), Verbatim: true)));
        blocks.Add(new ActionsBlock(new Button(RefineModal.ActionId, locale.Text("asset.list.refine"), searchId)));
        return new Message { Text = text, Blocks = blocks };
    }

    private static (string Plain, string Markup) Head(AssetListView view, Locale locale)
    {
        if (view.Ambiguous is { } name)
        {
            var several = locale.Text("asset.list.ambiguous", ("count", view.Page.Total), ("name", Mrkdwn.Literal(name)));
            return (several, $"*{several}*");
        }

        var head = locale.Text("asset.list.head", ("count", view.Page.Total), ("more", view.Page.Total >= view.Page.CountedTo ? "+" : ""));
        return (head, view.Query.Length == 0 ? $"*{head}*" : $"*{head}*  {Mrkdwn.Code(view.Query)}");
    }

    private static IEnumerable<Block> Rows(AssetListView view, Locale locale) => view.Page.Assets.Select(asset => Row(
        asset,
        AssetText.Line(
            asset, view.Accounts.GetValueOrDefault(asset.Account, asset.Account), view.Findings.GetValueOrDefault(asset.Arn),
            view.Vocabulary, locale),
        locale));

    private static SectionBlock Row(Asset asset, string line, Locale locale) => new(new Mrkdwn(line, Verbatim: true))
    {
        Accessory = new Button(
            AssetOpenButton.ActionId, locale.Text("button.open"), asset.Id,
            AccessibilityLabel: TextCut.Plain($"{locale.Text("button.open")}: {asset.Name}", 75)),
    };

    private static ContextBlock Context(string text) => new(new Mrkdwn(text, Verbatim: true));

    private static ContextBlock Place(AssetListView view, Locale locale) => new(new Mrkdwn(
        locale.Text(
            "asset.list.place",
            ("from", view.Offset + 1),
            ("to", view.Offset + view.Page.Assets.Count),
            ("count", view.Page.Total),
            ("more", view.Page.Total >= view.Page.CountedTo ? "+" : ""),
            ("estate", view.Page.Estate),
            ("took", string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, view.Page.Took.TotalMilliseconds):F0}"))),
        Verbatim: true));
}

/// <summary>Buttons of ours that another domain handles; they are shown only where it does.</summary>
internal static class AssetActions
{
    /// <summary>Tags what a search found; the value is the search's id.</summary>
    public const string TagThese = "tag.these";

    /// <summary>Edits an asset's tags; the value is the asset's id.</summary>
    public const string EditTags = "tag.edit";
}
