using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Assets;

/// <summary>What the view of an asset needs besides it.</summary>
/// <param name="AccountName">What people call its account.</param>
/// <param name="Findings">Its open findings, the worst of them.</param>
/// <param name="Open">How many are open in all; null when none.</param>
/// <param name="CanTag">Whether somebody can edit its tags.</param>
internal sealed record AssetView(string AccountName, IReadOnlyList<Finding> Findings, OpenFindings? Open, bool CanTag)
{
    /// <summary>What of its tags is missing or wrong; null when nobody judges them.</summary>
    public IReadOnlyList<AssetTagViolation>? TagFaults { get; init; }
}

/// <summary>One asset, whole. Pure.</summary>
internal static class AssetMessage
{
    /// <summary>Findings shown; the rest is counted.</summary>
    public const int FindingsShown = 5;

    private const int TagsShown = 30;

    /// <summary>As an answer.</summary>
    public static Message Render(Asset asset, AssetView view, Locale locale) => new()
    {
        Text = $"{Mrkdwn.Cut(asset.Name)} · {Mrkdwn.Cut(ResourceType.Short(asset.Type))}",
        Blocks = Blocks(asset, view, locale),
    };

    /// <summary>As a modal.</summary>
    public static ModalView Modal(Asset asset, AssetView view, Locale locale) => new()
    {
        CallbackId = AssetOpenButton.ActionId,
        Title = TextCut.Plain(asset.Name, 24),
        Close = locale.Text("button.close"),
        Blocks = Blocks(asset, view, locale),
    };

    /// <summary>Identity, people, tags, findings, buttons.</summary>
    public static IReadOnlyList<Block> Blocks(Asset asset, AssetView view, Locale locale)
    {
        var console = Arn.TryParse(asset.Arn, out var arn) ? ConsoleLinks.For(arn) : null;
        var gone = asset.DeletedAt is { } at ? $"\n{locale.Text("asset.deleted.at", ("when", AssetText.Moment(at, locale)))}" : "";
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn($"*{Mrkdwn.Cut(asset.Name)}*\n{Mrkdwn.Code(asset.Type)}{gone}", Verbatim: true)),
            SectionBlock.OfFields([.. Facts(asset, view, locale)]),
            new SectionBlock(new Mrkdwn(TextCut.Markup(Tags(asset, view.TagFaults, locale), 2900), Verbatim: true)),
        };
        blocks.Add(new SectionBlock(new Mrkdwn(
            view.Open is { } open
                ? $"*{locale.Text("asset.show.findings", ("count", open.Count))}*"
                : locale.Text("asset.show.no-findings"), Verbatim: true)));
        blocks.AddRange(view.Findings.Take(FindingsShown).Select(finding => FindingFormat.Row(finding, view.AccountName, locale)));
        if (view.Open is { } all && all.Count > view.Findings.Count)
            blocks.Add(new ContextBlock(
                new Mrkdwn(locale.Text("asset.show.more-findings", ("count", all.Count - view.Findings.Count)), Verbatim: true)));
        blocks.Add(new ContextBlock(new Mrkdwn(Mrkdwn.Code(asset.Arn), Verbatim: true)));
        var buttons = new List<BlockElement>();
        if (view.CanTag && asset.DeletedAt is null)
            buttons.Add(new Button(AssetActions.EditTags, locale.Text("asset.show.edit-tags"), asset.Id, Style: ButtonStyle.Primary));
        if (console is not null)
            buttons.Add(new Button(AssetConsoleButton.ActionId, locale.Text("asset.show.console"), asset.Id, Url: console));
        if (buttons.Count > 0) blocks.Add(new ActionsBlock(buttons));
        return blocks;
    }

    private static IEnumerable<TextObject> Facts(Asset asset, AssetView view, Locale locale)
    {
        yield return Fact("account", AccountText.Of(asset.Account, view.AccountName));
        yield return Fact("region", asset.Region);
        yield return asset.CreatedAt is { } created
            ? new Mrkdwn(
                $"*{locale.Text("asset.field.created")}*\n{AssetText.Moment(created, locale)}" +
                $"{(asset.Creator is { } by ? $" · {Mrkdwn.Cut(by)}" : "")}",
                Verbatim: true)
            : Fact("creator", asset.Creator ?? locale.Text("asset.unknown"));
        yield return new Mrkdwn($"*{locale.Text("asset.field.seen")}*\n{AssetText.Moment(asset.SeenAt, locale)}", Verbatim: true);
        if (asset.Groups.Count > 0) yield return Fact("groups", string.Join(", ", asset.Groups));

        Mrkdwn Fact(string name, string value) => new($"*{locale.Text($"asset.field.{name}")}*\n{Mrkdwn.Cut(value, 500)}", Verbatim: true);
    }

    /// <summary>What is missing or wrong stands first, then the rest as it is.</summary>
    private static string Tags(Asset asset, IReadOnlyList<AssetTagViolation>? faults, Locale locale)
    {
        if (asset.Tags.Count == 0 && faults is not { Count: > 0 }) return locale.Text("asset.show.no-tags");
        var verdict = faults switch
        {
            null => "",
            [] => $"  ✅ {locale.Text("asset.show.tags-right")}",
            _ => $"  🟡 {locale.Text("asset.show.tags-wrong", ("count", faults.Count))}",
        };
        // A tag that is wrong is told once, with what it should be.
        var incoming = (faults ?? []).Select(fault => fault.Kind == AssetTagViolationKind.KeyCase ? fault.Found! : fault.Key)
            .ToHashSet(StringComparer.Ordinal);
        var rest = asset.Tags.Where(tag => !incoming.Contains(tag.Key)).OrderBy(tag => tag.Key, StringComparer.Ordinal).ToList();
        var lines = (faults ?? []).Select(fault => Fault(fault, locale))
            .Concat(rest.Take(TagsShown).Select(tag => $"{Mrkdwn.Code(tag.Key)}  {Mrkdwn.Cut(tag.Value, 200)}"));
        var more = rest.Count > TagsShown ? $"\n{locale.Text("list.more", ("count", rest.Count - TagsShown))}" : "";
        return $"*{locale.Text("asset.show.tags")}*{verdict}\n{string.Join('\n', lines)}{more}";
    }

    private static string Fault(AssetTagViolation fault, Locale locale)
    {
        var allowed = Mrkdwn.Literal(TextCut.Plain(string.Join(", ", fault.Allowed), 200));
        var found = fault.Kind == AssetTagViolationKind.KeyCase
            ? Mrkdwn.Code(TextCut.Plain(fault.Found!, 128))
            : Mrkdwn.Cut(fault.Found, 120);
        var text = fault switch
        {
            { Kind: AssetTagViolationKind.Missing, Allowed.Count: > 0 } => locale.Text("asset.show.tag.missing-of", ("allowed", allowed)),
            { Kind: AssetTagViolationKind.Missing } => locale.Text("asset.show.tag.missing"),
            { Kind: AssetTagViolationKind.NotAllowed, Allowed.Count: > 0 } =>
                locale.Text("asset.show.tag.not-allowed-of", ("value", found), ("allowed", allowed)),
            { Kind: AssetTagViolationKind.NotAllowed } => locale.Text("asset.show.tag.not-allowed", ("value", found)),
            { Kind: AssetTagViolationKind.ValueCase } => locale.Text("asset.show.tag.value-case", ("value", found), ("allowed", allowed)),
            _ => locale.Text("asset.show.tag.key-case", ("key", found)),
        };
        return $"🟡 {Mrkdwn.Code(fault.Key)}  {text}";
    }
}
