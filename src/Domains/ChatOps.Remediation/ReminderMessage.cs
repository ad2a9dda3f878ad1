using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>What an approver reads in their conversation with the bot: a request waits, and how it ended.</summary>
internal sealed class ReminderMessage(ApprovalMessage approvals) : ILivingSubject
{
    /// <summary>The kind of its subject; the key is that of the request.</summary>
    public const string SubjectKind = "remediation-reminder";

    public string Kind => SubjectKind;

    public string OpenActionId => OpenRemediationButton.Action;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken) =>
        (await approvals.DescribeAsync([key], locale, cancellationToken)) is [var line] ? Render(key, line, locale) : null;

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(RemediationReply.Render(reply, data, locale));

    public Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken) =>
        approvals.DescribeAsync(keys, locale, cancellationToken);

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        approvals.DescribeGroupAsync(group, locale, cancellationToken);

    internal static Message Render(string key, SubjectLine line, Locale locale)
    {
        var text = line.Open ? $"{locale.Text("remediation.reminder")}\n{line.Mrkdwn}" : line.Mrkdwn;
        return new Message
        {
            Text = text,
            Blocks =
            [
                new SectionBlock(new Mrkdwn(text)),
                new ActionsBlock(new Button(OpenRemediationButton.Action, locale.Text("remediation.button.open"), key)),
            ],
        };
    }
}
