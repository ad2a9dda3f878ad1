using System.Data.Common;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;

namespace ChatOps.Jobs;

/// <summary>Where Hangfire keeps its jobs: beside the product's tables in PostgreSQL, in memory when embedded.</summary>
internal static class JobStores
{
    /// <summary>Whether jobs are shared between replicas.</summary>
    public static bool IsPostgres(string connectionString)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        return parts.ContainsKey("Host") || parts.ContainsKey("Server");
    }

    /// <summary>Opens the store. PostgreSQL: its own schema, made at the first start.</summary>
    public static JobStorage Open(string connectionString)
    {
        if (!IsPostgres(connectionString))
        {
            // Nothing durable lives only here: the tables say what is pending, and the start schedules it again.
            return new InMemoryStorage(new InMemoryStorageOptions { MaxExpirationTime = TimeSpan.FromHours(1) });
        }

        var options = new PostgreSqlStorageOptions
        {
            SchemaName = "hangfire",
            // LISTEN/NOTIFY brings a job at once; the polling is for what a broken connection missed.
            EnableLongPolling = true,
            QueuePollInterval = TimeSpan.FromSeconds(15),
            UseSlidingInvisibilityTimeout = true,
            InvisibilityTimeout = TimeSpan.FromMinutes(2),
            PrepareSchemaIfNecessary = true,
            // A killed process leaves its locks behind for so long; Hangfire's own default is ten minutes, in which no job would run.
            DistributedLockTimeout = TimeSpan.FromMinutes(1),
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(connectionString, options), options);
    }
}
