using ChatOps.Assets;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tagging;

/// <summary>Answers to <c>/asset tag</c>, <c>untag</c> and <c>untagged</c>. Pure.</summary>
internal static class TagCommandMessage
{
    /// <summary>Rows a page.</summary>
    public const int PageSize = 8;

    private const int Offered = 5;

    /// <summary>A plan, with the buttons that run or drop it.</summary>
    public static Message Plan(TagRun run, Locale locale)
    {
        var blocks = TagRunBlocks.Render(run, [], locale).ToList();
        if (run is { State: TagRunState.Planned, Plan.Changed: > 0 })
        {
            blocks.Add(new ActionsBlock(
                new Button(ConfirmTagsButton.ActionId, locale.Text("tag.plan.submit"), run.Id, Style: ButtonStyle.Primary),
                new Button(CancelTagsButton.ActionId, locale.Text("button.cancel"), run.Id)));
        }

        return new Message { Text = TagRunBlocks.Headline(run, locale), Blocks = blocks };
    }

    /// <summary>Several assets match: which one, or all.</summary>
    public static Message Choice(TagView view, string what, Locale locale)
    {
        var head = view.Single is null
            ? locale.Text("tag.choice.many", ("count", view.Total), ("what", Mrkdwn.Code(what)))
            : locale.Text("tag.choice.one");
        var blocks = new List<Block> { new SectionBlock(new Mrkdwn(head, Verbatim: true)) };
        blocks.AddRange(view.Sample.Take(Offered).Select(asset => Row(asset, "", locale)));
        if (view.Total > Offered)
            blocks.Add(new ContextBlock(new Mrkdwn(locale.Text("list.more", ("count", view.Total - Offered)), Verbatim: true)));
        blocks.Add(new ContextBlock(new Mrkdwn(
            locale.Text("tag.choice.hint", ("what", Mrkdwn.Code($"/asset tag {TextCut.Plain(what, 60)} Env=PROD"))), Verbatim: true)));
        return new Message { Text = head, Blocks = blocks };
    }

    /// <summary>What is not tagged as the policy asks.</summary>
    /// <param name="gaps">One page.</param>
    /// <param name="typed">What was asked, as typed.</param>
    /// <param name="skip">How many stand before it.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="census">What is known of the whole estate.</param>
    /// <param name="locale">The asker's.</param>
    public static Message Untagged(IReadOnlyList<TagGap> gaps, string typed, int skip, long total, Census census, Locale locale)
    {
        var asked = typed.Length > 0 ? $"  {Mrkdwn.Code(typed)}" : "";
        var figures = census.Figures;
        var share = locale.Text(
            "tag.untagged.share", ("complete", locale.Number(figures.Complete)), ("concerned", locale.Number(figures.Concerned)),
            ("share", locale.Percent(Math.Floor(figures.Share * 1000) / 1000)),
            ("when", Mrkdwn.Date(census.TakenAt, "{time}", locale.Time(census.TakenAt))));
        if (total == 0)
        {
            var nothing = typed.Length > 0 ? locale.Text("tag.untagged.nothing") : $"✅ {locale.Text("tag.untagged.all")}";
            return new Message
            {
                Text = nothing,
                Blocks =
            [
                new SectionBlock(new Mrkdwn($"*{nothing}*{asked}", Verbatim: true)), new ContextBlock(new Mrkdwn(share, Verbatim: true)),
            ]
            };
        }

        var head = locale.Text("tag.untagged.head", ("count", total));
        var blocks = new List<Block> { new SectionBlock(new Mrkdwn($"*{head}*{asked}", Verbatim: true)) };
        if (typed.Length == 0 && figures.FaultsByKey.Count > 0)
        {
            blocks.Add(new SectionBlock(new Mrkdwn(
                string.Join("  ·  ", figures.FaultsByKey.OrderByDescending(pair => pair.Value).Take(8)
                    .Select(pair => $"*{Mrkdwn.Literal(pair.Key)}* {locale.Number(pair.Value)}")), Verbatim: true)));
        }

        blocks.AddRange(gaps.Select(gap => GapRow(gap, locale)));
        blocks.Add(new ContextBlock(new Mrkdwn(
            $"{locale.Text("list.place", ("from", skip + 1), ("to", skip + gaps.Count), ("count", total))} · {share}", Verbatim: true)));
        List<BlockElement> buttons =
        [
            .. new ListPage(skip, typed).Buttons(PageSize, skip + gaps.Count < total, GapsPageButton.Previous, GapsPageButton.Next, locale),
        ];
        // Slack refuses an empty value.
        if (total > 1)
            buttons.Add(
                new Button(TagGapsButton.ActionId, locale.Text("tag.untagged.tag-all", ("count", total)), typed.Length == 0 ? " " : typed));
        if (buttons.Count > 0) blocks.Add(new ActionsBlock(buttons));
        return new Message { Text = head, Blocks = blocks };
    }

