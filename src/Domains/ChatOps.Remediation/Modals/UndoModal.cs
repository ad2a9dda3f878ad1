using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>Undo…: opens at once, reads whether all is as it was left, shows what would be put back, and takes the confirmation.</summary>
internal sealed class UndoModal(
    ISlackApiClient slack,
    RemediationUndo undo,
    RemediationStore store,
    RemediationService requests,
    ILocales locales,
    IInteractionFaults faults,
    IOptions<RemediationOptions> options,
    TimeProvider time) : IBlockActionHandler, IViewSubmissionHandler
{
    /// <summary>The button's <c>action_id</c> and the view's <c>callback_id</c>; the button's value is the finding's id.</summary>
    public const string Action = RemediationUndo.Verb;

    public static string ActionId => Action;

    public static string CallbackId => Action;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        await RemediateModal.OpenAsync(
            slack, faults, request, Action, locale,
            () => RemediateModal.WithinAsync(
                options.Value.PlanWithin, async limit =>
                {
                    var (done, plan) = await undo.PlanAsync(request.Value ?? "", limit);
                    if (await store.FindActiveAsync(plan, limit) is { } other)
                        throw new UserFacingException("remediation.fault.running", ("by", Mrkdwn.User(other.RequestedBy)));
                    var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("D");
                    await store.PlanAsync(id, plan, request.UserId, done.Id, limit);
                    return Render(id, plan, locale);
                },
                cancellationToken),
            cancellationToken);
    }

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(submission.UserId, cancellationToken);
        return await RemediateModal.SubmitAsync(requests, submission, locale, cancellationToken);
    }

    internal static ModalView Render(string remediationId, RemediationPlan plan, Locale locale) =>
        RemediateModal.Render(remediationId, plan, locale) with
        {
            CallbackId = Action,
            Title = locale.Text("remediation.undo.title", ("control", plan.Control)),
            Submit = locale.Text(plan.NeedsApproval ? "remediation.modal.request" : "remediation.undo.run"),
        };
}
