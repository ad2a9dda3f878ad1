using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Interactions;

/// <summary>A slash command as Slack sent it.</summary>
public sealed record SlashCommand
{
    /// <summary>The command with its slash.</summary>
    public required string Command { get; init; }

    /// <summary>What follows the command, as it was typed; may be empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>Who typed it.</summary>
    public required string UserId { get; init; }

    /// <summary>The name of who typed it; not an identity.</summary>
    public string UserName { get; init; } = "";

    /// <summary>The workspace.</summary>
    public string TeamId { get; init; } = "";

    /// <summary>The organisation, when the workspace is part of one.</summary>
    public string? EnterpriseId { get; init; }

    /// <summary>The app that Slack sent it to.</summary>
    public string? AppId { get; init; }

    /// <summary>Where it was typed.</summary>
    public string ChannelId { get; init; } = "";

    /// <summary>The name of the channel; <c>directmessage</c> or <c>privategroup</c> when it has none to show.</summary>
    public string ChannelName { get; init; } = "";

    /// <summary>Opens one view within three seconds.</summary>
    public string TriggerId { get; init; } = "";

    /// <summary>Takes up to five answers within half an hour.</summary>
    public string ResponseUrl { get; init; } = "";
}

/// <summary>Answers a slash command through its response_url: at most five times, within half an hour.</summary>
public sealed class SlashCommandResponder
{
    private readonly ISlackApiClient _slack;
    private readonly string _responseUrl;

    /// <summary>A responder for one response_url.</summary>
    public SlashCommandResponder(ISlackApiClient slack, string responseUrl) => (_slack, _responseUrl) = (slack, responseUrl);

    /// <summary>Answers so that only the asker sees it.</summary>
    public Task Ephemeral(Message message, CancellationToken cancellationToken) =>
        _slack.Respond(_responseUrl, InteractionResponse.Ephemeral(message), cancellationToken);

    /// <summary>Answers so that only the asker sees it, in markup.</summary>
    public Task Ephemeral(string text, CancellationToken cancellationToken) =>
        Ephemeral(new Message { Text = text }, cancellationToken);

    /// <summary>Answers so that everyone in the channel sees it.</summary>
    public Task InChannel(Message message, CancellationToken cancellationToken) =>
        _slack.Respond(_responseUrl, InteractionResponse.InChannel(message), cancellationToken);
}
