using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Remediation;

/// <summary>Opens one remediation from a list: the approval's message as a modal, its buttons included.</summary>
internal sealed class OpenRemediationButton(ISlackApiClient slack, RemediationStore store, ILocales locales) : IBlockActionHandler
{
    /// <summary>The <c>action_id</c>; the value is the remediation's id.</summary>
    public const string Action = "remediation.open";

    public static string ActionId => Action;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var attempt = await store.FindAsync(request.Value ?? "", cancellationToken)
            ?? throw new UserFacingException("remediation.fault.outdated");
        await slack.Views.Open(
            request.TriggerId ?? "", Render(attempt, await locales.OfUserAsync(request.UserId, cancellationToken)), cancellationToken);
    }

    internal static ModalView Render(RemediationRun attempt, Locale locale) => new()
    {
        Title = locale.Text("remediation.modal.plain_title"),
        Blocks = ApprovalMessage.Render(attempt, locale).Blocks,
        Close = locale.Text("button.close"),
    };
}
