using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Platform.Storage;

/// <summary>Registers the database.</summary>
public static class StorageFeature
{
    /// <summary>
    /// Adds <see cref="IDatabase"/>: PostgreSQL for <c>Host=…</c>, SQLite for <c>Data Source=…</c>. The schema is brought up to date
    /// before any other hosted service starts.
    /// </summary>
    /// <exception cref="ArgumentException">The connection string is neither, or cannot be read.</exception>
    public static IServiceCollection AddStorage(this IServiceCollection services, string connectionString)
    {
        // Read now, so that a wrong one stops the start with one line.
        var kind = KindOf(connectionString);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IDatabase>(_ => Open(kind, connectionString));
        services.AddSchema(typeof(StorageFeature).Assembly);
        services.AddHostedService<Migration>();
        return services;
    }

    /// <summary>Opens the database a connection string names; the schema is not touched.</summary>
    internal static IDatabase Open(DatabaseKind kind, string connectionString) =>
        kind == DatabaseKind.Postgres ? new PostgresDatabase(connectionString) : new SqliteDatabase(connectionString);

    /// <summary>Which database a connection string names.</summary>
    internal static DatabaseKind KindOf(string connectionString)
    {
        const string Forms = "'Host=…;Database=…;Username=…' for PostgreSQL or 'Data Source=chatops.db' for SQLite";
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = connectionString;
        }
        catch (ArgumentException)
        {
            // The exception's own text may repeat the password.
            throw new ArgumentException($"ConnectionStrings:ChatOps is not a connection string. Write {Forms}.", nameof(connectionString));
        }

        DatabaseKind? kind = parts.ContainsKey("Host") || parts.ContainsKey("Server") ? DatabaseKind.Postgres
            : parts.ContainsKey("Data Source") || parts.ContainsKey("DataSource") || parts.ContainsKey("Filename") ? DatabaseKind.Sqlite
            : null;
        if (kind is not { } known)
            throw new ArgumentException($"ConnectionStrings:ChatOps names no database. Write {Forms}.", nameof(connectionString));
        return ConnectionStringFaults.Of(known, connectionString) is { Count: > 0 } faults
            ? throw new ArgumentException(string.Join('\n', faults), nameof(connectionString))
            : known;
    }
}
