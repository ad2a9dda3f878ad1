using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Aws;

/// <summary>Registers the AWS platform.</summary>
public static class Registration
{
    /// <summary>
    /// Adds <see cref="IAwsAccounts"/>, <see cref="IAwsClients"/> and <see cref="ISnsEnvelopeVerifier"/>, configured by
    /// <c>ChatOps:Aws</c> and <c>ChatOps:Ingest:Sns</c>. What is missing or wrong there stops the host at its start.
    /// </summary>
    public static IServiceCollection AddAws(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<AwsOptions>().Bind(configuration.GetSection(AwsOptions.Section)).ValidateOnStart();
        services.AddOptions<SnsOptions>().Bind(configuration.GetSection(SnsOptions.Section)).ValidateOnStart();
        services.TryAddSingleton<IAwsAccounts, AwsAccounts>();
        return services;
    }
}
