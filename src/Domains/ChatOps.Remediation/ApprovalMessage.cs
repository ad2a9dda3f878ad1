using System.Globalization;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>The message that asks for approval, and afterwards tells what became of it.</summary>
internal sealed class ApprovalMessage(RemediationStore store, RemediationBatchStore batches, IAccess access) : ILivingSubject
{
    /// <summary>The findings' own button that opens one, with its console link.</summary>
    private const string OpenFinding = "finding.open";

    /// <summary>The kind of its subject.</summary>
    public const string SubjectKind = "remediation";

    public string Kind => SubjectKind;

    public string OpenActionId => OpenRemediationButton.Action;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(key, cancellationToken) is { } attempt)
            return Render(
                attempt, locale, attempt.State == RemediationRunState.AwaitingApproval
                    ? await access.MentionsAsync(Role.Approver, attempt.RequestedBy, cancellationToken)
                    : []);
        if (await batches.FindAsync(key, cancellationToken) is not { } batch) return null;
        var runs = await store.OfBatchAsync(key, cancellationToken);
        return runs.Count == 0 ? null : BatchMessage.Render(
            batch, runs, locale,
            BatchMessage.IsWaiting(batch, runs) ? await access.MentionsAsync(Role.Approver, batch.RequestedBy, cancellationToken) : []);
    }

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(RemediationReply.Render(reply, data, locale));

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        var lines = new List<SubjectLine>();
        foreach (var key in keys)
        {
            if (await store.FindAsync(key, cancellationToken) is not { } attempt)
            {
                if (await batches.FindAsync(key, cancellationToken) is not { } batch) continue;
                var runs = await store.OfBatchAsync(key, cancellationToken);
                if (runs.Count == 0) continue;
                lines.Add(new SubjectLine(
                    key, runs.Max(run => run.Plan.Severity), BatchMessage.IsWaiting(batch, runs), BatchMessage.Heading(batch, runs, locale),
                    [new("remediation", batch.Id), new("count", runs.Count.ToString(CultureInfo.InvariantCulture))]));
                continue;
            }

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
    internal static Message Render(RemediationRun attempt, Locale locale, IReadOnlyList<string>? mentions = null)
    {
        var heading = Heading(attempt, locale);
        var decides = mentions is { Count: > 0 } ? $"  {string.Join(' ', mentions)}" : "";
        List<Block> blocks =
        [
            new SectionBlock(new Mrkdwn(
                $"{heading}\n{locale.Text("remediation.asked_by", ("by", Mrkdwn.User(attempt.RequestedBy)))}{decides}" +
                $"{Quoted(attempt.Reason)}" +
                $"{Ended(attempt, locale)}")),
            .. PlanBlocks.Render(attempt.Plan, locale),
        ];
        if (attempt.State is RemediationRunState.AwaitingApproval && PlanBlocks.Approval(attempt.Plan, locale) is { } cause)
            blocks.Add(new ContextBlock(new Mrkdwn(cause)));
        if (attempt is { State: RemediationRunState.AwaitingApproval, ExpiresAt: { } expires })
        {
            blocks.Add(new ActionsBlock(
                new Button(ApproveButton.Action, locale.Text("remediation.button.approve"), attempt.Id, Style: ButtonStyle.Primary),
                new Button(DenyModal.Action, locale.Text("remediation.button.deny"), attempt.Id, Style: ButtonStyle.Danger),
                new Button(OpenFinding, locale.Text("remediation.button.finding"), attempt.FindingId)));
            blocks.Add(new ContextBlock(
                new Mrkdwn(locale.Text("remediation.expires", ("until", Mrkdwn.Date(expires, "{time}", locale.Time(expires)))))));
        }

        return new Message { Text = $"{heading} · {Mrkdwn.User(attempt.RequestedBy)}{decides}", Blocks = blocks };
    }

    private static string Heading(RemediationRun attempt, Locale locale)
    {
        var plan = attempt.Plan;
        var what = locale.Text(
            attempt.Undoes is null ? "remediation.what" : "remediation.what_undo",
            ("control", plan.Control), ("name", Mrkdwn.Literal(plan.ResourceName)));
        var by = attempt.DecidedBy is { } decider ? Mrkdwn.User(decider) : "";
        var word = attempt is { Undoes: not null, State: RemediationRunState.Resolved }
            ? "undone"
            : attempt.State.ToString().ToLowerInvariant();
        var state = locale.Text($"remediation.state.{word}", ("by", by));
        return $"{Sign(attempt)} *{state}* · {what}";
    }

    private static string Sign(RemediationRun attempt) => attempt.State switch
    {
        RemediationRunState.Planned or RemediationRunState.AwaitingApproval => attempt.Plan.Severity.Sign(),
        RemediationRunState.Resolved when attempt.Undoes is not null => "↩️",
        RemediationRunState.Resolved or RemediationRunState.Corrected => "✅",
        RemediationRunState.Expired or RemediationRunState.TimedOut => "⌛",
        RemediationRunState.Stopped => "⏹️",
        RemediationRunState.Failed => "❌",
        RemediationRunState.Unverified => "⚠️",
        RemediationRunState.Denied or RemediationRunState.Void => "🚫",
        _ => "⏳",
    };

    /// <summary>Why it was denied, or where it failed.</summary>
    private static string Ended(RemediationRun attempt, Locale locale) => attempt switch
    {
        { State: RemediationRunState.Denied, Decision: { Length: > 0 } why } =>
            $"\n*{locale.Text("remediation.deny.reason")}*{Quoted(why)}",
        { State: RemediationRunState.Void, Failure: { } cause } => $"\n{RemediationRecheck.Why(cause, locale)}",
        { State: RemediationRunState.Unverified, Failure: { } cause } => $"\n{RemediationReply.Verdict(cause, locale)}",
        { State: RemediationRunState.Failed, Failure: { Length: > 0 } failure } =>
            $"\n{(attempt.FailedStep is { } step ? Mrkdwn.Code(step) + "\n" : "")}" +
                $"{Mrkdwn.CodeBlock(AccountText.MaskAll(TextCut.Plain(failure, 1000)))}",
        _ => "",
    };

    private static string Quoted(string? reason) => string.IsNullOrEmpty(reason)
        ? ""
        : "\n" + string.Join('\n', Mrkdwn.Literal(reason).Split('\n').Select(line => "> " + line));
}
