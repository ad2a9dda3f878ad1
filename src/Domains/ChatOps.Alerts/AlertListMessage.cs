using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Prometheus;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts;

/// <summary>Lists of groups and of silences, for the asker alone. Pure.</summary>
internal static class AlertListMessage
{
    /// <summary>Rows a page: what a phone shows in one or two screens.</summary>
    public const int PageSize = 8;

    private const int SilencesShown = 15;

    /// <summary>A page of groups.</summary>
    public static Message Render(IReadOnlyList<AlertGroup> page, Filter filter, int skip, long total, Locale locale)
    {
        var asked = filter.Typed.Length > 0 ? $"  {Mrkdwn.Code(filter.Typed)}" : "";
        if (total == 0)
        {
            var nothing = locale.Text(filter.Typed.Length > 0 ? "alert.list.nothing" : "alert.list.none-firing");
            return new Message
            {
                Text = nothing,
                Blocks =
            [
                new SectionBlock(new Mrkdwn(nothing + asked, Verbatim: true)),
                new ContextBlock(new Mrkdwn(locale.Text("alert.list.widen"), Verbatim: true)),
            ]
            };
        }

        var head = locale.Text("alert.list.head", ("count", total));
        var blocks = new List<Block> { new SectionBlock(new Mrkdwn($"*{head}*{asked}", Verbatim: true)) };
        blocks.AddRange(page.Select(group => Row(group, locale)));
        blocks.Add(new ContextBlock(
            new Mrkdwn(locale.Text("list.place", ("from", skip + 1), ("to", skip + page.Count), ("count", total)), Verbatim: true)));
        var pages = new ListPage(skip, filter.Typed).Buttons(
            PageSize, skip + page.Count < total, AlertPageButton.Previous, AlertPageButton.Next, locale);
        if (pages.Count > 0) blocks.Add(new ActionsBlock(pages));
        return new Message { Text = head, Blocks = blocks };
    }

    /// <summary>The silences that hold, or are about to.</summary>
    public static Message Render(IReadOnlyList<SilenceLine> silences, string? fault, Locale locale)
    {
        var head = silences.Count == 0 ? locale.Text("alert.silences.none") : locale.Text("alert.silences.head", ("count", silences.Count));
        var blocks = new List<Block> { new SectionBlock(new Mrkdwn($"*{head}*", Verbatim: true)) };
        blocks.AddRange(silences.Take(SilencesShown).Select(silence => new SectionBlock(new Mrkdwn(Line(silence, locale), Verbatim: true))
        {
            Accessory = silence.CanEnd ? new Button(ExpireSilenceButton.ActionId, locale.Text("alert.button.unsilence"), silence.Id) : null,
        }));
        if (silences.Count > SilencesShown)
            blocks.Add(new ContextBlock(new Mrkdwn(locale.Text("list.more", ("count", silences.Count - SilencesShown)), Verbatim: true)));
        if (fault is not null) blocks.Add(new ContextBlock(new Mrkdwn($"⚠️ {Mrkdwn.Cut(fault, 500)}", Verbatim: true)));
        return new Message { Text = head, Blocks = blocks };
    }

    /// <summary>What the command can do.</summary>
    public static Message Help(FilterGrammar grammar, Locale locale, string? wrong = null)
    {
        var intro = wrong is null ? "" : $"{locale.Text("alert.help.wrong", ("word", Mrkdwn.Code(TextCut.Plain(wrong, 80))))}\n";
        var text = $"{intro}{locale.Text("alert.help")}";
        return new Message
        {
            Text = $"{text}\n{FilterHelp.Lines(grammar, locale)}",
            Blocks = [new SectionBlock(new Mrkdwn(text, Verbatim: true)) { Expand = true }, FilterHelp.Block(grammar, locale)],
        };
    }

    private static SectionBlock Row(AlertGroup group, Locale locale)
    {
        var since = locale.Text(
            group.EndedAt is null ? "alert.since" : "alert.until", ("when", AlertText.Moment(group.EndedAt ?? group.StartedAt, locale)));
        return new SectionBlock(new Mrkdwn($"{AlertText.Line(group, locale)}\n{since}", Verbatim: true))
        {
            Accessory = new Button(
                AlertOpenButton.ActionId, locale.Text("button.open"), group.Id,
                AccessibilityLabel: TextCut.Plain($"{locale.Text("button.open")}: {group.Name}", 75)),
        };
    }

    private static string Line(SilenceLine silence, Locale locale)
    {
        var until = locale.Text(
            "alert.silences.until", ("until", AlertText.Moment(silence.EndsAt, locale)),
            ("who", silence.ByUserId is { } user ? Mrkdwn.User(user) : Mrkdwn.Cut(silence.ByName)));
        var matchers = string.Join(' ', silence.Matchers.Take(10).Select(matcher => Mrkdwn.Code(TextCut.Plain(matcher.ToString(), 150))));
        var what = silence.IsLocal ? $"{Mrkdwn.Cut(silence.Name)} · {locale.Text("alert.silences.local")}" : matchers;
        return $"🔇 {what}\n{until}{(silence.Reason.Length > 0 ? $": “{Mrkdwn.Cut(silence.Reason, 200)}”" : "")}";
    }
}

/// <summary>A silence in a list.</summary>
/// <param name="Id">Ours, or Alertmanager's for one that we did not make.</param>
/// <param name="Matchers">What it silences.</param>
/// <param name="EndsAt">When it ends.</param>
/// <param name="ByUserId">Who made it in Slack; null for one made elsewhere.</param>
/// <param name="ByName">Who made it elsewhere.</param>
/// <param name="Reason">Why.</param>
/// <param name="Name">The alert's name, for a mute of ours.</param>
/// <param name="IsLocal">Whether it is a mute of ours.</param>
/// <param name="CanEnd">Whether it is not yet ending.</param>
internal sealed record SilenceLine(
    string Id, IReadOnlyList<Matcher> Matchers, DateTimeOffset EndsAt, string? ByUserId, string ByName, string Reason, string Name,
    bool IsLocal, bool CanEnd);
