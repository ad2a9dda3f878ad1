using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Amazon.EC2.Model;
using Amazon.Runtime;
using Microsoft.Extensions.Options;

namespace ChatOps.Aws;

/// <inheritdoc/>
internal sealed class ServiceTags(IAwsClients clients, IAwsSigning signing, IOptions<AwsOptions> options) : IServiceTags, IDisposable
{
    private const int MaxAnswer = 1024 * 1024;

    private readonly ConcurrentDictionary<(string Service, string Region, string Account), HttpClient> _http = new();

    public bool Knows(string arn) => Arn.TryParse(arn, out var parsed) && (IsBucket(parsed) || parsed.Service == "ec2"
        || ServiceTagCall.For(parsed) is not null);

    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        string account, string region, string arn, CancellationToken cancellation = default)
    {
        var parsed = Arn.Parse(arn);
        if (IsBucket(parsed)) return await OfBucketAsync(account, region, parsed.Resource, cancellation);
        if (parsed.Service == "ec2") return await OfEc2Async(account, region, parsed, cancellation);
        var call = ServiceTagCall.For(parsed) ?? throw new ArgumentException($"Tags of {arn} are not asked of its service.", nameof(arn));
        return ServiceTagAnswer.Tags(await SendAsync(call, account, region, cancellation));
    }

    public async Task<string?> AutoScalingGroupArnAsync(
        string account, string region, string name, CancellationToken cancellation = default) => ServiceTagAnswer.Text(
        await SendAsync(ServiceTagCall.AutoScalingGroup(name), account, region, cancellation), "AutoScalingGroupARN");

    public void Dispose()
    {
        foreach (var client in _http.Values) client.Dispose();
    }

    private static bool IsBucket(Arn arn) =>
        arn is { Service: "s3", Account.Length: 0 } && !arn.Resource.Contains('/', StringComparison.Ordinal);

    private async Task<IReadOnlyDictionary<string, string>> OfBucketAsync(
        string account, string region, string bucket, CancellationToken cancellation)
    {
        try
        {
            var answer = await clients.S3(account, region).GetBucketTaggingAsync(
                new Amazon.S3.Model.GetBucketTaggingRequest { BucketName = bucket }, cancellation);
            return (answer.TagSet ?? []).ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
        }
        catch (AmazonServiceException fault) when (fault.ErrorCode == "NoSuchTagSet")
        {
            return new Dictionary<string, string>();
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> OfEc2Async(
        string account, string region, Arn arn, CancellationToken cancellation)
    {
        var request = new DescribeTagsRequest { Filters = [new Filter("resource-id", [arn.ResourceId])] };
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        do
        {
            var page = await clients.Ec2(account, region).DescribeTagsAsync(request, cancellation);
            foreach (var tag in page.Tags ?? []) tags[tag.Key] = tag.Value;
            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
        return tags;
    }

    private async Task<string> SendAsync(ServiceTagCall call, string account, string region, CancellationToken cancellation)
    {
        // Global services are signed for us-east-1, and answer there alone.
        var signedFor = call.IsGlobal ? GlobalRegion(region) : region;
        var http = _http.GetOrAdd((call.SigningName, signedFor, account), _ => Client(call, signedFor, account));
        for (var attempt = 0; ; attempt++)
        {
            using var request = new HttpRequestMessage(call.Method, http.BaseAddress + call.Path.TrimStart('/'));
            if (call.Body is var (text, type))
            {
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            if (call.Target is { } target) request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
            try
            {
                using var response = await http.SendAsync(request, cancellation);
                var body = await response.Content.ReadAsStringAsync(cancellation);
                if (response.IsSuccessStatusCode) return body;
                var fault = Fault(call, response.StatusCode, body);
                if (attempt >= options.Value.MaxRetries || fault.Kind is not AwsErrorKind.Throttled) throw fault;
            }
            catch (OperationCanceledException timeout) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException($"{call.Operation} did not answer within {options.Value.Timeout}.", timeout);
            }
            catch (HttpRequestException fault)
            {
                throw new AwsServiceException(
                    $"{call.Operation} could not be called: {fault.Message}", fault, ErrorType.Unknown, "", "", default);
            }
        }
    }

    private static AwsServiceException Fault(ServiceTagCall call, HttpStatusCode status, string body)
    {
        var (code, message) = ServiceTagAnswer.Fault(body);
        return new AwsServiceException(
            message.Length > 0 ? message : $"{call.Operation} was answered with {(int)status}.", null, ErrorType.Unknown, code, "", status);
    }

    private HttpClient Client(ServiceTagCall call, string region, string account)
    {
        var handler = signing.HandlerFor(call.SigningName, region, account);
        handler.InnerHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri(Address(call, region)),
            Timeout = options.Value.Timeout,
            MaxResponseContentBufferSize = MaxAnswer,
        };
    }

    private string Address(ServiceTagCall call, string region)
    {
        if (!string.IsNullOrWhiteSpace(options.Value.ServiceUrl)) return options.Value.ServiceUrl.TrimEnd('/') + "/";
        var suffix = Amazon.RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix;
        return call.IsGlobal ? $"https://{call.Host}.{suffix}/" : $"https://{call.Host}.{region}.{suffix}/";
    }

    private static string GlobalRegion(string region) => region.StartsWith("cn-", StringComparison.Ordinal) ? "cn-north-1"
        : region.StartsWith("us-gov-", StringComparison.Ordinal) ? "us-gov-west-1" : "us-east-1";
}

/// <summary>Reads the answers of many services, JSON and XML alike: tags are pairs of a key and a value, or a map. Pure.</summary>
internal static class ServiceTagAnswer
{
    /// <summary>The tags of an answer; none when it holds none.</summary>
    /// <exception cref="AwsServiceException">It is neither JSON nor XML.</exception>
    public static IReadOnlyDictionary<string, string> Tags(string body)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            if (body.TrimStart().StartsWith('<'))
            {
                foreach (var element in XElement.Parse(body).DescendantsAndSelf())
                {
                    if (Child(element, "Key") is { } key && Child(element, "Value") is { } value) tags[key] = value;
                }
            }
            else
            {
                using var document = JsonDocument.Parse(body);
                foreach (var property in document.RootElement.EnumerateObject().Where(
                    property => string.Equals(property.Name, "tags", StringComparison.OrdinalIgnoreCase)))
                    Collect(property.Value, tags);
            }
        }
        catch (Exception fault) when (fault is JsonException or System.Xml.XmlException or InvalidOperationException)
        {
            throw new AwsServiceException("The answer is not one of AWS's.", fault, ErrorType.Receiver, "", "", HttpStatusCode.OK);
        }

        return tags;
    }

    /// <summary>The text of the first element of a name; null when there is none.</summary>
    public static string? Text(string body, string name)
    {
        try
        {
            return XElement.Parse(body).Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
        }
        catch (System.Xml.XmlException fault)
        {
            throw new AwsServiceException("The answer is not one of AWS's.", fault, ErrorType.Receiver, "", "", HttpStatusCode.OK);
        }
    }

    /// <summary>Code and message of a refusal; empty where there are none.</summary>
    public static (string Code, string Message) Fault(string body)
    {
        try
        {
            if (body.TrimStart().StartsWith('<'))
            {
                var error = XElement.Parse(body);
                string Of(string name) => error.DescendantsAndSelf().FirstOrDefault(element => element.Name.LocalName == name)?.Value ?? "";
                return (Of("Code"), Of("Message"));
            }

            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            string Text(params string[] names) => names.Select(name => root.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null).FirstOrDefault(text => text is not null) ?? "";
            var code = Text("__type", "code", "Code");
            return (code[(code.LastIndexOf('#') + 1)..], Text("message", "Message"));
        }
        catch (Exception fault) when (fault is JsonException or System.Xml.XmlException or InvalidOperationException)
        {
            return ("", "");
        }
    }

    private static string? Child(XElement element, string name) =>
        element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value;

    private static void Collect(JsonElement element, Dictionary<string, string> tags)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var tag in element.EnumerateArray())
            {
                if (Of(tag, "Key", "key", "TagKey") is { } key) tags[key] = Of(tag, "Value", "value", "TagValue") ?? "";
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var tag in element.EnumerateObject())
            {
                if (tag.Value.ValueKind == JsonValueKind.String) tags[tag.Name] = tag.Value.GetString() ?? "";
            }
        }
    }

    private static string? Of(JsonElement element, params string[] names)
    {
        foreach (var name in names)
        {
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String)
                return value.GetString();
        }

        return null;
    }
}
