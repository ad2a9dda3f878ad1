using ChatOps.Platform.Prometheus;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>Ends a silence of the list, whoever made it.</summary>
internal sealed class ExpireSilenceButton(
    AlertActions actions, AlertQueries queries, AlertViews views, ISlackApiClient slack) : IBlockActionHandler
{
    public const string ActionId = "alert.expire-silence";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var id = request.Value ?? "";
        try
        {
            await actions.ExpireAsync(new AlertActor(request.UserId, request.UserName), id, cancellationToken);
        }
        catch (AlertmanagerException fault)
        {
            throw new UserFacingException("alert.fault.server", ("fault", Mrkdwn.Literal(fault.Message)));
        }

        if (request.ResponseUrl is not { } url) return;
        await slack.Respond(
            url,
            InteractionResponse.Replace(await queries.SilencesAsync(await views.LocaleOf(request, cancellationToken), cancellationToken)),
            cancellationToken);
    }
}
