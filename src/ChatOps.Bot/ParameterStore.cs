using Amazon;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Aws;

namespace ChatOps.Bot;

/// <summary>
/// Configuration from SSM Parameter Store: <c>{prefix}/ChatOps/Slack/BotToken</c> is <c>ChatOps:Slack:BotToken</c>, SecureStrings
/// decrypted.
/// Read once at start, when <c>ChatOps:Aws:ParameterPrefix</c> is set; environment variables win over it.
/// </summary>
internal sealed class ParameterStoreSource(string prefix, string? region, string? serviceUrl) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(this);

    private AmazonSimpleSystemsManagementClient CreateClient()
    {
        var aws = new AwsOptions { Region = region ?? "", ServiceUrl = serviceUrl };
        // Whoever deploys waits for this: it is told within seconds that nobody answers.
        var config = new AmazonSimpleSystemsManagementConfig { Timeout = TimeSpan.FromSeconds(2), MaxErrorRetry = 1 };
        if (!string.IsNullOrEmpty(region)) config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        if (!string.IsNullOrEmpty(serviceUrl))
        {
            config.ServiceURL = serviceUrl;
            config.AuthenticationRegion = region;
        }

        // A loopback address is the sandbox's: the machine's own credentials stay out of it.
        return aws.IsLoopback
            ? new AmazonSimpleSystemsManagementClient(
                new BasicAWSCredentials(AwsOptions.LoopbackAccessKey, AwsOptions.LoopbackSecretKey), config)
            : new AmazonSimpleSystemsManagementClient(config);
    }

    private sealed class Provider(ParameterStoreSource source) : ConfigurationProvider
    {
        // The configuration system loads synchronously; this runs once, before anything else does.
#pragma warning disable RS0030
        public override void Load() => LoadAsync().GetAwaiter().GetResult();
#pragma warning restore RS0030

        private async Task LoadAsync()
        {
            var root = "/" + source.Prefix.Trim('/');
            try
            {
                using var client = source.CreateClient();
                var request = new GetParametersByPathRequest { Path = root, Recursive = true, WithDecryption = true };
                await foreach (var page in client.Paginators.GetParametersByPath(request).Responses)
                {
                    foreach (var parameter in page.Parameters ?? []) Data[KeyOf(parameter.Name[root.Length..])] = parameter.Value;
                }
            }
            catch (AmazonServiceException fault)
            {
                throw new ConfigurationFaultException(
                    $"Parameter Store refuses {root}: {fault.ErrorCode} {fault.Message} (ChatOps:Aws:ParameterPrefix; the role needs " +
                    $"ssm:GetParametersByPath and kms:Decrypt).");
            }
            catch (Exception fault) when (fault is HttpRequestException or TimeoutException or OperationCanceledException)
            {
                throw new ConfigurationFaultException(
                    $"Parameter Store cannot be reached for ChatOps:Aws:ParameterPrefix '{root}' ({fault.GetBaseException().Message}).");
            }
            catch (AmazonClientException fault)
            {
                throw new ConfigurationFaultException($"Parameter Store cannot be asked for {root}: {fault.Message}");
            }
        }
    }

    private string Prefix { get; } = prefix;

    private static string KeyOf(string path) => path.Trim('/').Replace("/", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);
}

internal static class ParameterStoreConfiguration
{
    /// <summary>Puts Parameter Store below the environment and the command line, above the files.</summary>
    public static void AddParameterStore(this ConfigurationManager configuration)
    {
        var prefix = configuration["ChatOps:Aws:ParameterPrefix"];
        if (string.IsNullOrWhiteSpace(prefix)) return;
        var sources = ((IConfigurationBuilder)configuration).Sources;
        var environment = sources.ToList().FindLastIndex(
            source => source is Microsoft.Extensions.Configuration.Json.JsonConfigurationSource);
        sources.Insert(
            environment + 1,
            new ParameterStoreSource(prefix, configuration["ChatOps:Aws:Region"], configuration["ChatOps:Aws:ServiceUrl"]));
    }
}
