using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace ChatOps.Aws;

/// <summary>A request on its way through the SDK's pipeline.</summary>
internal sealed class JsonCallRequest<T>(T body) : AmazonWebServiceRequest
{
    public T Body { get; } = body;
}

/// <summary>A reply on its way back; the pipeline asks for a constructor without parameters.</summary>
internal sealed class JsonCallResponse<T> : AmazonWebServiceResponse
{
    public T Body { get; init; } = default!;
}

/// <summary>Writes a request in restJson1 or awsJson1.1; nearly all of our operations carry everything in the body.</summary>
internal sealed class JsonCallMarshaller<TRequest, TReply>(AwsJsonService service, AwsJsonOperation<TRequest, TReply> operation)
    : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var body = ((JsonCallRequest<TRequest>)input).Body;
        var request = new DefaultRequest(input, service.Id)
        {
            HttpMethod = operation.Method,
            ResourcePath = operation.Path,
            Content = JsonSerializer.SerializeToUtf8Bytes(body, operation.Request),
        };
        if (operation.Query is { } query)
        {
            request.UseQueryString = true;
            foreach (var (name, value) in query(body))
                request.Parameters[name] = value;
        }

        if (service.TargetPrefix is null)
        {
            request.Headers["Content-Type"] = "application/json";
        }
        else
        {
            request.Headers["Content-Type"] = "application/x-amz-json-1.1";
            request.Headers["X-Amz-Target"] = $"{service.TargetPrefix}.{operation.Name}";
        }
        request.Headers["x-amz-api-version"] = service.ApiVersion;
        return request;
    }
}

/// <summary>Reads a reply, or AWS's error.</summary>
internal sealed class JsonCallUnmarshaller<TRequest, TReply>(AwsJsonOperation<TRequest, TReply> operation) : JsonResponseUnmarshaller
{
    private const int MaxMessage = 1000;

    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        var body = JsonSerializer.Deserialize(input.Stream, operation.Reply)
            ?? throw new JsonException($"{operation.Name} was answered with null.");
        return new JsonCallResponse<TReply> { Body = body };
    }

    public override AmazonServiceException UnmarshallException(
        JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var reader = new StreamingUtf8JsonReader(input.Stream);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        var coded = !string.IsNullOrEmpty(error.Code);
        // The SDK repeats an unreadable body in its message: from a proxy it may be a whole page.
        var message = string.IsNullOrEmpty(error.Message) || !coded
            ? $"{operation.Name} was answered with HTTP {(int)statusCode} and no error code."
            : error.Message;
        if (message.Length > MaxMessage)
            message = string.Concat(message.AsSpan(0, MaxMessage), "…");
        return new AwsServiceException(
            message, innerException, error.Type, coded ? error.Code : AwsErrors.CodeFor(statusCode), error.RequestId, statusCode);
    }
}
