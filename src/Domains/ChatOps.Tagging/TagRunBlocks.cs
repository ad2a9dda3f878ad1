using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tagging;

/// <summary>A change of tags as blocks: the same in the modal, in the answer to a command and in the channel. Pure.</summary>
internal static class TagRunBlocks
{
    /// <summary>Failures that are named; the rest is counted.</summary>
    public const int FailuresShown = 5;

    private const int LinesShown = 20;

    /// <summary>The first line: where it stands.</summary>
    public static string Headline(TagRun run, Locale locale) => run.State switch
    {
        TagRunState.Gathering => $"⏳ *{locale.Text("tag.run.gathering")}*",
        TagRunState.Planned when run.Plan is { Changed: 0 } => $"*{locale.Text("tag.run.nothing", ("count", run.Plan.Assets))}*",
        TagRunState.Planned => $"*{locale.Text("tag.run.planned", ("changes", run.Plan!.Changes), ("count", run.Plan.Changed))}*",
        TagRunState.Running => $"⏳ *{locale.Text("tag.run.running", ("done", run.Counts.Done), ("count", run.Counts.Total))}*",
        TagRunState.Done when run.Counts.Failed > 0 =>
            $"⚠️ *{locale.Text("tag.run.failed", ("failed", run.Counts.Failed), ("count", run.Counts.Total))}*",
        TagRunState.Done when run.UndoOf is not null => $"✅ *{locale.Text("tag.run.undid", ("count", run.Counts.Done))}*",
        TagRunState.Done => $"✅ *{locale.Text("tag.run.done", ("count", run.Counts.Done))}*",
        _ => $"⚪ *{locale.Text("tag.run.cancelled")}*",
    };

    /// <summary>The whole of it.</summary>
    public static IReadOnlyList<Block> Render(TagRun run, IReadOnlyList<TagRunItem> failures, Locale locale)
    {
        var blocks = new List<Block> { new SectionBlock(new Mrkdwn(Headline(run, locale), Verbatim: true)) };
        if (run.Plan is { } plan)
        {
            var lines = Lines(plan, locale);
            if (lines.Length > 0) blocks.Add(new SectionBlock(new Mrkdwn(lines, Verbatim: true)) { Expand = true });
            if (plan.Names.Count > 0) blocks.Add(new ContextBlock(new Mrkdwn(Names(plan, locale), Verbatim: true)));
            if (plan.Cut)
                blocks.Add(
                    new ContextBlock(new Mrkdwn($"⚠️ {locale.Text("tag.run.cut", ("count", TagRunPlanner.MaxAssets))}", Verbatim: true)));
        }

        if (failures.Count > 0) blocks.Add(new SectionBlock(new Mrkdwn(Failures(run, failures, locale), Verbatim: true)) { Expand = true });
        if (run is { State: TagRunState.Done, UndoneBy: not null })
            blocks.Add(new ContextBlock(new Mrkdwn(locale.Text("tag.run.undone"), Verbatim: true)));
        if (Buttons(run, locale) is { Count: > 0 } buttons) blocks.Add(new ActionsBlock(buttons));
        return blocks;
    }

    /// <summary>A key's transitions in a line each: <c>Env: 12 × DEV → PROD, 40 unchanged</c>.</summary>
    public static string Lines(TagPlan plan, Locale locale)
    {
        var lines = plan.Lines.GroupBy(line => line.Key, StringComparer.Ordinal).Select(key =>
        {
            // Of one asset nobody wants to read that it is one.
            var changes = key.Where(line => !line.Same).Select(line => locale.Text(
                plan.Assets == 1 ? "tag.plan.change-one" : "tag.plan.change",
                ("count", line.Count), ("from", Value(line.From, locale)),
                ("to", line.To is null ? locale.Text("tag.plan.removed") : Value(line.To, locale)))).ToList();
            var matching = key.Where(line => line.Same).Sum(line => line.Count);
            if (matching > 0) changes.Add(locale.Text("tag.plan.unchanged", ("count", matching)));
            return $"*{Mrkdwn.Literal(key.Key)}*: {string.Join(", ", changes)}";
        }).ToList();
        return string.Join(
            '\n',
            lines.Count <= LinesShown ? lines : [.. lines.Take(LinesShown), locale.Text("list.more", ("count", lines.Count - LinesShown))]);
    }

    private static string Value(string? value, Locale locale) => value is null
        ? locale.Text("tag.plan.none")
        : value.Length == 0 ? locale.Text("tag.plan.empty") : Mrkdwn.Code(TextCut.Plain(value, 80));

    private static string Names(TagPlan plan, Locale locale)
    {
        var names = string.Join(", ", plan.Names.Select(name => Mrkdwn.Literal(TextCut.Plain(name, 60))));
        return plan.Changed > plan.Names.Count
            ? locale.Text("tag.plan.names-more", ("names", names), ("count", plan.Changed - plan.Names.Count))
            : names;
    }

    private static string Failures(TagRun run, IReadOnlyList<TagRunItem> failures, Locale locale)
    {
        var lines = failures.Take(FailuresShown).Select(item => $"• *{Mrkdwn.Literal(TextCut.Plain(item.Name, 80))}*  {Why(item, locale)}")
            .ToList();
        if (run.Counts.Failed > lines.Count) lines.Add(locale.Text("list.more", ("count", run.Counts.Failed - lines.Count)));
        return string.Join('\n', lines);
    }

    private static string Why(TagRunItem item, Locale locale) => item.Code switch
    {
        "ChangedSince" => locale.Text("tag.failed.changed-since"),
        TagCalls.NotVerified => locale.Text("tag.failed.not-verified"),
        TagCalls.OwnApi => locale.Text("tag.failed.own-api"),
        "NoAccount" => locale.Text("tag.failed.no-account", ("account", AccountText.Mask(item.Account))),
        "AccessDenied" or "AccessDeniedException" => locale.Text(
            "tag.failed.denied", ("account", AccountText.Mask(item.Account)),
            ("message", Mrkdwn.Cut(AccountText.MaskAll(item.Message ?? ""), 300))),
        _ => $"{Mrkdwn.Code(item.Code)} {Mrkdwn.Cut(AccountText.MaskAll(item.Message ?? ""), 300)}",
    };

    private static List<BlockElement> Buttons(TagRun run, Locale locale)
    {
        if (run.State != TagRunState.Done) return [];
        var buttons = new List<BlockElement>();
        if (run is { Counts.Failed: > 0, UndoneBy: null })
            buttons.Add(new Button(RetryTagsButton.ActionId, locale.Text("tag.button.retry"), run.Id, Style: ButtonStyle.Primary));
        if (run.Counts.Done > 0 && run is { UndoneBy: null, UndoOf: null })
        {
            buttons.Add(new Button(UndoTagsButton.ActionId, locale.Text("tag.button.undo"), run.Id, Confirm: new ConfirmationDialog(
                locale.Text("tag.undo.title"), locale.Text("tag.undo.text", ("count", run.Counts.Done)), locale.Text("tag.button.undo"),
                locale.Text("button.cancel"))));
        }

        return buttons;
    }
}
