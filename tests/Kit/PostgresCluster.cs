using System.Diagnostics;
using Npgsql;

namespace ChatOps.Tests.Kit;

/// <summary>
/// A private PostgreSQL server: its own folder, a Unix socket in it, no port. <c>CHATOPS_TEST_POSTGRES</c> names the folder of one that
/// is started for several processes (<c>tests/run</c> does); without it this process has its own, which is gone when the process is,
/// however that ends, because the server's shell waits for the end of our standard input.
/// </summary>
public sealed class PostgresCluster
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgresCluster>> Running = new(() => Task.Run(StartAsync));
    private readonly string _folder;

    // Held, for a collected process closes its standard input, and that ends the server.
    private readonly Process? _shell;

    private PostgresCluster(string folder, Process? shell) => (_folder, _shell) = (folder, shell);

    /// <summary>The cluster of this run, started by whoever asks first.</summary>
    public static Task<PostgresCluster> Current => Running.Value;

    public string ConnectionString(string database) =>
        $"Host={_folder};Database={database};Username=postgres;Maximum Pool Size=20;Include Error Detail=true";

    private static async Task<PostgresCluster> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("CHATOPS_TEST_POSTGRES") is { Length: > 0 } shared)
        {
            var running = new PostgresCluster(shared, null);
            await running.AnswersAsync();
            return running;
        }

        if (!Directory.Exists("/usr/lib/postgresql"))
            throw new InvalidOperationException("The tests need PostgreSQL's server programs: apt-get install postgresql.");
        var folder = Directory.CreateTempSubdirectory("chatops-pg-").FullName;
        var shell = Process.Start(new ProcessStartInfo(
            "/bin/sh", [Path.Combine(AppContext.BaseDirectory, "postgres.sh"), folder])
        { RedirectStandardInput = true })
            ?? throw new InvalidOperationException("/bin/sh did not start.");
        var cluster = new PostgresCluster(folder, shell);
        await cluster.AnswersAsync();
        return cluster;
    }

    private async Task AnswersAsync()
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (_shell is not { HasExited: true } && waiting.Elapsed < StartTimeout)
            {
                await Task.Delay(50);
            }
        }
    }
}
