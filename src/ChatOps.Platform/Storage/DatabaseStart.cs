using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ChatOps.Platform.Storage;

/// <summary>The database cannot be used as it is; an operator mends that.</summary>
/// <param name="line">What is wrong and what to check, in one line, without the password.</param>
/// <param name="inner">What the database said; null for nothing.</param>
public sealed class DatabaseUnusableException(string line, Exception? inner = null) : Exception(line, inner);

/// <summary>
/// Tries the database before anything else does: Hangfire and the migration would try for half a minute, and tell with a stack.
/// </summary>
public static class DatabaseStart
{
    private const int TriedForSeconds = 4;

    /// <summary>Connects, and makes sure that tables can be made and rows written.</summary>
    /// <exception cref="DatabaseUnusableException">They cannot.</exception>
    public static void Check(IServiceProvider services)
    {
        try
        {
            switch (services.GetRequiredService<IDatabase>())
            {
                case PostgresDatabase postgres:
                    CheckPostgres(postgres);
                    break;
                case SqliteDatabase sqlite:
                    sqlite.Hold();
                    CheckSqlite(sqlite);
                    break;
            }
        }
        catch (Exception fault) when (Describe(fault) is { } line)
        {
            throw new DatabaseUnusableException(line, fault);
        }
    }

    /// <summary>What a fault of the database means to an operator, in one line; null when it is not one of the known kinds.</summary>
    public static string? Describe(Exception? fault) => fault switch
    {
        null => null,
        DatabaseUnusableException unusable => unusable.Message,
        PostgresException refused => Describe(refused),
        NpgsqlException { InnerException: SocketException or IOException } away =>
            $"PostgreSQL cannot be reached ({OneLine(away.Message)}: {OneLine(away.InnerException!.Message)}). Check Host and Port in " +
            "ConnectionStrings:ChatOps and that the server is up.",
        NpgsqlException { InnerException: TimeoutException } slow =>
            $"PostgreSQL does not answer ({OneLine(slow.Message)}). Check Host and Port in ConnectionStrings:ChatOps and that the server " +
            "can be reached.",
        SqliteException sqlite => Describe(sqlite),
        UnauthorizedAccessException or IOException when fault.TargetSite?.DeclaringType?.Assembly == typeof(File).Assembly =>
            $"The SQLite file of ConnectionStrings:ChatOps cannot be made: {OneLine(fault.Message)} Name a folder that can be written.",
        InvalidOperationException => Describe(fault.InnerException),
        _ => null,
    };

    private static string Describe(PostgresException refused)
    {
        var said = $"{OneLine(refused.MessageText)} ({refused.SqlState})";
        return refused.SqlState switch
        {
            PostgresErrorCodes.InvalidCatalogName =>
                $"PostgreSQL has no such database: {said}. Create it, or mend Database in ConnectionStrings:ChatOps.",
            PostgresErrorCodes.InsufficientPrivilege =>
                $"The role of ConnectionStrings:ChatOps lacks a right: {said}. Grant it CREATE on the database and its schema.",
            PostgresErrorCodes.TooManyConnections =>
                $"PostgreSQL has no connection left for us: {said}. Raise max_connections or the role's limit.",
            PostgresErrorCodes.CannotConnectNow => $"PostgreSQL is starting up or shutting down: {said}. Start again when it is up.",
            PostgresErrorCodes.ReadOnlySqlTransaction =>
                $"PostgreSQL cannot be written: {said}. ConnectionStrings:ChatOps must name the primary.",
            _ when refused.SqlState.StartsWith("28", StringComparison.Ordinal) =>
                $"PostgreSQL refuses the connection: {said}. Check Username and Password in ConnectionStrings:ChatOps.",
            _ => $"PostgreSQL refuses: {said}.",
        };
    }

    private static string? Describe(SqliteException fault)
    {
        var said = $"{OneLine(fault.Message)} (code {fault.SqliteErrorCode})";
        return fault.SqliteErrorCode switch
        {
            8 => $"The SQLite file of ConnectionStrings:ChatOps cannot be written: {said}. Check Mode and the file's rights.",
            10 or 13 => $"The disk of the SQLite file of ConnectionStrings:ChatOps fails or is full: {said}.",
            11 or 26 =>
                $"The SQLite file of ConnectionStrings:ChatOps is damaged or no SQLite database: {said}. Restore it, or name another.",
            14 => $"The SQLite file of ConnectionStrings:ChatOps cannot be opened or made: {said}. Check the folder, Mode and rights.",
            5 or 6 => $"The SQLite file of ConnectionStrings:ChatOps is locked by another process: {said}. Stop that process.",
            _ => null,
        };
    }

    private static void CheckPostgres(PostgresDatabase database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Timeout = TriedForSeconds,
            CommandTimeout = TriedForSeconds,
            Pooling = false,
        };
        try
        {
            using var connection = new NpgsqlConnection(settings.ConnectionString);
            connection.Open();
            using var command = new NpgsqlCommand(
                """
                SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on',
                  to_regclass('schemaversions') IS NULL AND NOT COALESCE(has_schema_privilege(current_schema(), 'CREATE'), false),
                  current_user::text
                """,
                connection);
            using var row = command.ExecuteReader();
            row.Read();
            if (row.GetBoolean(0))
                throw new DatabaseUnusableException(
                    $"PostgreSQL at {settings.Host} cannot be written: it is a standby or read-only. ConnectionStrings:ChatOps must name " +
                    "the primary.");
            if (row.GetBoolean(1))
                throw new DatabaseUnusableException(
                    $"The role {row.GetString(2)} of ConnectionStrings:ChatOps lacks the right CREATE on the schema of " +
                    $"{settings.Database} (42501). Grant it, or make the role the database's owner.");
        }
        catch (NpgsqlException fault) when (fault is not PostgresException && Describe(fault) is { } line)
        {
            throw new DatabaseUnusableException($"{line.TrimEnd('.')} ({settings.Host}:{settings.Port}).", fault);
        }
        catch (PostgresException refused)
        {
            throw new DatabaseUnusableException(
                $"{Describe(refused).TrimEnd('.')} ({settings.Host}, database {settings.Database}).", refused);
        }
    }

    private static void CheckSqlite(SqliteDatabase database)
    {
        // Not pooled: what fails in the middle of its transaction is not handed to the next.
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder(database.ConnectionString) { Pooling = false, DefaultTimeout = TriedForSeconds }
                .ConnectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            // Reads the header, and takes the write lock: both fail on a file that is none or cannot be written.
            foreach (var statement in (string[])["BEGIN IMMEDIATE", "CREATE TABLE start_check (at integer)", "ROLLBACK"])
            {
                command.CommandText = statement;
                command.ExecuteNonQuery();
            }
        }
        catch (SqliteException fault) when (Describe(fault) is { } line)
        {
            throw new DatabaseUnusableException($"{line.TrimEnd('.')} ({connection.DataSource}).", fault);
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
