using System.Diagnostics;
using System.Reflection;
using ChatOps.Platform.Telemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ChatOps.Bot;

/// <summary>
/// Metrics in Prometheus' text form at <c>/metrics</c>, always: our own meters, ASP.NET's, Npgsql's and the runtime's. Where
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says so, metrics and traces go to a collector too; otherwise no span is ever made.
/// The other variables of OpenTelemetry (protocol, headers, sampler, resource attributes) hold as everywhere; where no sampler is named,
/// polling is not traced.
/// </summary>
internal static class Telemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static string? Version =>
        typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddGauges();
        var exports = !string.IsNullOrWhiteSpace(configuration[Endpoint]);
        services.AddOptions<ExportSetting>()
            .Validate(
                setting => !exports || Uri.TryCreate(configuration[Endpoint], UriKind.Absolute, out _),
                $"{Endpoint} is not an address such as http://127.0.0.1:4317.")
            .ValidateOnStart();

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                configuration["OTEL_SERVICE_NAME"] ?? "chatops",
                serviceVersion: Version))
            .WithMetrics(metrics => metrics
                .AddMeter(
                    "ChatOps*", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http",
                    "Npgsql")
                .AddPrometheusExporter());
        if (!exports) return;

        telemetry
            .WithMetrics(metrics => metrics.AddOtlpExporter())
            .WithTracing(traces => (string.IsNullOrWhiteSpace(configuration["OTEL_TRACES_SAMPLER"])
                    ? traces.SetSampler(new ParentBasedSampler(new PollsUntraced()))
                    : traces)
                .AddSource("ChatOps*", "Npgsql")
                .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !IsProbe(context.Request.Path))
                .AddHttpClientInstrumentation(calls =>
                    calls.EnrichWithHttpRequestMessage = (span, request) => span.SetTag("url.full", WithoutSecrets(request.RequestUri)))
                .AddOtlpExporter());
    }

    public static void MapTelemetry(this IEndpointRouteBuilder endpoints) => endpoints.MapPrometheusScrapingEndpoint("/metrics");

    /// <summary>What asks every few seconds tells nothing.</summary>
    private static bool IsProbe(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics");

    /// <summary>
    /// The address of a call as it may be seen by others. Slack's response and upload addresses are secrets in their paths; its methods'
    /// names and AWS's hosts are what is wanted.
    /// </summary>
    internal static string? WithoutSecrets(Uri? address) =>
        address is null ? null : address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) +
            (address.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal) ? address.AbsolutePath : "/…");

    /// <summary>
    /// A call that belongs to nothing (no request, no event, no message) is somebody looking whether there is work: a replica at rest does
    /// so a dozen times a second. What is found begins a trace of its own.
    /// </summary>
    internal sealed class PollsUntraced : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) => new(
            samplingParameters.Kind == ActivityKind.Client ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
    }

    /// <summary>Only there to carry a fault of the address to where all faults are said together.</summary>
    private sealed class ExportSetting;
}
