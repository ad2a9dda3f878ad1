using Amazon;
using Amazon.Runtime;

namespace ChatOps.Aws;

/// <summary>Sets what all clients have in common.</summary>
internal static class AwsClientConfig
{
    public static T Apply<T>(this T config, AwsOptions options, string region, AWSCredentials? own, AssumedRoleCredentials? role)
        where T : ClientConfig
    {
        if (string.IsNullOrWhiteSpace(options.ServiceUrl))
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        else
            config.ServiceURL = options.ServiceUrl;
        config.AuthenticationRegion = region;
        if (role is not null)
            config.IdentityResolverConfiguration = role;
        else
            config.DefaultAWSCredentials = own;
        config.Timeout = options.Timeout;
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = options.MaxRetries;
        return config;
    }
}
