using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tagging;

/// <summary>A change of many assets' tags, where the team reads: who, what, how far, what failed.</summary>
internal sealed class TagRunMessage(TagRunStore store) : ILivingSubject
{
    public string Kind => TagRun.SubjectKind;

    public string OpenActionId => OpenTagRunButton.ActionId;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(key, cancellationToken) is not { } run) return null;
        return Render(
            run, run.Counts.Failed > 0 ? await store.ItemsAsync(key, "failed", "", TagRunBlocks.FailuresShown, cancellationToken) : [],
            locale);
    }

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(new Message { Text = Mrkdwn.Literal(reply) });

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        var lines = new List<SubjectLine>();
        foreach (var key in keys)
        {
            if (await store.FindAsync(key, cancellationToken) is not { } run) continue;
            lines.Add(new SubjectLine(
                key, Severity.Informational, run.State == TagRunState.Running || run.Counts.Failed > 0,
                $"{TagRunBlocks.Headline(run, locale)} · {Mrkdwn.User(run.RequestedBy)}",
            [
                new("run", run.Id), new("state", run.State.ToString()), new("by", run.RequestedBy), new("done", $"{run.Counts.Done}"),
                new("failed", $"{run.Counts.Failed}"),
            ]));
        }

        return lines;
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(locale.Text("tag.run.group"));

    /// <summary>The message. Pure.</summary>
    internal static Message Render(TagRun run, IReadOnlyList<TagRunItem> failures, Locale locale)
    {
        var who = locale.Text("tag.run.by", ("who", Mrkdwn.User(run.RequestedBy)));
        var blocks = TagRunBlocks.Render(run, failures, locale).ToList();
        blocks.Insert(1, new ContextBlock(new Mrkdwn(who, Verbatim: true)));
        return new Message { Text = $"{TagRunBlocks.Headline(run, locale)} · {who}", Blocks = blocks };
    }
}
