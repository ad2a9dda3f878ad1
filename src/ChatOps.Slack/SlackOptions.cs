namespace ChatOps.Slack;

/// <summary>How to reach Slack, and how much to hold in memory. Checked at start: see <see cref="Faults"/>.</summary>
public sealed class SlackOptions
{
    /// <summary>Where they are configured.</summary>
    public const string Section = "ChatOps:Slack";

    /// <summary>Base address of the Web API; method names are appended.</summary>
    public string ApiUrl { get; set; } = "https://slack.com/api/";

    /// <summary>The bot's token (<c>xoxb-…</c>). Never logged.</summary>
    public string BotToken { get; set; } = "";

    /// <summary>Signs what Slack sends us. Never logged.</summary>
    public string SigningSecret { get; set; } = "";

    /// <summary>Set for Socket Mode (<c>xapp-…</c>). Never logged.</summary>
    public string? AppToken { get; set; }

    /// <summary>How far a request's timestamp may be from our clock, either way.</summary>
    public TimeSpan SignatureWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a handler may keep Slack waiting before the acknowledgement goes out; Slack gives up after 3 s.</summary>
    public TimeSpan AckWithin { get; set; } = TimeSpan.FromMilliseconds(2500);

    /// <summary>How many slash commands may wait for a worker.</summary>
    public int CommandQueueCapacity { get; set; } = 4096;

    /// <summary>How many slash commands are handled at once.</summary>
    public int CommandWorkers { get; set; } = 8;

    /// <summary>How many clicks, submissions and events are handled at once; more are answered "busy".</summary>
    public int MaxConcurrentInteractions { get; set; } = 256;

    /// <summary>How many ids of past requests are remembered against repetition.</summary>
    public int RememberedRequests { get; set; } = 10_000;

    /// <summary>How long shutting down waits for handlers.</summary>
    public TimeSpan DrainWithin { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a Web API call may take.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest answer of the Web API that is read, in bytes.</summary>
    public int MaxResponseBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Every fault of these options, in words for an operator; empty when they are right.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(SigningSecret))
        {
            yield return "ChatOps:Slack:SigningSecret is missing. Copy it from the Slack app's page 'Basic Information'.";
        }
        else if (KindOf(SigningSecret) is { } token)
        {
            yield return $"ChatOps:Slack:SigningSecret is {token}. Copy the signing secret from the Slack app's page 'Basic Information'.";
        }
        else if (FaultOf(SigningSecret) is { } wrong)
        {
            yield return $"ChatOps:Slack:SigningSecret is not the secret alone; {wrong}.";
        }

        if (string.IsNullOrWhiteSpace(BotToken))
        {
            yield return "ChatOps:Slack:BotToken is missing. Copy it from the Slack app's page 'OAuth & Permissions' (it starts with " +
                "xoxb-).";
        }
        else if (!BotToken.StartsWith("xoxb-", StringComparison.Ordinal) && !BotToken.StartsWith("xoxe.xoxb-", StringComparison.Ordinal))
        {
            yield return KindOf(BotToken) is { } kind
                ? $"ChatOps:Slack:BotToken is {kind}; the bot's starts with xoxb-."
                : $"ChatOps:Slack:BotToken must start with xoxb-{(FaultOf(BotToken) is { } wrong ? $"; {wrong}" : "")}.";
        }
        else if (FaultOf(BotToken) is { } wrong)
        {
            yield return $"ChatOps:Slack:BotToken is not the token alone; {wrong}.";
        }

        if (!Uri.TryCreate(ApiUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || !ApiUrl.EndsWith('/'))
        {
            yield return "ChatOps:Slack:ApiUrl must be an http or https address that ends with '/', such as https://slack.com/api/.";
        }

        if (AppToken is { Length: > 0 } && !AppToken.StartsWith("xapp-", StringComparison.Ordinal))
        {
            var kind = KindOf(AppToken) is { } token ? $"is {token}; it must" : "must";
            yield return $"ChatOps:Slack:AppToken {kind} start with xapp- (an app-level token with connections:write)" +
                $"{(FaultOf(AppToken) is { } wrong ? $"; {wrong}" : "")}.";
        }
        else if (AppToken is { Length: > 0 } && FaultOf(AppToken) is { } wrong)
        {
            yield return $"ChatOps:Slack:AppToken is not the token alone; {wrong}.";
        }

        if (CommandQueueCapacity < 1 || CommandWorkers < 1 || MaxConcurrentInteractions < 1 || RememberedRequests < 1
            || MaxResponseBytes < 1024)
        {
            yield return "ChatOps:Slack: CommandQueueCapacity, CommandWorkers, MaxConcurrentInteractions and RememberedRequests must be " +
                "at least 1, MaxResponseBytes at least 1024.";
        }

        if (SignatureWindow <= TimeSpan.Zero || AckWithin <= TimeSpan.Zero || AckWithin >= TimeSpan.FromSeconds(3)
            || CallTimeout <= TimeSpan.Zero || DrainWithin < TimeSpan.Zero)
        {
            yield return "ChatOps:Slack: SignatureWindow and CallTimeout must be positive, AckWithin between 0 and 3 s, DrainWithin not " +
                "negative.";
        }
    }

    /// <summary>Takes away the space and line ends around what was read from a file or pasted.</summary>
    internal void Trim() => (BotToken, SigningSecret, AppToken, ApiUrl) =
        (BotToken?.Trim() ?? "", SigningSecret?.Trim() ?? "", AppToken?.Trim(), ApiUrl?.Trim() ?? "");

    /// <summary>What kind of Slack's tokens a text is, by its beginning (Slack documentation, 'Tokens'); null when it is none.</summary>
    private static string? KindOf(string text) => text switch
    {
        _ when text.StartsWith("xoxb-", StringComparison.Ordinal) => "the bot's token (xoxb-)",
        _ when text.StartsWith("xoxp-", StringComparison.Ordinal) => "a user's token (xoxp-)",
        _ when text.StartsWith("xapp-", StringComparison.Ordinal) => "an app-level token (xapp-)",
        _ when text.StartsWith("xoxe-", StringComparison.Ordinal) => "a refresh token (xoxe-)",
        _ when text.StartsWith("xox", StringComparison.Ordinal) => "a token of another kind",
        _ => null,
    };

    /// <summary>Why a text cannot be a secret as Slack gives them; null when it can. The text itself is never shown.</summary>
    private static string? FaultOf(string text) =>
        text[0] is '"' or '\'' or '`' ? "it stands in quotes"
        : text.Any(char.IsWhiteSpace) || text.Any(char.IsControl) ? "it holds a space or a line's end"
        : text.Any(c => c is '"' or '\'' or '`') ? "it holds a quote"
        : text.Any(c => !char.IsAscii(c)) ? "it holds a character that is not ASCII"
        : null;
}
