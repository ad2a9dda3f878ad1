using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>'It needs somebody again': takes a suppression back, or a resolution that a person declared.</summary>
internal sealed class ReopenButton(FindingViews views, FindingActions actions) : IBlockActionHandler
{
    public const string ActionId = "finding.reopen";

    static string IBlockActionHandler.ActionId => ActionId;

    /// <summary>What passed its check, or was withdrawn, is not ours to reopen.</summary>
    public static bool MakesSense(Finding finding) =>
        finding is { Archived: false, Workflow: WorkflowStatus.Suppressed or WorkflowStatus.Resolved, Compliance: not "PASSED" };

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        views.ActAsync(request, (by, id) => actions.ReopenAsync(by, id, cancellationToken), cancellationToken);
}
