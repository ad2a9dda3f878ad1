using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>Opens one finding of a list or a group in a modal, with its buttons.</summary>
internal sealed class FindingOpenButton(FindingViews views) : IBlockActionHandler
{
    public const string ActionId = "finding.open";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var finding = await views.GetAsync(request.Value, cancellationToken);
        await views.ShowAsync(
            request, Render(finding, views.SceneOf(finding), await views.LocaleOf(request, cancellationToken)), cancellationToken);
    }

    internal static ModalView Render(Finding finding, FindingView view, Locale locale) => new()
    {
        CallbackId = ActionId,
        Title = TextCut.Plain(FindingText.Short(finding), 24),
        Close = locale.Text("button.close"),
        Blocks = FindingMessage.Blocks(finding, view, locale),
    };
}
