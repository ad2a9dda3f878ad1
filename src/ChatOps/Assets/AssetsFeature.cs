using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Assets;

/// <summary>The inventory of the estate: what this domain answers, shows and schedules.</summary>
public static class AssetsFeature
{
    /// <summary>Adds the inventory. Needs storage, access, localization, findings, AWS and Slack.</summary>
    public static IServiceCollection AddAssets(this IServiceCollection services, IConfiguration configuration)
    {
        // What other domains ask, and what this one stands on.
        services.AddSingleton<AssetRegister>();
        services.AddSingleton<IAssets>(provider => provider.GetRequiredService<AssetRegister>());
        services.AddSingleton<AssetSearcher>();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }
}
