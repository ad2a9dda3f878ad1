using ChatOps.Sandbox;

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args.Where(a => a != "--slack-only").ToArray()).Build();
await using var sandbox = new SandboxHost(SandboxAddresses.From(configuration), args: args);
await sandbox.StartAsync();
Console.WriteLine($"Sandbox: {sandbox.Addresses.Bot} (page and bot), {sandbox.Addresses.Slack} (Slack Web API), {sandbox.Addresses.Aws} (AWS)");
await sandbox.WaitForShutdownAsync();
await sandbox.StopAsync();
