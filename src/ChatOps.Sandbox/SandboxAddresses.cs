namespace ChatOps.Sandbox;

/// <summary>Where the sandbox listens. Port 0 takes a free one; the addresses are then read from the started host.</summary>
internal sealed record SandboxAddresses(string Bot, string Slack, string Aws)
{
    public static SandboxAddresses Default { get; } = new(
        "http://localhost:5080", "http://localhost:5081", "http://localhost:5082")
    { Grafana = "http://localhost:5083", SmtpPort = 5025 };

    /// <summary>Free loopback ports, for tests.</summary>
    public static SandboxAddresses Free { get; } = new("http://127.0.0.1:0", "http://127.0.0.1:0", "http://127.0.0.1:0");

    /// <summary>The stand-in for Grafana.</summary>
    public string Grafana { get; init; } = "http://127.0.0.1:0";

    /// <summary>The mail server's port.</summary>
    public int SmtpPort { get; init; }

    /// <summary>
    /// Reads <c>Sandbox:BotUrl</c>, <c>Sandbox:SlackUrl</c>, <c>Sandbox:AwsUrl</c>, <c>Sandbox:GrafanaUrl</c> and <c>Sandbox:SmtpPort</c>.
    /// </summary>
    public static SandboxAddresses From(IConfiguration configuration) => new(
        configuration["Sandbox:BotUrl"] ?? Default.Bot,
        configuration["Sandbox:SlackUrl"] ?? Default.Slack,
        configuration["Sandbox:AwsUrl"] ?? Default.Aws)
    {
        Grafana = configuration["Sandbox:GrafanaUrl"] ?? Default.Grafana,
        SmtpPort = configuration.GetValue("Sandbox:SmtpPort", Default.SmtpPort),
    };
}
