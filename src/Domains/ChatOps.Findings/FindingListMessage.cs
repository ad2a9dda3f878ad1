using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>A page of findings, for the asker alone. Pure.</summary>
internal static class FindingListMessage
{
    /// <summary>Rows a page: what a phone shows in one or two screens.</summary>
    public const int PageSize = 8;

    /// <summary>The page.</summary>
    /// <param name="page">Its findings, with the names of their accounts.</param>
    /// <param name="filter">What was asked.</param>
    /// <param name="skip">How many stand before it.</param>
    /// <param name="total">How many match.</param>
    /// <param name="locale">The asker's.</param>
    public static Message Render(
        IReadOnlyList<(Finding Finding, string? AccountName)> page, Filter filter, int skip, long total, Locale locale)
    {
        var asked = filter.Typed.Length > 0 ? $"  {Mrkdwn.Code(filter.Typed)}" : "";
        if (total == 0)
        {
            var widest = FindingFilters.IsOfEveryState(filter);
            var nothing = locale.Text(filter.Typed.Length > 0 ? "finding.list.nothing" : "finding.list.none-open");
            return new Message
            {
                Text = nothing,
                Blocks =
            [
                new SectionBlock(new Mrkdwn(nothing + asked, Verbatim: true)),
                new ContextBlock(new Mrkdwn(locale.Text(widest ? "finding.list.filters" : "finding.list.widen"), Verbatim: true)),
            ]
            };
        }

        var head = locale.Text("finding.list.head", ("count", total));
        var blocks = new List<Block> { new SectionBlock(new Mrkdwn($"*{head}*{asked}", Verbatim: true)) };
        blocks.AddRange(page.Select(item => Row(item.Finding, item.AccountName, locale)));
        blocks.Add(new ContextBlock(
            new Mrkdwn(locale.Text("list.place", ("from", skip + 1), ("to", skip + page.Count), ("count", total)), Verbatim: true)));
        var pages = new ListPage(skip, filter.Typed).Buttons(
            PageSize, skip + page.Count < total, FindingPageButton.Previous, FindingPageButton.Next, locale);
        if (pages.Count > 0) blocks.Add(new ActionsBlock(pages));
        return new Message { Text = head, Blocks = blocks };
    }

    /// <summary>One finding with the button that opens it.</summary>
    public static SectionBlock Row(Finding finding, string? accountName, Locale locale)
    {
        // Without a control or CVE the line names it by its title already.
        var title = finding.Title.TrimEnd('.') == FindingText.Short(finding) ? "" : $"\n{Mrkdwn.Cut(finding.Title)}";
        return new SectionBlock(new Mrkdwn($"{FindingText.Line(finding, accountName, locale)}{title}", Verbatim: true))
        {
            Accessory = new Button(
                FindingOpenButton.ActionId, locale.Text("button.open"), finding.Id,
                AccessibilityLabel: TextCut.Plain(
                    $"{locale.Text("button.open")}: {FindingText.Short(finding)} {FindingText.Resource(finding)}", 75)),
        };
    }

    /// <summary>What the command can do.</summary>
    public static Message Help(FilterGrammar grammar, Locale locale, string? wrong = null)
    {
        var intro = wrong is null ? "" : $"{locale.Text("finding.help.wrong", ("word", Mrkdwn.Code(TextCut.Plain(wrong, 80))))}\n";
        var text = $"{intro}{locale.Text("finding.help")}";
        return new Message
        {
            Text = $"{text}\n{FilterHelp.Lines(grammar, locale)}",
            Blocks = [new SectionBlock(new Mrkdwn(text, Verbatim: true)) { Expand = true }, FilterHelp.Block(grammar, locale)],
        };
    }
}
