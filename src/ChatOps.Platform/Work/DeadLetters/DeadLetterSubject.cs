using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Work;

/// <summary>Notices of dead letters as delivery sees them.</summary>
internal sealed class DeadLetterSubject(DeadLetterService service) : ILivingSubject
{
    private const int MaxError = 150;

    public string Kind => DeadLetterChoice.SubjectKind;

    public string OpenActionId => DeadLetterModal.Id;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken)
    {
        if (!DeadLetterChoice.TryParse(key, out var choice)
            || await service.NoticeAsync(choice.Id, cancellationToken) is not var (notice, newest))
            return null;
        return DeadLetterMessage.Render(notice, newest, newest is null ? null : await service.ReadAsync(newest, cancellationToken), locale);
    }

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(new Message { Text = Mrkdwn.Literal(reply) });

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        var ids = keys.Select(key => DeadLetterChoice.TryParse(key, out var choice) ? choice.Id : 0).Where(id => id > 0);
        var notices = (await service.NoticesAsync(ids, cancellationToken)).ToDictionary(
            notice => notice.Subject.Key, StringComparer.Ordinal);
        return [.. keys.Select(key => notices.GetValueOrDefault(key)).OfType<DeadLetterNotice>().Select(notice => LineOf(notice, locale))];
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(locale.Text("inbox.group", ("source", DeadLetterMessage.SourceName(group, locale))));

    private static SubjectLine LineOf(DeadLetterNotice notice, Locale locale) => new(
        notice.Subject.Key, Severity.High, notice.Open,
        TextCut.Markup(DeadLetterMessage.Headline(notice, locale).ReplaceLineEndings(" "), MaxError),
        [
            new("id", notice.Subject.Key), new("source", notice.Source), new("kind", notice.Kind), new("error", notice.Error),
            new("waiting", locale.Number(notice.Waiting))
        ]);
}
