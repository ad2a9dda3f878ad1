using ChatOps.Sandbox.Aws;
using ChatOps.Sandbox.Aws.Aps;
using ChatOps.Sandbox.Slack;

namespace ChatOps.Sandbox;

/// <summary>The bot's configuration in the sandbox: its Slack is the local workspace, its AWS the local accounts.</summary>
internal static class BotConfiguration
{
    /// <param name="workspace">The local Slack, already listening.</param>
    /// <param name="awsUrl">Where the local AWS listens.</param>
    /// <param name="grafanaUrl">Where the stand-in for Grafana listens.</param>
    /// <param name="smtpPort">Where the mail server listens.</param>
    /// <param name="database">The file of the bot's database, used unless a connection string is configured.</param>
    public static Dictionary<string, string?> For(
        SlackWorkspace workspace, string awsUrl, string database, string grafanaUrl, int smtpPort) => new()
        {
            // For whoever sits at the terminal.
            ["Logging:Console:FormatterName"] = "simple",
            ["Logging:Console:FormatterOptions:SingleLine"] = "true",
            ["Logging:Console:FormatterOptions:IncludeScopes"] = "false",
            ["Logging:Console:FormatterOptions:TimestampFormat"] = "HH:mm:ss ",
            ["ConnectionStrings:ChatOps"] = $"Data Source={database}",
            ["ChatOps:PolicyPath"] = Path.Combine(AppContext.BaseDirectory, "sandbox-policy"),
            ["ChatOps:Slack:ApiUrl"] = $"{workspace.SlackUrl}/api/",
            ["ChatOps:Slack:BotToken"] = workspace.Options.BotToken,
            ["ChatOps:Slack:SigningSecret"] = workspace.Options.SigningSecret,
            ["ChatOps:Aws:Region"] = AwsSandboxOptions.HomeRegion,
            ["ChatOps:Aws:ServiceUrl"] = awsUrl,
            ["ChatOps:Aws:Accounts:0:Id"] = AwsSandboxOptions.ProdAccount,
            ["ChatOps:Aws:Accounts:0:Name"] = "prod",
            ["ChatOps:Aws:Accounts:0:RoleArn"] = MemberRole(AwsSandboxOptions.ProdAccount),
            ["ChatOps:Aws:Accounts:0:Regions:0"] = AwsSandboxOptions.HomeRegion,
            ["ChatOps:Aws:Accounts:0:Regions:1"] = AwsSandboxOptions.OtherRegion,
            ["ChatOps:Aws:Accounts:1:Id"] = AwsSandboxOptions.StageAccount,
            ["ChatOps:Aws:Accounts:1:Name"] = "stage",
            ["ChatOps:Aws:Accounts:1:RoleArn"] = MemberRole(AwsSandboxOptions.StageAccount),
            ["ChatOps:Aws:Accounts:1:Regions:0"] = AwsSandboxOptions.HomeRegion,
            ["ChatOps:Aws:Accounts:1:Regions:1"] = AwsSandboxOptions.OtherRegion,
            ["ChatOps:Ingest:Sns:TopicArns:0"] = AwsSandboxOptions.TopicArn,
            ["ChatOps:Ingest:EventBridge:ApiKey"] = AwsSandboxOptions.EventBridgeKey,
            ["ChatOps:Ingest:Alertmanager:BearerToken"] = AwsSandboxOptions.AlertmanagerToken,
            ["ChatOps:Prometheus:Url"] = $"{awsUrl}/workspaces/{ApsWorkspace.Id}",
            ["ChatOps:Alertmanager:Url"] = $"{awsUrl}/workspaces/{ApsWorkspace.Id}/alertmanager",
            // Somebody is watching how a silenced alert ends.
            ["ChatOps:Alerts:ReadBackEvery"] = "00:00:02",
            // The local automations take seconds, and somebody is watching.
            ["ChatOps:Remediation:PollEvery"] = "00:00:02",
            ["ChatOps:Remediation:VerifyFirst"] = "00:00:01",
            ["ChatOps:Remediation:VerifyAtMost"] = "00:00:05",
            // What is made in the page is looked for soon.
            ["ChatOps:Assets:SyncEvery"] = "00:02:00",
            ["ChatOps:Assets:DeletionGrace"] = "00:01:00",
            ["ChatOps:Email:Host"] = "127.0.0.1",
            ["ChatOps:Email:Port"] = smtpPort.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["ChatOps:Email:Security"] = "None",
            ["ChatOps:Email:From"] = "ChatOps <chatops@example.com>",
            ["ChatOps:Grafana:Url"] = grafanaUrl,
            ["ChatOps:Grafana:Token"] = Grafana.GrafanaStandIn.Token,
            ["ChatOps:Dashboard:OpenOnLoopback"] = "true",
        };

    private static string MemberRole(string account) => $"arn:aws:iam::{account}:role/ChatOpsMember";
}