    /// <summary>How a verb is used.</summary>
    public static Message Help(string verb, Locale locale) => new() { Text = locale.Text($"tag.help.{verb}") };

    /// <summary>The filters of <c>/asset untagged</c>.</summary>
    public static Message UntaggedHelp(FilterGrammar grammar, Locale locale)
    {
        var text = locale.Text("asset.help.untagged");
        return new Message
        {
            Text = $"{text}\n{FilterHelp.Lines(grammar, locale)}",
            Blocks = [new SectionBlock(new Mrkdwn(text, Verbatim: true)), FilterHelp.Block(grammar, locale)],
        };
    }

    /// <summary>The fault of an assignment.</summary>
    public static UserFacingException Wrong(string fault, string assignment, string key, string value, TagPolicy policy) => fault switch
    {
        "tag.fault.not-allowed" when policy.Find(key) is { } known => new UserFacingException(
            fault, ("key", Mrkdwn.Code(known.Name)), ("value", Mrkdwn.Code(value)), ("allowed", known.Values.Count > 0
                ? string.Join(", ", known.Values.Select(Mrkdwn.Code))
                : known.IsDate ? Mrkdwn.Code("2026-11-25") : Mrkdwn.Code(known.Pattern?.ToString() ?? ""))),
        "tag.fault.value" => new UserFacingException(fault, ("value", Mrkdwn.Code(TextCut.Plain(value, 80)))),
        _ => new UserFacingException("tag.fault.key", ("key", Mrkdwn.Code(TextCut.Plain(assignment, 80)))),
    };

    /// <summary>A key's fault in a word or two.</summary>
    public static string Say(TagViolation fault, Locale locale) => fault.Kind == TagViolationKind.Missing
        ? Mrkdwn.Literal(fault.Key)
        : locale.Text(
            "tag.untagged.wrong", ("key", Mrkdwn.Literal(fault.Key)), ("value", Mrkdwn.Code(TextCut.Plain(fault.Value ?? "", 40))));

    private static SectionBlock GapRow(TagGap gap, Locale locale) => Row(
        gap.AssetId, gap.Name, gap.Type, gap.Account, gap.Region,
        $"\n{locale.Text("tag.untagged.missing", ("keys", string.Join(", ", gap.Faults.Select(fault => Say(fault, locale)))))}" +
        $"{(gap.Creator is { } creator
            ? $" · {locale.Text("tag.untagged.creator", ("who", Mrkdwn.Literal(TextCut.Plain(creator, 60))))}"
            : "")}",
        locale);

    private static SectionBlock Row(Asset asset, string more, Locale locale) =>
        Row(asset.Id, asset.Name, asset.Type, asset.Account, asset.Region, more, locale);

    private static SectionBlock Row(string id, string name, string type, string account, string region, string more, Locale locale) =>
        new(new Mrkdwn(
            $"*{Mrkdwn.Literal(TextCut.Plain(name, 120))}*  {Mrkdwn.Escape(type)} · {AccountText.Mask(account)} · " +
            $"{Mrkdwn.Escape(region)}{more}",
            Verbatim: true))
        {
            Accessory = new Button(
                TagEditorModal.ActionId, locale.Text("tag.button.edit"), id,
                AccessibilityLabel: TextCut.Plain($"{locale.Text("tag.button.edit")}: {name}", 75)),
        };
}
