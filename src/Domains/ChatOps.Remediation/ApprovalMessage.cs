using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>The message that asks for approval, and afterwards tells what became of it.</summary>
internal sealed class ApprovalMessage(RemediationStore store) : ILivingSubject
{
    /// <summary>The kind of its subject.</summary>
    public const string SubjectKind = "remediation";

    public string Kind => SubjectKind;

    public string OpenActionId => OpenRemediationButton.Action;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken) =>
        await store.FindAsync(key, cancellationToken) is { } attempt ? Render(attempt, locale) : null;

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(RemediationReply.Render(reply, data, locale));

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        var lines = new List<SubjectLine>();
        foreach (var key in keys)
        {
            if (await store.FindAsync(key, cancellationToken) is not { } attempt) continue;
            var plan = attempt.Plan;
            lines.Add(new SubjectLine(
                key,
                plan.Severity,
                attempt.State == RemediationRunState.AwaitingApproval,
                Heading(attempt, locale),
                [
                    new("remediation", attempt.Id),
                    new("state", attempt.State.ToString()),
                    new("control", plan.Control),
                    new("resource", plan.ResourceArn),
                    new("account", plan.Account),
                    new("region", plan.Region),
                    new("document", plan.Document),
                ]));
        }

        return lines;
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(locale.Text("remediation.group"));

    /// <summary>The message as it should read.</summary>
    internal static Message Render(RemediationRun attempt, Locale locale)
    {
        var heading = Heading(attempt, locale);
        List<Block> blocks =
        [
            new SectionBlock(new Mrkdwn(
                $"{heading}\n{locale.Text("remediation.asked_by", ("by", Mrkdwn.User(attempt.RequestedBy)))}{Quoted(attempt.Reason)}" +
                $"{Ended(attempt, locale)}")),
            .. PlanBlocks.Render(attempt.Plan, locale),
        ];
        if (attempt.State is RemediationRunState.AwaitingApproval && PlanBlocks.Approval(attempt.Plan, locale) is { } cause)
            blocks.Add(new ContextBlock(new Mrkdwn(cause)));
        if (attempt is { State: RemediationRunState.AwaitingApproval, ExpiresAt: { } expires })
        {
            blocks.Add(new ActionsBlock(
                new Button(ApproveButton.Action, locale.Text("remediation.button.approve"), attempt.Id, Style: ButtonStyle.Primary),
                new Button(DenyModal.Action, locale.Text("remediation.button.deny"), attempt.Id, Style: ButtonStyle.Danger)));
            blocks.Add(new ContextBlock(
                new Mrkdwn(locale.Text("remediation.expires", ("until", Mrkdwn.Date(expires, "{time}", locale.Time(expires)))))));
        }

        return new Message { Text = $"{heading} · {Mrkdwn.User(attempt.RequestedBy)}", Blocks = blocks };
    }

    private static string Heading(RemediationRun attempt, Locale locale)
    {
        var plan = attempt.Plan;
        var what = locale.Text("remediation.what", ("control", plan.Control), ("name", Mrkdwn.Literal(plan.ResourceName)));
        var by = attempt.DecidedBy is { } decider ? Mrkdwn.User(decider) : "";
        var state = locale.Text($"remediation.state.{attempt.State.ToString().ToLowerInvariant()}", ("by", by));
        return $"{Sign(attempt)} *{state}* · {what}";
    }

    private static string Sign(RemediationRun attempt) => attempt.State switch
    {
        RemediationRunState.Planned or RemediationRunState.AwaitingApproval => attempt.Plan.Severity.Sign(),
        RemediationRunState.Resolved => "✅",
        RemediationRunState.Failed => "❌",
        RemediationRunState.Unverified => "⚠️",
        RemediationRunState.Denied or RemediationRunState.Expired or RemediationRunState.Void => "🚫",
        _ => "⏳",
    };

    /// <summary>Why it was denied, or where it failed.</summary>
    private static string Ended(RemediationRun attempt, Locale locale) => attempt switch
    {
        { State: RemediationRunState.Denied, Decision: { Length: > 0 } why } =>
            $"\n*{locale.Text("remediation.deny.reason")}*{Quoted(why)}",
        { State: RemediationRunState.Void, Failure: { } cause } => $"\n{RemediationRecheck.Why(cause, locale)}",
        { State: RemediationRunState.Failed, Failure: { Length: > 0 } failure } =>
            $"\n{(attempt.FailedStep is { } step ? Mrkdwn.Code(step) + "\n" : "")}" +
                $"{Mrkdwn.CodeBlock(AccountText.MaskAll(TextCut.Plain(failure, 1000)))}",
        _ => "",
    };

    private static string Quoted(string? reason) => string.IsNullOrEmpty(reason)
        ? ""
        : "\n" + string.Join('\n', Mrkdwn.Literal(reason).Split('\n').Select(line => "> " + line));
}
