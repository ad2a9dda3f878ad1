using ChatOps.Slack.Interactions;

namespace ChatOps.Remediation;

/// <summary>Stop, while an automation runs or waits.</summary>
internal sealed class StopButton(RemediationStops stops) : IBlockActionHandler
{
    /// <summary>The <c>action_id</c>; the value is the finding's id.</summary>
    public const string Action = RemediationStops.Verb;

    public static string ActionId => Action;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        stops.StopAsync(request.Value ?? "", request.UserId, cancellationToken);
}
