using System.Diagnostics;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace ChatOps.Aws;

/// <summary>
/// A client for a service that speaks JSON, on the SDK's pipeline: credentials, SigV4, retries, clock skew and HTTP are the
/// SDK's. When a package for the service can be had, its client takes this one's place.
/// </summary>
internal abstract class AwsJsonClient(AwsJsonService service, AwsJsonConfig config) : AmazonServiceClient(config)
{
    private static readonly ActivitySource Spans = new("ChatOps.Aws");

    private readonly AwsJsonService _service = service;

    protected override IServiceMetadata ServiceMetadata => new Metadata(_service.Id);

    /// <summary>Calls an operation.</summary>
    /// <exception cref="AwsServiceException">AWS refused, could not be reached, or there are no credentials.</exception>
    /// <exception cref="TimeoutException">No answer in time.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    protected async Task<TReply> Call<TRequest, TReply>(
        AwsJsonOperation<TRequest, TReply> operation, TRequest body, CancellationToken cancellation)
    {
        using var span = Spans.HasListeners() ? Spans.StartActivity($"{_service.Id} {operation.Name}", ActivityKind.Client) : null;
        span?.SetTag("rpc.system", "aws-api").SetTag("rpc.service", _service.Id).SetTag("rpc.method", operation.Name);
        try
        {
            return await Invoke(operation, body, cancellation);
        }
        catch (Exception error)
        {
            span?.SetStatus(ActivityStatusCode.Error, error.Message);
            throw;
        }
    }

    private async Task<TReply> Invoke<TRequest, TReply>(
        AwsJsonOperation<TRequest, TReply> operation, TRequest body, CancellationToken cancellation)
    {
        var options = new InvokeOptions
        {
            RequestMarshaller = _service.IsQuery
                ? new QueryCallMarshaller<TRequest, TReply>(_service, operation)
                : new JsonCallMarshaller<TRequest, TReply>(_service, operation),
            ResponseUnmarshaller = _service.IsQuery
                ? new QueryCallUnmarshaller<TRequest, TReply>(operation)
                : new JsonCallUnmarshaller<TRequest, TReply>(operation),
        };
        try
        {
            var response = await InvokeAsync<JsonCallResponse<TReply>>(new JsonCallRequest<TRequest>(body), options, cancellation);
            return response.Body;
        }
        catch (OperationCanceledException timeout) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{_service.Id} {operation.Name} did not answer within {config.Timeout}.", timeout);
        }
        catch (AmazonServiceException error) when (error is not AwsServiceException)
        {
            // Of STS, when the account's role is assumed on the way, or of the transport.
            throw new AwsServiceException(error.Message, error, error.ErrorType, error.ErrorCode, error.RequestId, error.StatusCode);
        }
        catch (Exception error) when (error is AmazonClientException or HttpRequestException or IOException)
        {
            throw new AwsServiceException(
                $"{_service.Id} {operation.Name} could not be called: {error.Message}", error, ErrorType.Unknown, "", "", default);
        }
    }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        // Both need the marshalled request; the later insertion comes first: authentication scheme, then endpoint.
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new Resolver());
        pipeline.AddHandlerAfter<Marshaller>(new SigV4Only());
    }

    private sealed class Metadata(string serviceId) : IServiceMetadata
    {
        public string ServiceId { get; } = serviceId;

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }

    private sealed class Resolver : BaseEndpointResolver
    {
        // The Region is the client's: nothing of the request decides where it goes.
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new();
    }

    private sealed class SigV4Only : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }
}
