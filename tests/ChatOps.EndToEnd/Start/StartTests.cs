using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

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

    /// <summary>Databases that are there and cannot be used.</summary>
    [Theory]
    [InlineData("no such database", "chatop", "postgres", "3D000")]
    [InlineData("no right to create", "postgres", "start_reader", "42501")]
    [InlineData("no connection left", "postgres", "start_crowded", "53300")]
    public async Task A_PostgreSQL_that_cannot_be_used_is_said_in_one_line_within_seconds(
        string what, string database, string role, string code)
    {
        var cluster = await PostgresCluster.Current;
        await using (var connection = new Npgsql.NpgsqlConnection(cluster.ConnectionString("postgres") + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand(
                $"""
                DO $$ BEGIN CREATE ROLE {role} LOGIN {(code == "53300" ? "CONNECTION LIMIT 0" : "")};
                EXCEPTION WHEN duplicate_object THEN END $$;
                """,
                connection);
            await command.ExecuteNonQueryAsync();
        }

        var settings = BotSettings.For(
            cluster.ConnectionString("postgres").Replace("Database=postgres", $"Database={database}", StringComparison.Ordinal)
                .Replace("Username=postgres", $"Username={role}", StringComparison.Ordinal),
            "http://127.0.0.1:9");
        var began = Stopwatch.StartNew();
        var (exit, incoming) = await RunAsync(settings);

        Assert.Equal(78, exit);
        Assert.Contains(code, Assert.Single(incoming), StringComparison.Ordinal);
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(20), $"{what}: {began.Elapsed}");
    }

    [Theory]
    [InlineData("this is no database, however long it is", "", "code 26")]
    [InlineData(null, ";Mode=ReadOnly", "code 14")]
    [InlineData("", ";Mode=ReadOnly", "code 8")]
    public async Task A_SQLite_file_that_cannot_be_used_is_said_in_one_line(string? content, string suffix, string code)
    {
        var file = Path.Combine(Path.GetTempPath(), $"chatops-start-{Guid.NewGuid():N}.db");
        if (content is not null) await File.WriteAllTextAsync(file, content);

        var (exit, incoming) = await RunAsync(BotSettings.For($"Data Source={file}{suffix}", "http://127.0.0.1:9"));

        Assert.Equal(78, exit);
        Assert.Contains(code, Assert.Single(incoming), StringComparison.Ordinal);
        Assert.Contains(file, incoming[0], StringComparison.Ordinal);
        foreach (var left in (string[])["", "-wal", "-shm", ".lock"]) File.Delete(file + left);
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

    [Fact]
    public async Task A_log_entry_is_one_line_of_JSON_with_its_time()
    {
        var settings = BotSettings.For("Data Source=:memory:;Journal=wal", "http://127.0.0.1:9");
        settings["ChatOps__Slack__Token"] = "xoxb-1";
        settings["Logging__LogLevel__Default"] = "Warning";

        var (code, _, log) = await RunAllAsync(settings);

        Assert.Equal(78, code);
        using var entry = JsonDocument.Parse(Assert.Single(log));
        Assert.Contains(
            "ChatOps:Slack:Token is not known", entry.RootElement.GetProperty("Message").GetString(), StringComparison.Ordinal);
        Assert.True(DateTimeOffset.TryParse(
            entry.RootElement.GetProperty("Timestamp").GetString(), CultureInfo.InvariantCulture, out _));
    }

    private static async Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(Dictionary<string, string> settings) =>
        await RunAllAsync(settings) is var (code, errors, _) ? (code, errors) : default;

    private static async Task<(int Code, IReadOnlyList<string> Errors, IReadOnlyList<string> Log)> RunAllAsync(
        Dictionary<string, string> settings)
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
            var log = await output;
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, Lines(text), Lines(log));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
