using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging;

namespace ChatOps.Remediation;

/// <summary>
/// Remediate all, on the message of a group: opens at once, works out what would run on which resources, and takes the confirmation.
/// </summary>
internal sealed partial class RemediateAllModal(
    ISlackApiClient slack, BatchPlanner planner, RemediationBatches batches, ILocales locales, IInteractionFaults faults,
    TimeProvider time, ILogger<RemediateAllModal> logger)
    : IBlockActionHandler, IViewSubmissionHandler
{
    /// <summary>The button's <c>action_id</c> and the view's <c>callback_id</c>; the button's value is the group's key.</summary>
    public const string Action = RemediationBatches.Verb;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    internal const string ReasonBlock = "reason";
    private const string Field = "text";

    /// <summary>Resources that are named; the rest is counted.</summary>
    private const int NamesShown = 10;
    private const int RefusedShown = 5;

    public static string ActionId => Action;

    public static string CallbackId => Action;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        await RemediateModal.OpenAsync(
            slack, faults, request, Action, locale,
            async () => Render(await planner.PlanAsync(request.Value ?? "", request.UserId, cancellationToken), locale), cancellationToken);
    }

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var shown = PrivateMetadata.Read<Shown>(submission.PrivateMetadata);
        var locale = await locales.OfUserAsync(submission.UserId, cancellationToken);
        var reason = submission.State.Text(ReasonBlock, Field)?.Trim();
        if (shown.NeedsReason && string.IsNullOrEmpty(reason))
            return ViewSubmissionResponse.Error(ReasonBlock, locale.Text("remediation.modal.reason_missing"));
        // Slack waits three seconds; hundreds take longer, and go on after that.
        var confirming = batches.ConfirmAsync(
            shown.BatchId, submission.UserId, string.IsNullOrEmpty(reason) ? null : reason, CancellationToken.None);
        if (await Task.WhenAny(confirming, Task.Delay(AnswerWithin, time, cancellationToken)) != confirming)
        {
            _ = ObserveAsync(confirming);
            return ViewSubmissionResponse.Update(RemediateModal.RenderText(
                $"⏳ {locale.Text("remediation.all.beginning")}\n{locale.Text("remediation.all.follow")}", locale));
        }

        var outcome = await confirming;
        return outcome is null ? ViewSubmissionResponse.Close : ViewSubmissionResponse.Update(RenderOutcome(outcome, locale));
    }

    private async Task ObserveAsync(Task confirming)
    {
        try
        {
            await confirming;
        }
        catch (Exception fault)
        {
            // What did not begin is still open, and can be asked for again.
            LogNotConfirmed(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A confirmed batch of remediations could not be begun whole")]
    private partial void LogNotConfirmed(Exception exception);

    /// <summary>The plan with its form; without a form when nothing can run.</summary>
    internal static ModalView Render(BatchPlan plan, Locale locale)
    {
        var blocks = new List<Block> { new SectionBlock(new Mrkdwn($"*{Heading(plan, locale)}*", Verbatim: true)) };
        foreach (var group in plan.Plans.GroupBy(remediationPlan => (
            remediationPlan.Control, remediationPlan.Document, remediationPlan.Risk, remediationPlan.Reversible, remediationPlan.Approval)))
            blocks.Add(new SectionBlock(new Mrkdwn(TextCut.Markup(Kind([.. group], locale), 2900), Verbatim: true)) { Expand = true });
        if (plan.Refused.Count > 0)
            blocks.Add(new SectionBlock(
                new Mrkdwn(TextCut.Markup(Refused(plan.Refused, "remediation.all.refused", locale), 2900), Verbatim: true)));
        if (plan.Later > 0)
            blocks.Add(new ContextBlock(new Mrkdwn(
                locale.Text("remediation.all.later", ("count", plan.Plans.Count + plan.Refused.Count), ("later", plan.Later)),
                Verbatim: true)));
        if (plan.Id is not null)
        {
            blocks.Add(new InputBlock(
                locale.Text("remediation.modal.reason"),
                new PlainTextInput(Field) { Multiline = true, MaxLength = 500 })
            { BlockId = ReasonBlock, Optional = !plan.NeedsApproval });
        }

        return new ModalView
        {
            CallbackId = Action,
            Title = locale.Text("remediation.all.title"),
            Blocks = blocks,
            Submit = plan.Id is null ? null : new PlainText(locale.Text(
                plan.Plans.All(remediationPlan => remediationPlan.NeedsApproval) ? "remediation.modal.request" : "remediation.all.run",
                ("count", plan.Plans.Count))),
            Close = locale.Text(plan.Id is null ? "button.close" : "button.cancel"),
            PrivateMetadata = plan.Id is null ? null : PrivateMetadata.Write(new Shown(plan.Id, plan.NeedsApproval)),
        };
    }

    /// <summary>What became of it.</summary>
    internal static ModalView RenderOutcome(BatchOutcome outcome, Locale locale)
    {
        var lines = new List<string>();
        if (outcome.Started > 0) lines.Add($"⏳ {locale.Text("remediation.all.started", ("count", outcome.Started))}");
        if (outcome.Asked > 0) lines.Add($"⏳ {locale.Text("remediation.all.asked", ("count", outcome.Asked))}");
        if (outcome.Refused.Count > 0) lines.Add(Refused(outcome.Refused, "remediation.all.not_started", locale));
        lines.Add(locale.Text("remediation.all.follow"));
        return RemediateModal.RenderText(TextCut.Markup(string.Join('\n', lines), 2900), locale);
    }

    private static string Heading(BatchPlan plan, Locale locale) => plan.Plans.Count == 0
        ? locale.Text("remediation.all.none", ("open", plan.Open))
        : locale.Text("remediation.all.heading", ("count", plan.Plans.Count), ("open", plan.Open));

    /// <summary>Plans that differ by their resource alone: what runs, how risky, who must agree, and on what.</summary>
    private static string Kind(IReadOnlyList<RemediationPlan> plans, Locale locale)
    {
        var first = plans[0];
        var lines = new List<string>
        {
            $"{first.Severity.Sign()} *{Mrkdwn.Literal(first.Control)}*  " +
                $"{locale.Text("remediation.all.on", ("document", Mrkdwn.Code(first.Document)), ("count", plans.Count))}",
            Mrkdwn.Escape(first.Changes.In(locale)),
            $"{locale.Text("remediation.plan.risk")}: {locale.Text($"remediation.risk.{first.Risk.ToString().ToLowerInvariant()}")} · " +
                $"{locale.Text($"remediation.reversible.{first.Reversible.ToString().ToLowerInvariant()}")}",
        };
        if (PlanBlocks.Approval(first, locale) is { } approval) lines.Add($"*{locale.Text("remediation.plan.needs")}*: {approval}");
        lines.AddRange(plans.Take(NamesShown).Select(plan =>
            $"• {Mrkdwn.Literal(TextCut.Plain(plan.ResourceName, 100))} · {Mrkdwn.Literal(plan.AccountName)} · " +
                $"{Mrkdwn.Escape(plan.Region)}{Change(plan, locale)}"));
        if (plans.Count > NamesShown) lines.Add(locale.Text("list.more", ("count", plans.Count - NamesShown)));
        return string.Join('\n', lines);
    }

    private static string Change(RemediationPlan plan, Locale locale) =>
        plan.Unreadable is not null ? $" · {locale.Text("remediation.all.unreadable")}"
        : PlanBlocks.Changes(plan.Read, locale) is { Length: > 0 } changes ? $" · {changes}" : "";

    private static string Refused(IReadOnlyList<BatchRefusal> refused, string heading, Locale locale)
    {
        var lines = new List<string> { $"*{locale.Text(heading, ("count", refused.Count))}*" };
        lines.AddRange(refused.Take(RefusedShown).Select(
            batchRefusal => $"• {Mrkdwn.Literal(TextCut.Plain(batchRefusal.Name, 100))}: {TextCut.Markup(batchRefusal.Why(locale), 300)}"));
        if (refused.Count > RefusedShown) lines.Add(locale.Text("list.more", ("count", refused.Count - RefusedShown)));
        return string.Join('\n', lines);
    }

    /// <summary>What the view carries.</summary>
    /// <param name="BatchId">The batch that was shown.</param>
    /// <param name="NeedsReason">Whether they must say why.</param>
    private sealed record Shown(string BatchId, bool NeedsReason);
}
