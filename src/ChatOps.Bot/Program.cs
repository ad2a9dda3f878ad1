using ChatOps.Bot;

if (args is ["--check-health", ..]) return await HealthProbe.RunAsync();

try
{
    await using var app = BotHost.Create(args);
    var lifetime = app.Services.GetRequiredService<DrainingLifetime>();
    await app.RunAsync();
    return lifetime.WasAsked ? 0 : StartupFaults.EndedByItself;
}
catch (Exception fault) when (StartupFaults.TryRead(fault, out var lines))
{
    // One plain line per fault, all of them at once, and no stack: this is for whoever deploys, not for whoever wrote it. There is no log
    // yet.
#pragma warning disable RS0030
    foreach (var line in lines) await Console.Error.WriteLineAsync($"ChatOps cannot start: {line}");
#pragma warning restore RS0030
    return StartupFaults.ExitCode;
}
