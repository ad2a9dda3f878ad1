using ChatOps.Platform.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Platform.Telemetry;

/// <summary>What the bot says of itself. Counters and histograms stand with what they count; gauges are read here.</summary>
public static class TelemetryFeature
{
    /// <summary>Reads the gauges of all domains.</summary>
    public static IServiceCollection AddGauges(this IServiceCollection services)
    {
        services.AddWork();
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<GaugeSampler>();
        return services;
    }

    /// <summary>Adds a domain's gauges.</summary>
    public static IServiceCollection AddGaugeSource<T>(this IServiceCollection services)
        where T : class, IGaugeSource
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IGaugeSource, T>());
        return services;
    }
}
