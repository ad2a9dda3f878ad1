using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Health;

/// <summary>Opens one event of a group in a modal, with its buttons.</summary>
internal sealed class HealthOpenButton(HealthViews views) : IBlockActionHandler
{
    public const string ActionId = "health.open";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var health = await views.GetAsync(request.Value, cancellationToken);
        await views.ShowAsync(
            request, Render(health, await views.SceneOfAsync(health, cancellationToken), await views.LocaleOf(request, cancellationToken)),
            cancellationToken);
    }

    internal static ModalView Render(HealthEvent health, HealthView view, Locale locale) => new()
    {
        CallbackId = ActionId,
        Title = TextCut.Plain(HealthText.PlainService(health), 24),
        Close = locale.Text("button.close"),
        Blocks = HealthMessage.Blocks(health, view, locale),
    };
}

/// <summary>Leads to the Health console; the browser does it, and Slack wants an answer all the same.</summary>
internal sealed class HealthConsoleButton : IBlockActionHandler
{
    public const string ActionId = "health.console";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) => Task.CompletedTask;
}
