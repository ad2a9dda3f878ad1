using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace ChatOps.Aws;

/// <summary>Writes a request in the query protocol: a form of the request's members, none of which is a structure.</summary>
internal sealed class QueryCallMarshaller<TRequest, TReply>(AwsJsonService service, AwsJsonOperation<TRequest, TReply> operation)
    : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var form = new StringBuilder($"Action={operation.Name}&Version={service.ApiVersion}");
        var body = JsonSerializer.SerializeToNode(((JsonCallRequest<TRequest>)input).Body, operation.Request)!.AsObject();
        foreach (var (name, value) in body)
            form.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value!.ToString()));
        var request = new DefaultRequest(input, service.Id)
        {
            HttpMethod = "POST",
            ResourcePath = "/",
            Content = Encoding.UTF8.GetBytes(form.ToString()),
        };
        request.Headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8";
        request.Headers["x-amz-api-version"] = service.ApiVersion;
        return request;
    }
}

/// <summary>Reads a reply of the query protocol, or its error. Its XML is read as JSON of the same names; a list is an array.</summary>
internal sealed class QueryCallUnmarshaller<TRequest, TReply>(AwsJsonOperation<TRequest, TReply> operation) : XmlResponseUnmarshaller
{
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input)
    {
        var result = Read(input)?.Elements().FirstOrDefault(element => element.Name.LocalName == operation.Name + "Result");
        var json = result is null ? new JsonObject() : JsonOf(result);
        var body = json.Deserialize(operation.Reply) ?? throw new JsonException($"{operation.Name} was answered with nothing.");
        return new JsonCallResponse<TReply> { Body = body };
    }

    public override AmazonServiceException UnmarshallException(
        XmlUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        XElement? answer;
        try
        {
            answer = Read(input);
        }
        catch (XmlException)
        {
            // A proxy's page.
            answer = null;
        }

        string? Text(string name) => answer?.DescendantsAndSelf().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
        var message = Text("Message") is { Length: > 0 } text
            ? TextOf(text)
            : $"{operation.Name} was answered with HTTP {(int)statusCode} and no error code.";
        return new AwsServiceException(
            message, innerException, Text("Type") == "Sender" ? ErrorType.Sender : ErrorType.Unknown,
            Text("Code") is { Length: > 0 } code ? code : AwsErrors.CodeFor(statusCode), Text("RequestId") ?? "", statusCode);
    }

    private static string TextOf(string text) => text.Length > 1000 ? string.Concat(text.AsSpan(0, 1000), "…") : text;

    private static XElement? Read(XmlUnmarshallerContext input)
    {
        using var reader = XmlReader.Create(
            input.Stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        return XDocument.Load(reader).Root;
    }

    private static JsonNode JsonOf(XElement element)
    {
        var children = element.Elements().ToList();
        if (children.Count == 0) return JsonValue.Create(element.Value);
        // A list names its members alike, after their type: DBInstances holds DBInstance.
        if (children.Select(child => child.Name.LocalName).Distinct().Count() == 1
            && (children.Count > 1 || children[0].Name.LocalName == "member"
                || element.Name.LocalName == children[0].Name.LocalName + "s"))
            return new JsonArray([.. children.Select(JsonOf)]);
        var json = new JsonObject();
        foreach (var child in children) json[child.Name.LocalName] = JsonOf(child);
        return json;
    }
}
