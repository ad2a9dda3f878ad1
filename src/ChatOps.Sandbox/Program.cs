using ChatOps.Bot;
using ChatOps.Sandbox;

// The sandbox is tried in a terminal: its addresses, or why it cannot start, are for whoever sits there.
#pragma warning disable RS0030

string[] settings = [.. args.Where(a => a != SlackOnly.Switch)];
var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(settings).Build();
if (args.Contains(SlackOnly.Switch))
{
    await SlackOnly.RunAsync(configuration);
    return 0;
}

try
{
    await using var sandbox = new SandboxHost(SandboxAddresses.From(configuration), args: settings);
    await sandbox.StartAsync();
    await Console.Out.WriteLineAsync($"""

        The sandbox is ready.
          {sandbox.Addresses.Bot}   the workspace's page, and the bot
          {sandbox.Addresses.Slack}   Slack Web API
          {sandbox.Addresses.Aws}   AWS
          {sandbox.Addresses.Grafana}   Grafana (a stand-in)
          smtp://localhost:{sandbox.Addresses.SmtpPort}   mail; what arrives is shown in the page

        """);
    await sandbox.WaitForShutdownAsync();
    return 0;
}
catch (Exception fault) when (StartupFaults.TryRead(fault, out var lines))
{
    foreach (var line in lines)
    {
        await Console.Error.WriteLineAsync($"The sandbox cannot start: {line}");
    }
    return StartupFaults.ExitCode;
}
