using ChatOps.Platform.Delivery;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>'I look after all of them': every open finding of a group or storm that nobody has acknowledged.</summary>
internal sealed class AcknowledgeAllButton(IGroups groups, FindingActions actions) : IBlockActionHandler
{
    public const string ActionId = "finding.acknowledge_all";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var group = await groups.FindAsync(request.Value ?? "", "finding", cancellationToken)
            ?? throw new UserFacingException("finding.group.gone");
        await actions.AcknowledgeAllAsync(new FindingActor(request.UserId, request.UserName), group, cancellationToken);
    }
}
