using ChatOps.Platform.Operations;
using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Platform.Dependencies;

/// <summary>What the bot depends on, asked at a pace and shown in metrics and in <c>/chatops status</c>.</summary>
public static class DependenciesFeature
{
    /// <summary>Adds the probes of the platform. Needs storage, Slack, AWS, ingest, e-mail and Prometheus.</summary>
    public static IServiceCollection AddDependencies(this IServiceCollection services)
    {
        services.AddWork();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DependencyHealth>();
        services.TryAddSingleton<UsedDependencies>();
        services.AddDependencyProbe<SlackProbe>();
        services.AddDependencyProbe<SocketProbe>();
        services.AddDependencyProbe<DatabaseProbe>();
        services.AddDependencyProbe<QueueProbe>();
        services.AddDependencyProbe<MailProbe>();
        services.AddDependencyProbe<PrometheusProbe>();
        services.AddDependencyProbe<AlertmanagerProbe>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDependencyProbes, AwsProbes>());
        services.AddGaugeSource<DependencyGauges>();
        services.AddSingleton<IStatusSection, StatusVerdict>();
        services.AddSingleton<IStatusSection, DependencyStatus>();
        services.AddHostedService<DependencyProber>();
        return services;
    }

    /// <summary>Adds a domain's probe.</summary>
    public static IServiceCollection AddDependencyProbe<T>(this IServiceCollection services)
        where T : class, IDependencyProbe
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDependencyProbe, T>());
        return services;
    }
}
