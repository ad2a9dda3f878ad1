using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
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
        services.AddServer(
            PrometheusClient.HttpClient, provider => provider.GetRequiredService<IOptions<PrometheusOptions>>().Value, retryPosts: true);
        services.AddServer(
            AlertmanagerClient.HttpClient, provider => provider.GetRequiredService<IOptions<AlertmanagerOptions>>().Value,
            retryPosts: false);
        services.AddFurtherAlertmanagers(configuration.GetSection(AlertmanagerOptions.FurtherSection));
        services.TryAddSingleton<IPrometheus, PrometheusClient>();
        services.TryAddSingleton<IAlertmanagers, Alertmanagers>();
        // What knows of one server only speaks to the first.
        services.TryAddSingleton<IAlertmanager>(provider => new AlertmanagerClient(
            provider.GetRequiredService<IHttpClientFactory>(), AlertmanagerClient.HttpClient,
            provider.GetRequiredService<IOptions<AlertmanagerOptions>>().Value));
        return services;
    }

    private static void AddFurtherAlertmanagers(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddOptions<FurtherAlertmanagers>().Configure(options => section.Bind(options.Servers)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FurtherAlertmanagers>, FurtherAlertmanagersValidator>();
        var count = section.GetChildren().Count();
        for (var at = 0; at < count; at++)
        {
            var place = at;
            services.AddServer(
                Alertmanagers.HttpClientOf(place),
                provider => provider.GetRequiredService<IOptions<FurtherAlertmanagers>>().Value.Servers[place], retryPosts: false);
        }
    }

    private static void AddServer(
        this IServiceCollection services, string name, Func<IServiceProvider, MonitoringServerOptions> optionsOf, bool retryPosts)
    {
        var client = services.AddHttpClient(name, (provider, client) =>
        {
            client.MaxResponseContentBufferSize = LargestAnswer;
            client.Timeout = Timeout.InfiniteTimeSpan; // The handler below has its own.
            var options = optionsOf(provider);
            client.DefaultRequestHeaders.Authorization = options switch
            {
                { BearerToken: { Length: > 0 } token } => new AuthenticationHeaderValue("Bearer", token),
                { User: { Length: > 0 } user } => new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{options.Password}"))),
                _ => null,
            };
            foreach (var (header, value) in options.Headers) client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
        });
        client.ConfigurePrimaryHttpMessageHandler(provider => HandlerOf(optionsOf(provider).CaFile));
        client.AddStandardResilienceHandler().Configure((resilience, provider) =>
        {
            var timeout = optionsOf(provider).Timeout;
            resilience.AttemptTimeout.Timeout = timeout;
            resilience.TotalRequestTimeout.Timeout = timeout * 3;
            resilience.CircuitBreaker.SamplingDuration = timeout * 2 + TimeSpan.FromSeconds(10);
            resilience.Retry.MaxRetryAttempts = 2;
            resilience.Retry.Delay = TimeSpan.FromMilliseconds(200);
            if (!retryPosts) resilience.Retry.DisableFor(HttpMethod.Post);
        });
        // Innermost: every attempt is signed anew.
        client.AddHttpMessageHandler(provider => SignerOf(provider, optionsOf(provider)));
    }

    private static SocketsHttpHandler HandlerOf(string? caFile)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (string.IsNullOrWhiteSpace(caFile)) return handler;
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // A company's own authority seldom has an address to ask for what it revoked.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        trust.CustomTrustStore.ImportFromPemFile(caFile);
        handler.SslOptions.CertificateChainPolicy = trust;
        return handler;
    }

    private static DelegatingHandler SignerOf(IServiceProvider provider, MonitoringServerOptions options) =>
        Uri.TryCreate(options.Url, UriKind.Absolute, out var url)
            && AmpWorkspace.RegionOf(url, provider.GetRequiredService<IOptions<AwsOptions>>().Value) is { } region
            ? provider.GetRequiredService<IAwsSigning>().HandlerFor(
                AmpWorkspace.Service, region, string.IsNullOrWhiteSpace(options.Account) ? null : options.Account)
            : new Unsigned();

    private sealed class Unsigned : DelegatingHandler;
}
