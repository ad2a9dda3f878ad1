using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tagging;

/// <summary>Asks a creator for the tags that are still missing on what they created; turns green when nothing is.</summary>
internal sealed class TagNoticeMessage(CreationStore store) : ILivingSubject
{
    private const int Shown = 8;

    public string Kind => TagNotice.SubjectKind;

    public string OpenActionId => CompleteTagsModal.ActionId;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken) =>
        await store.NoticeAsync(key, cancellationToken) is { } notice
            ? Render(notice, await store.OfNoticeAsync(key, cancellationToken), locale)
            : null;

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(new Message { Text = Mrkdwn.Literal(reply) });

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        var lines = new List<SubjectLine>();
        foreach (var key in keys)
        {
            if (await store.NoticeAsync(key, cancellationToken) is not { } notice) continue;
            var created = await store.OfNoticeAsync(key, cancellationToken);
            var missing = Missing(created);
            lines.Add(new SubjectLine(
                key, Severity.Low, missing.Count > 0,
                $"{Names(created, locale)} · " +
                $"{(missing.Count > 0
                    ? locale.Text("tag.notice.line", ("keys", Mrkdwn.Literal(string.Join(", ", missing))))
                    : $"✅ {locale.Text("tag.notice.complete")}")}",
            [
                new("creator", notice.CreatorName), new("created", string.Join(' ', created.Select(creation => creation.Arn))),
                new("missing", string.Join(' ', missing)),
            ]));
        }

        return lines;
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult($"*{locale.Text("tag.notice.group", ("who", Mrkdwn.Literal(group.Split('|')[0])))}*");

    /// <summary>The message. Pure.</summary>
    internal static Message Render(TagNotice notice, IReadOnlyList<Creation> created, Locale locale)
    {
        var missing = Missing(created);
        var who = notice.SlackUser is { } user ? Mrkdwn.User(user) : $"*{Mrkdwn.Literal(notice.CreatorName)}*";
        var when = Mrkdwn.Date(notice.At, "{date_short_pretty} {time}", locale.DayAndTime(notice.At));
        var heading = missing.Count > 0
            ? $"🟡 *{locale.Text("tag.notice.missing", ("keys", Mrkdwn.Literal(string.Join(", ", missing))))}*"
            : $"✅ *{(notice.CompletedBy is { } by
                ? locale.Text("tag.notice.complete-by", ("who", Mrkdwn.User(by)))
                : locale.Text("tag.notice.complete"))}*";
        var event_ = created.Count > 0 ? created[0].Event.Split(':')[^1] : "";
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn(
                $"{heading}\n{locale.Text("tag.notice.created", ("who", who), ("when", when), ("event", Mrkdwn.Code(event_)))}",
                Verbatim: true)),
        };
        blocks.AddRange(created.Take(Shown).Select(creation => new SectionBlock(new Mrkdwn(Row(creation, locale), Verbatim: true))));
        if (created.Count > Shown)
            blocks.Add(new ContextBlock(new Mrkdwn(locale.Text("list.more", ("count", created.Count - Shown)), Verbatim: true)));
        if (missing.Count > 0)
        {
            blocks.Add(new ActionsBlock(
                new Button(CompleteTagsModal.ActionId, locale.Text("tag.notice.button"), notice.Id, Style: ButtonStyle.Primary)));
            blocks.Add(new ContextBlock(new Mrkdwn(locale.Text(notice.SlackUser is null
                ? "tag.notice.why-channel"
                : notice.Certain ? "tag.notice.why-creator" : "tag.notice.why"), Verbatim: true)));
        }

        return new Message { Text = $"{heading} · {Names(created, locale)}", Blocks = blocks };
    }

    private static string Row(Creation creation, Locale locale)
    {
        var line = $"*{Mrkdwn.Literal(TextCut.Plain(creation.Name, 150))}*  {Mrkdwn.Escape(creation.Type)} · " +
            $"{AccountText.Mask(creation.Account)} · {Mrkdwn.Escape(creation.Region)}";
        var set = creation.Tags.Count == 0
            ? ""
            : $"\n{locale.Text("tag.notice.set", ("tags", string.Join(", ", creation.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal)
                .Select(tag => Mrkdwn.Code($"{tag.Key}={TextCut.Plain(tag.Value, 60)}")))))}";
        var missing = creation.Missing.Count == 0
            ? ""
            : $"\n{locale.Text("tag.notice.asks", ("keys", Mrkdwn.Literal(string.Join(", ", creation.Missing))))}";
        return line + set + missing;
    }

    private static IReadOnlyList<string> Missing(IReadOnlyList<Creation> created) =>
        [.. created.SelectMany(creation => creation.Missing).Distinct(StringComparer.Ordinal)];

    private static string Names(IReadOnlyList<Creation> created, Locale locale) => created.Count switch
    {
        0 => locale.Text("tag.plan.none"),
        1 => Mrkdwn.Literal(TextCut.Plain(created[0].Name, 80)),
        _ => locale.Text("tag.notice.names", ("name", Mrkdwn.Literal(TextCut.Plain(created[0].Name, 80))), ("count", created.Count - 1)),
    };
}
