using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Logging;

namespace ChatOps.Slack.Interactions;

/// <summary>Tells a user something where they are: beside the message, on top of the modal, or in a direct message.</summary>
internal sealed partial class Notices(ISlackApiClient slack, InteractionRunner runner, ILogger<Notices> logger)
{
    /// <summary>Says it; a failure is logged, never thrown, because there is nobody left to tell.</summary>
    public async Task Say(
        InteractionRequest request, Interaction interaction, ViewInfo? view, string text, CancellationToken cancellationToken)
    {
        try
        {
            if (request.ResponseUrl is { Length: > 0 } url)
            {
                await slack.Respond(url, InteractionResponse.Ephemeral(new Message { Text = text }), cancellationToken);
                return;
            }

            if (request.TriggerId is not { Length: > 0 } trigger
                || !await TryShow(trigger, view, await Notice(interaction, text, cancellationToken), cancellationToken))
            {
                await slack.Chat.PostMessage(request.UserId, new Message { Text = text }, cancellationToken: cancellationToken);
            }
        }
        catch (SlackCallException e)
        {
            Unsaid(logger, e, interaction.Kind, interaction.Id, interaction.UserId);
        }
    }

    /// <summary>A small modal with a text.</summary>
    public async Task<ModalView> Notice(Interaction interaction, string text, CancellationToken cancellationToken) => new()
    {
        Title = await runner.Text(InteractionText.NoticeTitle, interaction, cancellationToken),
        Close = await runner.Text(InteractionText.NoticeClose, interaction, cancellationToken),
        Blocks = [new SectionBlock(new Mrkdwn(text))],
    };

    private async Task<bool> TryShow(string trigger, ViewInfo? view, ModalView notice, CancellationToken cancellationToken)
    {
        try
        {
            await (view is { Type: "modal" }
                ? slack.Views.Push(trigger, notice, cancellationToken)
                : slack.Views.Open(trigger, notice, cancellationToken));
            return true;
        }
        catch (SlackException)
        {
            // The trigger was used or is too old, or three views are open: the user still gets to know.
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Id}: {UserId} could not be told")]
    private static partial void Unsaid(ILogger logger, Exception e, InteractionKind kind, string id, string userId);
}
