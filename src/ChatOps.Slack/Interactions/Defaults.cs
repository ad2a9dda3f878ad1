using System.Security.Cryptography;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;

namespace ChatOps.Slack.Interactions;

/// <summary>Lets everything pass.</summary>
internal sealed class OpenGate : IInteractionGate
{
    public ValueTask<string?> Refusal(Interaction interaction, CancellationToken cancellationToken) => default;
}

/// <summary>The sentences in English.</summary>
internal sealed class EnglishTexts : IInteractionTexts
{
    public ValueTask<string> Get(
        InteractionText text, Interaction interaction, CancellationToken cancellationToken) => ValueTask.FromResult(text switch
        {
            InteractionText.UnknownCommand =>
                $"I do not know {Blocks.Mrkdwn.Code(interaction.Id)}. The app was updated: try again in a minute, or ask an admin.",
            InteractionText.UnknownAction =>
                "This button is from an older version and does nothing any more. Open the message's subject again.",
            InteractionText.UnknownView => "This form is from an older version. Close it and open it again.",
            InteractionText.UnknownShortcut => "This shortcut is from an older version and does nothing any more.",
            InteractionText.Busy => "I have too much to do right now and did nothing. Try again in a moment.",
            InteractionText.NoticeTitle => "Notice",
            InteractionText.NoticeClose => "Close",
            _ => "That did not work.",
        });
}

/// <summary>Shows a short reference and logs it with the exception.</summary>
internal sealed partial class ReferenceFaults(IInteractionTexts texts, ILogger<ReferenceFaults> logger) : IInteractionFaults
{
    public async ValueTask<string> Describe(Interaction interaction, Exception fault, CancellationToken cancellationToken)
    {
        var reference = RandomNumberGenerator.GetHexString(6, lowercase: true);
        Failed(logger, fault, interaction.Kind, interaction.Id, interaction.UserId, reference, (fault as SlackException)?.Error);
        return $"{await texts.Get(InteractionText.Failed, interaction, cancellationToken)} (ref {reference})";
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Id} of {UserId} failed, ref {Reference} (Slack: {SlackError})")]
    private static partial void Failed(
        ILogger logger, Exception fault, InteractionKind kind, string id, string userId, string reference, string? slackError);
}

/// <summary>Every claim holds: the memory of this process has already told repetitions.</summary>
internal sealed class EveryClaim : IRequestClaims
{
    public ValueTask<bool> TryClaim(string id, CancellationToken cancellationToken) => ValueTask.FromResult(true);
}
