using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ChatOps.Bot;

/// <summary>
/// <c>/health/live</c>: the process runs. <c>/health/ready</c>: it can take events, that is, the database takes writes and
/// the process has not been told to end.
/// Slack or AWS being down does not make it unready: events are still taken and wait.
/// </summary>
internal static class Health
{
    private const string Ready = "ready";

    public static void AddHealth(this IServiceCollection services) =>
        services.AddSingleton<DatabaseCheck>().AddHealthChecks()
            .AddCheck<DatabaseCheck>("database", tags: [Ready], timeout: TimeSpan.FromSeconds(2))
            .AddCheck<EndingCheck>("ending", tags: [Ready]);

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        endpoints.MapHealthChecks(
            "/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync });
    }

    private static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("status", report.Status.ToString());
        writer.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries)
        {
            writer.WriteStartObject(name);
            writer.WriteString("status", entry.Status.ToString());
            if (entry.Description is not null) writer.WriteString("description", entry.Description);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>A real write: a database that only answers takes no events. Asked at most once a second.</summary>
    private sealed class DatabaseCheck(IDatabase database, TimeProvider time) : IHealthCheck
    {
        private static readonly TimeSpan Believed = TimeSpan.FromSeconds(1);

        private long _writtenAt = long.MinValue;

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var last = Volatile.Read(ref _writtenAt);
            if (last != long.MinValue && time.GetElapsedTime(last) < Believed) return HealthCheckResult.Healthy();
            try
            {
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                await database.WriteAsync(
                    uow => uow.Connection.ExecuteAsync(
                        "INSERT INTO health_writes (id, made_at) VALUES (1, @now) ON CONFLICT (id) DO UPDATE SET made_at = @now",
                        new { now }, uow.Transaction),
                    cancellationToken);
                Volatile.Write(ref _writtenAt, time.GetTimestamp());
                return HealthCheckResult.Healthy();
            }
            catch (System.Data.Common.DbException fault)
            {
                return HealthCheckResult.Unhealthy($"The database takes no writes: {fault.Message}");
            }
        }
    }

    private sealed class EndingCheck(DrainingLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(lifetime.IsDraining
                ? HealthCheckResult.Unhealthy("The process has been told to end.")
                : HealthCheckResult.Healthy());
    }
}
