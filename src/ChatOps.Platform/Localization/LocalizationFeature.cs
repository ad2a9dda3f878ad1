using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Localization;

/// <summary>Registers languages.</summary>
public static class LocalizationFeature
{
    /// <summary>Adds <see cref="ILocales"/>, configured by <c>ChatOps:Localization</c>.</summary>
    public static IServiceCollection AddLocalization(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LocalizationOptions>().Bind(configuration.GetSection(LocalizationOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LocalizationOptions>, LocalizationOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ISlackPeople, SlackPeople>();
        services.AddSingleton<ILocales, Locales>();
        return services;
    }
}
