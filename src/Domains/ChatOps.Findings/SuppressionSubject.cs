using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>What is asked of approvers, as delivery sees it; its key is the finding's.</summary>
internal sealed class SuppressionSubject(IDatabase database, FindingViewReader scenes) : ILivingSubject
{
    public string Kind => SuppressionApprovals.Kind;

    public string OpenActionId => FindingOpenButton.ActionId;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindingStore.FindAsync(connection, null, key, cancellationToken) is { SuppressionAsked: { } asked } finding
            ? Render(finding, asked, scenes.Of(finding), locale)
            : null;
    }

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(new Message { Text = Mrkdwn.Literal(reply) });

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var found = await FindingStore.FindAsync(connection, null, keys, cancellationToken);
        return [.. keys.Select(key => found.GetValueOrDefault(key)).OfType<Finding>().Select(finding => new SubjectLine(
            finding.Id, finding.Severity, finding.SuppressionAsked is { State: SuppressionRequestState.Waiting },
            FindingText.Line(finding, scenes.Of(finding).AccountName, locale), [new("id", finding.Id)]))];
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(Mrkdwn.Literal(group));

    /// <summary>The message. Pure.</summary>
    internal static Message Render(Finding finding, SuppressionRequest asked, FindingView view, Locale locale)
    {
        var state = asked.State switch
        {
            SuppressionRequestState.Waiting => $"⏳ {locale.Text("finding.suppress.state.waiting")}",
            SuppressionRequestState.Approved =>
                $"✅ {locale.Text("finding.suppress.state.approved", ("who", Mrkdwn.User(asked.DecidedBy ?? "")))}",
            SuppressionRequestState.Denied =>
                $"🚫 {locale.Text("finding.suppress.state.denied", ("who", Mrkdwn.User(asked.DecidedBy ?? "")))}",
            SuppressionRequestState.Void => $"🚫 {locale.Text("finding.suppress.state.void")}",
            _ => $"⌛ {locale.Text("finding.suppress.state.expired")}",
        };
        var text = locale.Text(
            "finding.suppress.asks", ("who", Mrkdwn.User(asked.ByUserId)), ("until", FindingText.Day(asked.Until, locale)),
            ("reason", Mrkdwn.Cut(asked.Reason, 300)));
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn($"{state}\n{FindingText.Line(finding, view.AccountName, locale)}", Verbatim: true)),
            new SectionBlock(new Mrkdwn(text, Verbatim: true)),
        };
        var open = new Button(FindingOpenButton.ActionId, locale.Text("button.open"), finding.Id);
        blocks.Add(new ActionsBlock(asked.State == SuppressionRequestState.Waiting
            ?
            [
                new Button(ApproveSuppressionButton.ActionId, locale.Text("finding.suppress.approve"), finding.Id,
                    Style: ButtonStyle.Primary),
                new Button(DenySuppressionButton.ActionId, locale.Text("finding.suppress.deny"), finding.Id),
                open,
            ]
            : [open]));
        return new Message
        {
            Text = $"{state} {Mrkdwn.Literal(FindingText.Short(finding))} " +
                $"{Mrkdwn.Literal(FindingText.Resource(finding, view.AccountName))}",
            Blocks = blocks,
        };
    }
}
