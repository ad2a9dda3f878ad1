using OpenTelemetry.Metrics;

namespace ChatOps.Bot;

/// <summary>Metrics in Prometheus' text form at <c>/metrics</c>: our own meters, the runtime's and ASP.NET's own.</summary>
internal static class Telemetry
{
    public static void AddTelemetry(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("ChatOps*", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http")
            .AddPrometheusExporter());

    public static void MapTelemetry(this IEndpointRouteBuilder endpoints) => endpoints.MapPrometheusScrapingEndpoint("/metrics");
}
