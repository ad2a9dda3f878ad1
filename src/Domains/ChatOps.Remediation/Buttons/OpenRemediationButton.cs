using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Remediation;

/// <summary>Opens one remediation from a list: the approval's message as a modal, its buttons included.</summary>
internal sealed class OpenRemediationButton(ISlackApiClient slack, ApprovalMessage message, ILocales locales) : IBlockActionHandler
{
    /// <summary>The <c>action_id</c>; the value is the remediation's id.</summary>
    public const string Action = "remediation.open";

    public static string ActionId => Action;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var shown = await message.RenderAsync(request.Value ?? "", locale, cancellationToken)
            ?? throw new UserFacingException("remediation.fault.outdated");
        await slack.Views.Open(request.TriggerId ?? "", Render(shown, locale), cancellationToken);
    }

    /// <summary>Draws a modal of this kind anew, as the remediation stands now.</summary>
    internal static async Task RedrawAsync(
        ISlackApiClient slack, ApprovalMessage message, string viewId, string id, Locale locale, CancellationToken cancellationToken)
    {
        if (await message.RenderAsync(id, locale, cancellationToken) is not { } shown) return;
        try
        {
            await slack.Views.Update(viewId, Render(shown, locale), cancellationToken: cancellationToken);
        }
        catch (SlackException e) when (e.Error == "not_found")
        {
            // They closed it: the message tells the same.
        }
    }

    internal static ModalView Render(Message shown, Locale locale) => new()
    {
        Title = locale.Text("remediation.modal.plain_title"),
        Blocks = shown.Blocks,
        Close = locale.Text("button.close"),
    };
}
