using ChatOps.Slack.Interactions;

namespace ChatOps.Remediation;

/// <summary>Approve, in the approval's message.</summary>
internal sealed class ApproveButton(RemediationApprovals approvals) : IBlockActionHandler
{
    /// <summary>The <c>action_id</c>; the value is the remediation's id.</summary>
    public const string Action = RemediationApprovals.ApproveVerb;

    public static string ActionId => Action;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        approvals.ApproveAsync(request.Value ?? "", request.UserId, cancellationToken);
}
