using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ChatOps.Aws;

/// <summary>Registers the AWS platform.</summary>
public static class Registration
{
    /// <summary>
    /// Adds <see cref="IAwsAccounts"/>, <see cref="IAwsClients"/>, <see cref="IAwsSigning"/> and <see cref="ISnsEnvelopeVerifier"/>,
    /// configured by
    /// <c>ChatOps:Aws</c> and <c>ChatOps:Ingest:Sns</c>. What is missing or wrong there stops the host at its start.
    /// </summary>
    public static IServiceCollection AddAws(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<AwsOptions>().Bind(configuration.GetSection(AwsOptions.Section)).ValidateOnStart();
        services.AddOptions<SnsOptions>().Bind(configuration.GetSection(SnsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AwsOptions>, AwsOptionsValidator>();
        services.AddSingleton<IValidateOptions<SnsOptions>, SnsOptionsValidator>();
        services.TryAddSingleton<IAwsAccounts, AwsAccounts>();
        services.TryAddSingleton<AwsCredentialSource>();
        services.TryAddSingleton<IAwsClients, AwsClients>();
        services.TryAddSingleton<IAwsIdentity, AwsIdentity>();
        services.TryAddSingleton<IAwsSigning, AwsSigning>();
        services.TryAddSingleton<IServiceTags, ServiceTags>();
        services.AddHttpClient(SnsCertificates.HttpClient, client =>
            {
                client.Timeout = TimeSpan.FromSeconds(5);
                client.MaxResponseContentBufferSize = 64 * 1024;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.TryAddSingleton<SnsCertificates>();
        services.TryAddSingleton<ISnsEnvelopeVerifier, SnsEnvelopeVerifier>();
        return services;
    }
}
