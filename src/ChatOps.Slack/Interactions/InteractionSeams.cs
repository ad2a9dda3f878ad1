namespace ChatOps.Slack.Interactions;

/// <summary>How much harm a use may do. Declared at registration, checked before the handler runs and again at the act.</summary>
public enum Sensitivity
{
    /// <summary>Looks only.</summary>
    Read,

    /// <summary>Changes what ChatOps or AWS holds.</summary>
    Change,

    /// <summary>Changes AWS resources.</summary>
    Remediate,
}

/// <summary>What kind of thing Slack sent.</summary>
public enum InteractionKind
{
    /// <summary>A slash command.</summary>
    Command,

    /// <summary>A button, menu or picker.</summary>
    BlockAction,

    /// <summary>A request for menu options.</summary>
    Options,

    /// <summary>A submitted modal.</summary>
    ViewSubmission,

    /// <summary>A closed modal.</summary>
    ViewClosed,

    /// <summary>A shortcut.</summary>
    Shortcut,

    /// <summary>An Events API event.</summary>
    Event,
}

/// <summary>One use, as the gate, the faults and the texts see it.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Id">The command, action id, callback id or event type.</param>
/// <param name="Sensitivity">As registered; <see cref="Sensitivity.Read"/> when unknown.</param>
/// <param name="UserId">Who; empty for events that nobody caused.</param>
/// <param name="TeamId">The workspace.</param>
/// <param name="ChannelId">The channel; null where there is none.</param>
public sealed record Interaction(InteractionKind Kind, string Id, Sensitivity Sensitivity, string UserId, string TeamId, string? ChannelId)
{
    /// <summary>The workspace that the user belongs to, when Slack says it.</summary>
    public string? UserTeamId { get; init; }

    /// <summary>The organisation, when there is one.</summary>
    public string? EnterpriseId { get; init; }

    /// <summary>The app that Slack sent it to.</summary>
    public string? AppId { get; init; }
}

/// <summary>Asked before every handler runs. The product implements it; by default everything passes.</summary>
public interface IInteractionGate
{
    /// <summary>Null lets it pass; a text refuses it and is shown to the user (markup).</summary>
    ValueTask<string?> Refusal(Interaction interaction, CancellationToken cancellationToken);
}

/// <summary>
/// Knows which requests were taken, over all replicas: a signed command that is sent again, to whichever, does nothing. The product
/// implements it; by default only this process's memory counts.
/// </summary>
public interface IRequestClaims
{
    /// <summary>False when the request was taken before. Must not throw.</summary>
    ValueTask<bool> TryClaim(string id, CancellationToken cancellationToken);
}

/// <summary>Turns a handler's exception into the text its user sees.</summary>
public interface IInteractionFaults
{
    /// <summary>The text to show (markup); logs what an operator needs. Must not throw.</summary>
    ValueTask<string> Describe(Interaction interaction, Exception fault, CancellationToken cancellationToken);
}

/// <summary>A sentence that the platform itself says to a user.</summary>
public enum InteractionText
{
    /// <summary>No handler for the command.</summary>
    UnknownCommand,

    /// <summary>No handler for the button or menu.</summary>
    UnknownAction,

    /// <summary>No handler for the modal.</summary>
    UnknownView,

    /// <summary>No handler for the shortcut.</summary>
    UnknownShortcut,

    /// <summary>Too much waits already; nothing was done.</summary>
    Busy,

    /// <summary>Something failed; followed by a reference.</summary>
    Failed,

    /// <summary>Title of the small modal that shows a text, at most 24 characters.</summary>
    NoticeTitle,

    /// <summary>The button that closes that modal, at most 24 characters.</summary>
    NoticeClose,
}

/// <summary>The platform's own sentences in the user's language. The product implements it; English by default.</summary>
public interface IInteractionTexts
{
    /// <summary>The sentence (markup).</summary>
    ValueTask<string> Get(InteractionText text, Interaction interaction, CancellationToken cancellationToken);
}
