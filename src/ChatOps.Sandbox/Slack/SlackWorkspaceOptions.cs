namespace ChatOps.Sandbox.Slack;

/// <summary>The names and secrets of the local workspace; the defaults are those the sandbox's bot is configured with.</summary>
internal sealed record SlackWorkspaceOptions
{
    public string TeamId { get; init; } = "T0SANDBOX";
    public string TeamName { get; init; } = "Bighead";
    public string TeamDomain { get; init; } = "bighead";
    public string AppId { get; init; } = "A0CHATOPS";
    public string BotId { get; init; } = "B0CHATOPS";
    public string BotUserId { get; init; } = "U0CHATOPS";
    public string BotToken { get; init; } = "xoxb-sandbox";
    public string SigningSecret { get; init; } = "sandbox-signing-secret";

    /// <summary>How long Slack waits for the app's answer to a request.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a trigger id opens a view.</summary>
    public TimeSpan TriggerLifetime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether methods refuse with 429 beyond their documented rates.</summary>
    public bool RateLimits { get; init; } = true;

    /// <summary>The event types the app has subscribed to.</summary>
    public IReadOnlyList<string> Subscriptions { get; init; } = ["app_mention", "message.channels", "message.im", "app_home_opened"];
}
