using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>Remediate, and Retry: opens at once, reads what would change, shows it, and takes the confirmation.</summary>
internal sealed class RemediateModal(
    ISlackApiClient slack,
    IFindings findings,
    RemediationPlanner planner,
    RemediationStore store,
    RemediationService requests,
    ILocales locales,
    IInteractionFaults faults,
    IOptions<RemediationOptions> options,
    TimeProvider time) : IBlockActionHandler, IViewSubmissionHandler
{
    /// <summary>The button's <c>action_id</c> and the view's <c>callback_id</c>; the button's value is the finding's id.</summary>
    public const string Action = "finding.remediate";

    internal const string ReasonBlock = "reason";
    internal const string ConfirmBlock = "confirm";
    private const string Field = "text";

    public static string ActionId => Action;

    public static string CallbackId => Action;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        await OpenAsync(slack, faults, request, Action, locale, () => PlanAsync(request, locale, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Opens at once, while the press's trigger lives, and is filled in when the plan is there: with it, or with why there is none.
    /// </summary>
    internal static async Task OpenAsync(
        ISlackApiClient slack, IInteractionFaults faults, BlockActionRequest request, string action, Locale locale,
        Func<Task<ModalView>> plan, CancellationToken cancellationToken)
    {
        var opened = await slack.Views.Open(
            request.TriggerId ?? "", RenderText(locale.Text("remediation.modal.reading"), locale), cancellationToken);
        ModalView view;
        try
        {
            view = await plan();
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            var interaction = new Interaction(
                InteractionKind.BlockAction, action, Sensitivity.Remediate, request.UserId, request.TeamId, request.ChannelId);
            view = RenderText(await faults.Describe(interaction, fault, cancellationToken), locale);
        }

        try
        {
            await slack.Views.Update(opened.Id, view, cancellationToken: cancellationToken);
        }
        catch (SlackException e) when (e.Error == "not_found")
        {
            // They closed it while we read: nothing was promised.
        }
    }

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken) =>
        await SubmitAsync(requests, submission, await locales.OfUserAsync(submission.UserId, cancellationToken), cancellationToken);

    /// <summary>Takes the confirmation of a plan that was shown.</summary>
    internal static async Task<ViewSubmissionResponse> SubmitAsync(
        RemediationService requests, ViewSubmission submission, Locale locale, CancellationToken cancellationToken)
    {
        var shown = PrivateMetadata.Read<Shown>(submission.PrivateMetadata);
        var reason = submission.State.Text(ReasonBlock, Field)?.Trim();
        if (shown.NeedsReason && string.IsNullOrEmpty(reason))
            return ViewSubmissionResponse.Error(ReasonBlock, locale.Text("remediation.modal.reason_missing"));
        if (shown.Type is { } name && !string.Equals(submission.State.Text(ConfirmBlock, Field)?.Trim(), name, StringComparison.Ordinal))
            return ViewSubmissionResponse.Error(ConfirmBlock, locale.Text("remediation.modal.confirm_differs", ("name", name)));

        var attempt = await requests.ConfirmAsync(
            shown.RemediationId, submission.UserId, string.IsNullOrEmpty(reason) ? null : reason, cancellationToken);
        return attempt is { State: RemediationRunState.AwaitingApproval, ExpiresAt: { } expires }
            ? ViewSubmissionResponse.Update(RenderText(
                locale.Text("remediation.modal.asked", ("until", Mrkdwn.Date(expires, "{time}", locale.Time(expires)))), locale))
            : ViewSubmissionResponse.Close;
    }

    /// <summary>What is read for a modal has so long.</summary>
    internal static async Task<T> WithinAsync<T>(
        TimeSpan within, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(within);
        try
        {
            return await read(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new UserFacingException("remediation.fault.slow");
        }
    }

    /// <summary>The plan with its form.</summary>
    internal static ModalView Render(string remediationId, RemediationPlan plan, Locale locale)
    {
        // The id alone: a name with its id in parentheses is nothing to type.
        var typed = plan.Reversible == Reversible.No ? RemediationPlanner.ResourceName(plan.ResourceArn) : null;
        List<Block> blocks = [.. PlanBlocks.Render(plan, locale)];
        if (PlanBlocks.Approval(plan, locale) is { } approval)
            blocks.Add(new SectionBlock(new Mrkdwn($"*{locale.Text("remediation.plan.needs")}*\n{approval}")));
        blocks.Add(new InputBlock(locale.Text("remediation.modal.reason"), new PlainTextInput(Field) { Multiline = true, MaxLength = 500 })
        {
            BlockId = ReasonBlock,
            Optional = !plan.NeedsReason,
        });
        if (typed is not null)
        {
            blocks.Add(new InputBlock(
                locale.Text("remediation.modal.confirm", ("name", typed)), new PlainTextInput(Field))
            { BlockId = ConfirmBlock });
        }

        return new ModalView
        {
            CallbackId = Action,
            Title = locale.Text("remediation.modal.title", ("control", plan.Control)),
            Blocks = blocks,
            Submit = locale.Text(plan.NeedsApproval ? "remediation.modal.request" : "remediation.modal.run"),
            Close = locale.Text("button.cancel"),
            PrivateMetadata = PrivateMetadata.Write(new Shown(remediationId, plan.NeedsReason, typed)),
        };
    }

    /// <summary>A view of one text: while reading, when it cannot be, and afterwards.</summary>
    internal static ModalView RenderText(string text, Locale locale) => new()
    {
        Title = locale.Text("remediation.modal.plain_title"),
        Blocks = [new SectionBlock(new Mrkdwn(text))],
        Close = locale.Text("button.close"),
    };

    private Task<ModalView> PlanAsync(BlockActionRequest request, Locale locale, CancellationToken cancellationToken) => WithinAsync(
        options.Value.PlanWithin, async limit =>
        {
            var finding = await findings.FindAsync(request.Value ?? "", limit)
                ?? throw new UserFacingException("remediation.fault.gone");
            if (await store.FindActiveAsync(finding.Id, limit) is { } other)
                throw new UserFacingException("remediation.fault.running", ("by", Mrkdwn.User(other.RequestedBy)));
            var plan = await planner.PlanAsync(finding, limit);
            if (await store.FindActiveAsync(plan, limit) is { } same)
                throw new UserFacingException("remediation.fault.running", ("by", Mrkdwn.User(same.RequestedBy)));
            var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("D");
            await store.PlanAsync(id, plan, request.UserId, null, limit);
            return Render(id, plan, locale);
        },
        cancellationToken);

    /// <summary>What the view carries.</summary>
    /// <param name="RemediationId">The plan that was shown.</param>
    /// <param name="NeedsReason">Whether they must say why.</param>
    /// <param name="Type">What they must type; null for nothing.</param>
    private sealed record Shown(string RemediationId, bool NeedsReason, string? Type);
}
