using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ChatOps.Sandbox.Aws.Protocols;

/// <summary>What goes back over the wire, already in its protocol's form.</summary>
internal sealed record AwsAnswer(int Status, string? ContentType, byte[] Body)
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static AwsAnswer Empty(int status = 200) => new(status, null, []);

    public static AwsAnswer Json(AwsCall call, JsonNode body) => new(200, JsonType(call.Protocol), Bytes(body));

    /// <summary>The answer of a query-protocol operation: <c>OpResponse/OpResult</c> in the service's namespace.</summary>
    public static AwsAnswer Query(AwsCall call, XNamespace ns, params object?[] result) => Xml(200, InNamespace(ns, new XElement(
        call.Operation + "Response",
        new XElement(call.Operation + "Result", result),
        new XElement("ResponseMetadata", new XElement("RequestId", call.RequestId)))));

    /// <summary>The answer of an EC2 operation, which has no result element and spells requestId its own way.</summary>
    public static AwsAnswer Ec2(AwsCall call, params object?[] result) => Xml(200, InNamespace(
        "http://ec2.amazonaws.com/doc/2016-11-15/",
        new XElement(call.Operation + "Response", new XElement("requestId", call.RequestId), result)));

    public static AwsAnswer Xml(int status, XElement root) =>
        new(
            status, "text/xml",
            Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.ToString(SaveOptions.DisableFormatting)));

    public static string Text(JsonNode node) => node.ToJsonString(Compact);

    public static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(Text(node));

    public static string JsonType(AwsProtocol protocol) => protocol switch
    {
        AwsProtocol.Json10 => "application/x-amz-json-1.0",
        AwsProtocol.Json11 => "application/x-amz-json-1.1",
        _ => "application/json",
    };

    public static XElement InNamespace(XNamespace ns, XElement element)
    {
        foreach (var each in element.DescendantsAndSelf())
            each.Name = ns + each.Name.LocalName;
        return element;
    }
}
