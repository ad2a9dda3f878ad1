using System.Diagnostics;

namespace ChatOps.EndToEnd.Start;

/// <summary>A bot that cannot run says why, all of it at once, and does not start.</summary>
public class StartTests
{
    [Fact]
    public async Task Without_configuration_every_fault_is_named_at_once()
    {
        var (code, incoming) = await RunAsync([]);

        Assert.Equal(78, code);
        foreach (var key in (string[])[
            "ConnectionStrings:ChatOps", "ChatOps:Slack:SigningSecret", "ChatOps:Slack:BotToken", "ChatOps:Aws:Region"
        ])
            Assert.Contains(incoming, line => line.Contains(key, StringComparison.Ordinal));
        Assert.All(incoming, line => Assert.StartsWith("ChatOps cannot start: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_out_of_reach_is_said_in_one_line_without_the_password()
    {
        var settings = BotSettings.For(
            "Host=127.0.0.1;Port=9;Username=chatops;Password=swordfish;Database=chatops;Timeout=2", "http://127.0.0.1:9");

        var (code, incoming) = await RunAsync(settings);

        Assert.Equal(78, code);
        Assert.Contains("PostgreSQL", Assert.Single(incoming), StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", incoming[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_policy_file_is_named_with_its_line()
    {
        var folder = Directory.CreateTempSubdirectory("chatops-policy-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "access.yaml"), "roles:\n  oprator: [U0JIYEON]\n");
        var settings = BotSettings.For($"Data Source={Path.Combine(folder, "x.db")}", "http://127.0.0.1:9");
        settings["ChatOps__PolicyPath"] = folder;

        var (code, incoming) = await RunAsync(settings);
        Directory.Delete(folder, recursive: true);

        Assert.Equal(78, code);
        Assert.Contains(incoming, line => line.Contains("access.yaml", StringComparison.Ordinal));
    }

    private static async Task<(int Code, IReadOnlyList<string> Said)> RunAsync(Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [.. BotSettings.Command, "--urls=http://127.0.0.1:0"])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["Logging__LogLevel__Default"] = "None";
        foreach (var (key, value) in settings) start.Environment[key] = value;
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var text = await process.StandardError.ReadToEndAsync(timeout.Token);
            await output;
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
