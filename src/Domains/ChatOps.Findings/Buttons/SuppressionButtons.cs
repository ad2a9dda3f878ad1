using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>'I agree': a high risk is accepted for long.</summary>
internal sealed class ApproveSuppressionButton(SuppressionApprovals approvals) : IBlockActionHandler
{
    public const string ActionId = SuppressionApprovals.ApproveVerb;

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        approvals.ApproveAsync(new FindingActor(request.UserId, request.UserName), request.Value ?? "", cancellationToken);
}

/// <summary>'No.'</summary>
internal sealed class DenySuppressionButton(SuppressionApprovals approvals) : IBlockActionHandler
{
    public const string ActionId = SuppressionApprovals.DenyVerb;

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        approvals.DenyAsync(new FindingActor(request.UserId, request.UserName), request.Value ?? "", cancellationToken);
}
