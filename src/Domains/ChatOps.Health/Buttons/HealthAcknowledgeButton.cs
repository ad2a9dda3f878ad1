using ChatOps.Slack.Interactions;

namespace ChatOps.Health;

/// <summary>'I look after it.'</summary>
internal sealed class HealthAcknowledgeButton(HealthViews views, HealthActions actions) : IBlockActionHandler
{
    public const string ActionId = "health.acknowledge";

    static string IBlockActionHandler.ActionId => ActionId;

    /// <summary>Whether there is anything to look after, and nobody does.</summary>
    public static bool MakesSense(HealthEvent health) => health is { Open: true, Acknowledged: null };

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        await actions.AcknowledgeAsync(request.UserId, request.Value ?? "", cancellationToken);
        if (request.View is { CallbackId: HealthOpenButton.ActionId } view)
        {
            var health = await views.GetAsync(request.Value, cancellationToken);
            await views.UpdateAsync(view.Id, HealthOpenButton.Render(
                health, await views.SceneOfAsync(health, cancellationToken),
                await views.LocaleOf(request, cancellationToken)), cancellationToken);
        }
    }
}
