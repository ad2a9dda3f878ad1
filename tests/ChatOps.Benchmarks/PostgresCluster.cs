using System.Diagnostics;
using System.Globalization;

namespace ChatOps.Benchmarks;

/// <summary>
/// A private PostgreSQL with its shipped durability (fsync and synchronous_commit on), in a folder of its own, gone afterwards.
/// </summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private const int LogMegabytes = 2048;

    private readonly string _folder;
    private readonly string _binaries;

    private PostgresCluster(string folder, string binaries, int port) => (_folder, _binaries, Port) = (folder, binaries, port);

    public int Port { get; }

    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Maximum Pool Size=40";

    public static async Task<PostgresCluster> StartAsync()
    {
        var binaries = Directory.EnumerateDirectories("/usr/lib/postgresql").Order().Select(version => Path.Combine(version, "bin"))
            .Last(folder => File.Exists(Path.Combine(folder, "initdb")));
        var folder = Directory.CreateTempSubdirectory("chatops-pg-").FullName;
        if (Environment.UserName == "root") await RunAsync("chown", "postgres", folder);
        var port = FreePort.Take();
        var cluster = new PostgresCluster(folder, binaries, port);
        await cluster.AsPostgresAsync("initdb", "-D", $"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync");
        await cluster.AsPostgresAsync(
            "pg_ctl", "-D", $"{folder}/data", "-w", "-l", $"{folder}/log", "-o",
            $"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c min_wal_size={LogMegabytes}MB -c max_wal_size={2 * LogMegabytes}MB",
            "start");
        return cluster;
    }

    public Task CreateDatabaseAsync(string name) =>
        AsPostgresAsync("createdb", "-h", "127.0.0.1", "-p", Text(Port), "-U", "postgres", name);

    public async Task<bool> HasDatabaseAsync(string name) =>
        (await AsPostgresAsync("psql", "-h", "127.0.0.1", "-p", Text(Port), "-U", "postgres", "-tAc", "SELECT datname FROM pg_database"))
            .Split('\n').Contains(name);

    /// <summary>
    /// Brings the server's log to where it is after a day: its files are written over. A new server makes and zeroes each file, at the
    /// expense of whoever writes just then.
    /// </summary>
    public async Task FillLogAsync() => await AsPostgresAsync(
        "psql", "-h", "127.0.0.1", "-p", Text(Port), "-U", "postgres", "-qtA",
        "-c",
        $"SELECT count(pg_logical_emit_message(false, 'benchmark', repeat('x', 1048576))) FROM generate_series(1, {LogMegabytes * 3 / 4})",
        "-c", "CHECKPOINT");

    /// <summary>
    /// pgbench's own figure for single-row inserts, in transactions a second: the same event into the same table, as whoever does not
    /// batch would write it. The database must have the bot's tables.
    /// </summary>
    public async Task<double> InsertsPerSecondAsync(string database, int clients, TimeSpan length, string kind, string body)
    {
        var script = Path.Combine(_folder, "insert.sql");
        static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        // pgbench leaves ':name' alone where it knows no such variable, as in ARNs.
        await File.WriteAllTextAsync(
            script,
            $"insert into inbox_events (dedup_key, source, kind, body, received_at, state, finished_at) values ('eventbridge:' || " +
            $"gen_random_uuid(), 'eventbridge', {Quoted(kind)}, {Quoted(body)}, 1, 'unknown', 1);\n");
        var output = await AsPostgresAsync(
            "pgbench", "-n", "-h", "127.0.0.1", "-p", Text(Port), "-U", "postgres", "-c", Text(clients), "-j", "1", "-T",
            Text((int)length.TotalSeconds), "-f", script, database);
        var line = output.Split('\n').Single(line => line.StartsWith("tps = ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    /// <summary>Processor time of the server's processes that serve or have served a database, in microseconds.</summary>
    public double ProcessorMicroseconds()
    {
        var postmaster = int.Parse(File.ReadLines($"{_folder}/data/postmaster.pid").First(), CultureInfo.InvariantCulture);
        var total = 0.0;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            string[] fields;
            try
            {
                // The name, in brackets, may hold spaces: what follows it is fields 3 and on of proc(5).
                fields = File.ReadAllText($"{folder}/stat").Split(") ")[^1].Split(' ');
            }
            catch (IOException)
            {
                continue;
            }

            // utime and stime of the server's children; of those already gone, the server's cutime and cstime.
            if (int.Parse(fields[1], CultureInfo.InvariantCulture) == postmaster) total += Ticks(fields, 11) + Ticks(fields, 12);
            if (Path.GetFileName(folder) == postmaster.ToString(CultureInfo.InvariantCulture))
                total += Ticks(fields, 13) + Ticks(fields, 14);
        }

        return total * 10_000;
    }

    private static double Ticks(string[] fields, int at) => double.Parse(fields[at], CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await AsPostgresAsync("pg_ctl", "-D", $"{_folder}/data", "-m", "immediate", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Task<string> AsPostgresAsync(string program, params string[] arguments) =>
        Environment.UserName == "root"
            ? RunAsync("runuser", ["-u", "postgres", "--", Path.Combine(_binaries, program), .. arguments])
            : RunAsync(Path.Combine(_binaries, program), arguments);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        // pg_ctl leaves the server behind with our pipes: its output goes to a file instead.
        var quiet = arguments.Contains("start");
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = !quiet,
            RedirectStandardError = !quiet,
            WorkingDirectory = "/",
        })!;
        var output = quiet ? "" : await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: " +
                $"{output}{(quiet ? "" : await process.StandardError.ReadToEndAsync())}");
        return output;
    }
}
