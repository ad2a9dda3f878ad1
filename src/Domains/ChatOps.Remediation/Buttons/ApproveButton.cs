using ChatOps.Slack.Interactions;

namespace ChatOps.Remediation;

/// <summary>Approve, in the approval's message.</summary>
internal sealed class ApproveButton(RemediationService requests) : IBlockActionHandler
{
    /// <summary>The <c>action_id</c>; the value is the remediation's id.</summary>
    public const string Action = RemediationService.ApproveVerb;

    public static string ActionId => Action;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        requests.ApproveAsync(request.Value ?? "", request.UserId, cancellationToken);
}
