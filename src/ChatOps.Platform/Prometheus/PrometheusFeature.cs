using System.Net.Http.Headers;
using ChatOps.Aws;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Prometheus;

/// <summary>The PromQL API and Alertmanager's API, of servers of one's own or of Amazon Managed Prometheus.</summary>
public static class PrometheusFeature
{
    private const int LargestAnswer = 32 * 1024 * 1024;

    /// <summary>
    /// Adds <see cref="IPrometheus"/> and <see cref="IAlertmanager"/>, configured by <c>ChatOps:Prometheus</c> and
    /// <c>ChatOps:Alertmanager</c>; without an address they say that there is none. Needs <c>AddAws</c>.
    /// </summary>
    public static IServiceCollection AddPrometheus(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PrometheusOptions>().Bind(configuration.GetSection(PrometheusOptions.Section)).ValidateOnStart();
        services.AddOptions<AlertmanagerOptions>().Bind(configuration.GetSection(AlertmanagerOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PrometheusOptions>, PrometheusOptionsValidator>();
        services.AddSingleton<IValidateOptions<AlertmanagerOptions>, AlertmanagerOptionsValidator>();
        // Queries are asked by POST, for they may be long, and may be asked again; a silence made twice would be two.
        services.AddServer<PrometheusOptions>(PrometheusClient.HttpClient, retryPosts: true);
        services.AddServer<AlertmanagerOptions>(AlertmanagerClient.HttpClient, retryPosts: false);
        services.TryAddSingleton<IPrometheus, PrometheusClient>();
        services.TryAddSingleton<IAlertmanager, AlertmanagerClient>();
        return services;
    }

    private static void AddServer<T>(this IServiceCollection services, string name, bool retryPosts)
        where T : MonitoringServerOptions
    {
        var client = services.AddHttpClient(name, (provider, client) =>
        {
            client.MaxResponseContentBufferSize = LargestAnswer;
            client.Timeout = Timeout.InfiniteTimeSpan; // The handler below has its own.
            if (provider.GetRequiredService<IOptions<T>>().Value.BearerToken is { Length: > 0 } token)
                client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        });
        client.ConfigurePrimaryHttpMessageHandler(() =>
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
        client.AddStandardResilienceHandler().Configure((resilience, provider) =>
        {
            var timeout = provider.GetRequiredService<IOptions<T>>().Value.Timeout;
            resilience.AttemptTimeout.Timeout = timeout;
            resilience.TotalRequestTimeout.Timeout = timeout * 3;
            resilience.CircuitBreaker.SamplingDuration = timeout * 2 + TimeSpan.FromSeconds(10);
            resilience.Retry.MaxRetryAttempts = 2;
            resilience.Retry.Delay = TimeSpan.FromMilliseconds(200);
            if (!retryPosts) resilience.Retry.DisableFor(HttpMethod.Post);
        });
        // Innermost: every attempt is signed anew.
        client.AddHttpMessageHandler(provider => SignerOf(provider, provider.GetRequiredService<IOptions<T>>().Value));
    }

    private static DelegatingHandler SignerOf(IServiceProvider provider, MonitoringServerOptions options) =>
        Uri.TryCreate(options.Url, UriKind.Absolute, out var url)
            && AmpWorkspace.RegionOf(url, provider.GetRequiredService<IOptions<AwsOptions>>().Value) is { } region
            ? provider.GetRequiredService<IAwsSigning>().HandlerFor(
                AmpWorkspace.Service, region, string.IsNullOrWhiteSpace(options.Account) ? null : options.Account)
            : new Unsigned();

    private sealed class Unsigned : DelegatingHandler;
}
