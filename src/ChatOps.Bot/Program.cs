using ChatOps.Bot;
using ChatOps.Platform.Storage;

if (args is ["--check-health", ..]) return await HealthProbe.RunAsync();

if (CommandLine.TryAnswer(args, out var answer))
{
#pragma warning disable RS0030
    await Console.Out.WriteLineAsync(answer);
#pragma warning restore RS0030
    return 0;
}

#pragma warning disable RS0030
if (DoctorCommand.IsAsked(args)) return await DoctorCommand.RunAsync(args, Console.Out);
#pragma warning restore RS0030

try
{
    await using var app = BotHost.Create(args);
    DatabaseStart.Check(app.Services);
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
