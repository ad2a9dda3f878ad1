using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace ChatOps.Aws;

/// <summary>The SDK's configuration of a service that has no package here.</summary>
internal sealed class AwsJsonConfig : ClientConfig
{
    private readonly AwsJsonService _service;

    /// <param name="service">The service.</param>
    /// <param name="region">Where it is called.</param>
    /// <param name="serviceUrl">The address used instead of AWS's own, or null.</param>
    public AwsJsonConfig(AwsJsonService service, string region, string? serviceUrl) : base(new DefaultConfigurationProvider(Defaults()))
    {
        _service = service;
        AuthenticationServiceName = service.SigningName;
        ServiceId = service.Id;
        // Without a provider of its own the pipeline fails with a NullReferenceException.
        EndpointProvider = new FixedEndpoint(serviceUrl ?? service.Endpoint(region));
    }

    public override string ServiceVersion => _service.ApiVersion;

    public override string UserAgent => "ChatOps";

    public override string RegionEndpointServiceName => _service.EndpointPrefix;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        EndpointProvider.ResolveEndpoint(null);

    private static DefaultConfiguration[] Defaults() =>
        [.. Enum.GetValues<DefaultConfigurationMode>().Select(
            mode => new DefaultConfiguration { Name = mode, RetryMode = RequestRetryMode.Standard })];

    private sealed class FixedEndpoint(string url) : IEndpointProvider
    {
        public Endpoint ResolveEndpoint(EndpointParameters? parameters) => new(url);
    }
}
