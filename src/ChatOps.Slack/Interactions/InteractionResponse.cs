using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Interactions;

/// <summary>What is posted to a response_url.</summary>
public sealed record InteractionResponse
{
    /// <summary>The message; null only when deleting.</summary>
    public Message? Message { get; init; }

    /// <summary>Everyone in the channel sees it; otherwise the user alone.</summary>
    public bool IsInChannel { get; init; }

    /// <summary>Take the place of the message that was clicked in.</summary>
    public bool ReplaceOriginal { get; init; }

    /// <summary>Delete the message that was clicked in.</summary>
    public bool DeleteOriginal { get; init; }

    /// <summary>Answer in this thread; null for none.</summary>
    public string? ThreadTs { get; init; }

    /// <summary>For the user alone, beside what is there.</summary>
    public static InteractionResponse Ephemeral(Message message) => new() { Message = message };

    /// <summary>For everyone in the channel.</summary>
    public static InteractionResponse InChannel(Message message) => new() { Message = message, IsInChannel = true };

    /// <summary>In place of the message that was clicked in.</summary>
    public static InteractionResponse Replace(Message message) => new() { Message = message, ReplaceOriginal = true };

    /// <summary>Deletes the message that was clicked in.</summary>
    public static InteractionResponse Delete { get; } = new() { DeleteOriginal = true };
}
