using System.Diagnostics;
using Npgsql;

namespace ChatOps.Tests.Kit;

/// <summary>
/// A private PostgreSQL server for one test run: its own folder, a Unix socket in it, no port. It is gone when the test process is,
/// however that ends, because its shell waits for the end of our standard input.
/// </summary>
public sealed class PostgresCluster
{
    private static readonly Lazy<Task<PostgresCluster>> Running = new(() => Task.Run(StartAsync));
    private readonly string _folder;

    // Held, for a collected process closes its standard input, and that ends the server.
    private readonly Process _shell;

    private PostgresCluster(string folder, Process shell) => (_folder, _shell) = (folder, shell);

    /// <summary>The cluster of this run, started by whoever asks first.</summary>
    public static Task<PostgresCluster> Current => Running.Value;

    /// <summary>Where PostgreSQL's server programs are, as Debian lays them.</summary>
    public static string Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0).Select(path => Path.Combine(path, "bin")).FirstOrDefault() ?? ""
        : "";

    public string ConnectionString(string database) => $"Host={_folder};Database={database};Username=postgres;Maximum Pool Size=20;Include Error Detail=true";

    private static async Task<PostgresCluster> StartAsync()
    {
        if (!File.Exists(Path.Combine(Programs, "initdb")))
            throw new InvalidOperationException("The tests need PostgreSQL's server programs: apt-get install postgresql.");

        var folder = Directory.CreateTempSubdirectory("chatops-pg-").FullName;
        // The server refuses to run as root.
        var asPostgres = Environment.UserName == "root" ? "runuser -u postgres -- " : "";
        var script =
            $"""
            set -e
            if [ -n "{asPostgres}" ]; then chown postgres "{folder}"; fi
            cd "{folder}"
            {asPostgres}{Programs}/initdb -D "{folder}/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1
            {asPostgres}{Programs}/postgres -D "{folder}/data" -k "{folder}" -c listen_addresses= -c fsync=off -c max_connections=200 >/dev/null 2>&1 </dev/null &
            server=$!
            cat >/dev/null
            # The server itself: what a shell starts in the background, runuser here, ignores this signal.
            kill -QUIT "$(head -n 1 "{folder}/data/postmaster.pid")" || kill -TERM $server
            wait $server || true
            rm -rf "{folder}"
            """;
        var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardInput = true })
            ?? throw new InvalidOperationException("/bin/sh did not start.");
        var cluster = new PostgresCluster(folder, shell);
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(cluster.ConnectionString("postgres") + ";Pooling=false");
                await connection.OpenAsync();
                return cluster;
            }
            catch (NpgsqlException) when (!cluster._shell.HasExited && patience.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(50);
            }
        }
    }
}
