using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>Opens one group of a list or a storm in a modal, with its buttons.</summary>
internal sealed class AlertOpenButton(AlertViews views) : IBlockActionHandler
{
    public const string ActionId = "alert.open";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var group = await views.GetAsync(request.Value, cancellationToken);
        await views.ShowAsync(
            request, Render(group, views.SceneOf(group), await views.LocaleOf(request, cancellationToken)), cancellationToken);
    }

    internal static ModalView Render(AlertGroup group, AlertView view, Locale locale) => new()
    {
        CallbackId = ActionId,
        Title = TextCut.Plain(group.Name, 24),
        Close = locale.Text("button.close"),
        Blocks = AlertMessage.Blocks(group, view, locale),
    };
}
