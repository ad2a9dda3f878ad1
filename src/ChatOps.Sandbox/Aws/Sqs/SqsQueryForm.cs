using System.Text.Json.Nodes;
using System.Xml.Linq;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Sqs;

/// <summary>SQS's query protocol, as another spelling of the JSON one: flattened lists under singular names.</summary>
internal static class SqsQueryForm
{
    private static readonly XNamespace Namespace = "http://queue.amazonaws.com/doc/2012-11-05/";

    private static readonly string[] Scalars =
    [
        "QueueUrl", "QueueName", "QueueNamePrefix", "QueueOwnerAWSAccountId", "MessageBody", "DelaySeconds", "ReceiptHandle",
        "VisibilityTimeout", "MaxNumberOfMessages", "WaitTimeSeconds", "Id",
    ];

    public static JsonObject Input(FormParameters form, string operation)
    {
        var input = Fields(form);
        input["AttributeNames"] = form.Values("AttributeName").ToJson();
        var entries = form.Members(operation + "RequestEntry").Select(e => (JsonNode)Fields(e)).ToArray();
        if (entries.Length > 0)
            input["Entries"] = new JsonArray(entries);
        return input;
    }

    public static AwsAnswer Output(AwsCall call, JsonObject output) =>
        AwsAnswer.Query(call, Namespace, [.. output.SelectMany(p => Elements(p.Key, p.Value, call.Operation))]);

    private static JsonObject Fields(FormParameters form)
    {
        var input = new JsonObject();
        foreach (var name in Scalars)
        {
            if (form.Text(name) is { } value)
                input[name] = value;
        }

        var attributes = form.Members("Attribute").ToArray();
        if (attributes.Length > 0)
            input["Attributes"] = new JsonObject(
                attributes.Select(a => KeyValuePair.Create(a.Required("Name"), (JsonNode?)a.Text("Value"))));
        if (form.Members("MessageAttribute").Any())
            input["MessageAttributes"] = new JsonObject { ["any"] = "" };
        return input;
    }

    private static IEnumerable<XElement> Elements(string name, JsonNode? value, string operation) => (name, value) switch
    {
        ("Attributes", JsonObject map) =>
            map.Select(a => new XElement("Attribute", new XElement("Name", a.Key), new XElement("Value", a.Value?.ToString()))),
        (_, JsonArray list) => list.Select(each => each is JsonObject member
            ? new XElement(Singular(name, operation), member.SelectMany(p => Elements(p.Key, p.Value, operation)))
            : new XElement(Singular(name, operation), each?.ToString())),
        _ => [new XElement(name, value?.ToString())],
    };

    private static string Singular(string name, string operation) => name switch
    {
        "Successful" => operation + "ResultEntry",
        "Failed" => "BatchResultErrorEntry",
        "QueueUrls" => "QueueUrl",
        _ => "Message",
    };
}
