using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;

namespace ChatOps.Remediation;

/// <summary>Approve, in the approval's message: one remediation, or all of a batch.</summary>
internal sealed class ApproveButton(
    ISlackApiClient slack, RemediationApprovals approvals, BatchApprovals batches, ApprovalMessage message, ILocales locales)
    : IBlockActionHandler
{
    /// <summary>The <c>action_id</c>; the value is the id of the remediation, or of the batch.</summary>
    public const string Action = RemediationApprovals.ApproveVerb;

    public static string ActionId => Action;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var id = request.Value ?? "";
        try
        {
            if (await batches.ApproveAsync(id, request.UserId, [], cancellationToken) is null)
                await approvals.ApproveAsync(id, request.UserId, cancellationToken);
        }
        finally
        {
            // A modal whose button was pressed tells what became of it, whatever that is.
            if (request.View is { Type: "modal" } view)
                await OpenRemediationButton.RedrawAsync(
                    slack, message, view.Id, id, await locales.OfUserAsync(request.UserId, cancellationToken), cancellationToken);
        }
    }
}
