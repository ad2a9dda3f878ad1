using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Remediation;

/// <summary>Deny…, in the approval's message: asks why, and says no.</summary>
internal sealed class DenyModal(
    ISlackApiClient slack, RemediationApprovals approvals, BatchApprovals batches, RemediationStore store, ILocales locales)
    : IBlockActionHandler, IViewSubmissionHandler
{
    /// <summary>The <c>action_id</c> and <c>callback_id</c>; the value is the remediation's id.</summary>
    public const string Action = RemediationApprovals.DenyVerb;

    internal const string ReasonBlock = "reason";
    private const string Field = "text";

    public static string ActionId => Action;

    public static string CallbackId => Action;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        if (await batches.DemandDecidableAsync(request.Value ?? "", request.UserId, Action, cancellationToken) is { } batch)
        {
            var runs = await store.OfBatchAsync(batch.Id, cancellationToken);
            await slack.Views.Open(
                request.TriggerId ?? "", Render(batch.Id, BatchMessage.Heading(batch, runs, locale), locale), cancellationToken);
            return;
        }

        var attempt = await approvals.DemandDecidableAsync(request.Value ?? "", request.UserId, Action, cancellationToken);
        await slack.Views.Open(
            request.TriggerId ?? "", Render(attempt, locale), cancellationToken);
    }

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var shown = PrivateMetadata.Read<Shown>(submission.PrivateMetadata);
        var reason = submission.State.Text(ReasonBlock, Field)?.Trim();
        if (string.IsNullOrEmpty(reason))
        {
            var locale = await locales.OfUserAsync(submission.UserId, cancellationToken);
            return ViewSubmissionResponse.Error(ReasonBlock, locale.Text("remediation.modal.reason_missing"));
        }

        if (await batches.DenyAsync(shown.RemediationId, submission.UserId, reason, CancellationToken.None) is null)
            await approvals.DenyAsync(shown.RemediationId, submission.UserId, reason, cancellationToken);
        return ViewSubmissionResponse.Close;
    }

    internal static ModalView Render(RemediationRun attempt, Locale locale) => Render(
        attempt.Id,
        locale.Text("remediation.what", ("control", attempt.Plan.Control), ("name", Mrkdwn.Literal(attempt.Plan.ResourceName))), locale);

    private static ModalView Render(string id, string what, Locale locale) => new()
    {
        CallbackId = Action,
        Title = locale.Text("remediation.deny.title"),
        Blocks =
        [
            new SectionBlock(new Mrkdwn(what)),
            new InputBlock(
                locale.Text("remediation.deny.reason"),
                new PlainTextInput(Field) { Multiline = true, MaxLength = 500 }) { BlockId = ReasonBlock },
        ],
        Submit = locale.Text("remediation.deny.submit"),
        Close = locale.Text("button.cancel"),
        PrivateMetadata = PrivateMetadata.Write(new Shown(id)),
    };

    private sealed record Shown(string RemediationId);
}
