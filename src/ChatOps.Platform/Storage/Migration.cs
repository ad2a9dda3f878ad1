using DbUp;
using DbUp.Builder;
using DbUp.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChatOps.Platform.Storage;

/// <summary>
/// Brings the schema up to date from the scripts of the platform and of every domain, <c>Scripts/{Postgres,Sqlite}/NNNN_domain_what.sql</c>
/// (or <c>Scripts/NNNN_domain_what.sql</c> for both databases), in the order of their numbers; a script that has run is never run again, so
/// what is released is never edited.
/// Runs before the other hosted services start. Several replicas may start at once: they take turns by an advisory lock.
/// </summary>
internal sealed partial class Migration(
    IDatabase database, IEnumerable<SchemaScripts> schema, ILogger<Migration> logger) : IHostedLifecycleService
{
    /// <summary>The advisory lock's number; any other user of the database must not use it. Spells "ChatOps" in ASCII.</summary>
    private const long LockKey = 0x43_68_61_74_4F_70_73;

    public Task StartingAsync(CancellationToken cancellationToken) => RunAsync(database, [.. schema], logger, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal static async Task RunAsync(
        IDatabase database, IReadOnlyList<SchemaScripts> schema, ILogger logger, CancellationToken cancellationToken)
    {
        if (database is PostgresDatabase postgres)
        {
            await using var connection = await postgres.Source.OpenConnectionAsync(cancellationToken);
            await ExecuteAsync(connection, "SELECT pg_advisory_lock($1)", cancellationToken);
            try
            {
                await UpgradeAsync(
                    DeployChanges.To.PostgresqlDatabase(postgres.ConnectionString), DatabaseKind.Postgres, schema, logger,
                    cancellationToken);
            }
            finally
            {
                await ExecuteAsync(connection, "SELECT pg_advisory_unlock($1)", CancellationToken.None);
            }
        }
        else
        {
            // Opened once by us first: the write-ahead log is a property of the file.
            await using var connection = await database.OpenAsync(cancellationToken);
            await UpgradeAsync(
                DeployChanges.To.SqliteDatabase(((SqliteDatabase)database).ConnectionString), DatabaseKind.Sqlite, schema, logger,
                cancellationToken);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = LockKey } }, CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task UpgradeAsync(
        UpgradeEngineBuilder target, DatabaseKind kind, IReadOnlyList<SchemaScripts> schema, ILogger logger,
        CancellationToken cancellationToken)
    {
        var engine = target
            .WithScripts(schema.SelectMany(scripts => scripts.For(kind)).DistinctBy(script => script.Name))
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build();
        // DbUp is synchronous.
        var result = await Task.Run(engine.PerformUpgrade, cancellationToken);
        foreach (SqlScript script in result.Scripts) LogApplied(logger, script.Name);
        if (!result.Successful)
        {
            throw new InvalidOperationException(
                $"The schema could not be brought up to date: script {result.ErrorScript?.Name ?? "(none)"} failed.", result.Error);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied schema script {Script}")]
    private static partial void LogApplied(ILogger logger, string script);
}
