namespace ChatOps.EndToEnd;

/// <summary>The configuration of a bot under test, in its environment form.</summary>
internal static class BotSettings
{
    public const string ApiKey = "test-eventbridge-key";
    public const string BearerToken = "test-alertmanager-token";
    public const string SigningSecret = "sandbox-signing-secret";

    public static string[] Command { get; } = [Path.Combine(AppContext.BaseDirectory, "ChatOps.Bot.dll")];

    public static Dictionary<string, string> For(string connectionString, string slackUrl, string? awsUrl = null) => new()
    {
        ["ConnectionStrings__ChatOps"] = connectionString,
        ["ChatOps__Slack__ApiUrl"] = slackUrl.TrimEnd('/') + "/api/",
        ["ChatOps__Slack__BotToken"] = "xoxb-sandbox",
        ["ChatOps__Slack__SigningSecret"] = SigningSecret,
        ["ChatOps__Aws__Region"] = "ap-northeast-2",
        ["ChatOps__Aws__ServiceUrl"] = awsUrl ?? "http://127.0.0.1:9",
        ["ChatOps__Ingest__EventBridge__ApiKey"] = ApiKey,
        ["ChatOps__Ingest__Alertmanager__BearerToken"] = BearerToken,
        ["AWS_ACCESS_KEY_ID"] = "AKIASANDBOX",
        ["AWS_SECRET_ACCESS_KEY"] = "sandbox-secret",
    };
}
