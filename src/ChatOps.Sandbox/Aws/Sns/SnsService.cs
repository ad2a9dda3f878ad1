using System.Text.Json.Nodes;
using System.Xml.Linq;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Sns;

/// <summary>SNS (query protocol): topics, subscriptions that must be confirmed, and publishing.</summary>
internal sealed class SnsService(AwsState state, SnsPublishing publishing) : LockedService(state)
{
    private static readonly XNamespace Namespace = "http://sns.amazonaws.com/doc/2010-03-31/";

    public override string SigningName => "sns";

    protected override AwsAnswer Answer(AwsCall call) => call.Operation switch
    {
        "CreateTopic" => Create(call),
        "DeleteTopic" => Delete(call),
        "ListTopics" => AwsAnswer.Query(
            call, Namespace, new XElement("Topics", Mine(call).Select(t => new XElement("member", new XElement("TopicArn", t.Arn))))),
        "GetTopicAttributes" => GetAttributes(call),
        "SetTopicAttributes" => SetAttributes(call),
        "Subscribe" => Subscribe(call),
        "ConfirmSubscription" => Confirm(call),
        "Unsubscribe" => Unsubscribe(call),
        "ListSubscriptionsByTopic" => AwsAnswer.Query(call, Namespace, Subscriptions(Find(call).Subscriptions)),
        "ListSubscriptions" => AwsAnswer.Query(call, Namespace, Subscriptions(Mine(call).SelectMany(t => t.Subscriptions))),
        "Publish" => Publish(call),
        _ => throw new AwsFault(
            "InvalidAction", $"Could not find operation {call.Operation} for version 2010-03-31 (the sandbox does not serve it)"),
    };

    private IEnumerable<Topic> Mine(AwsCall call) =>
        State.Topics.Where(t => t.AccountId == call.Caller.AccountId && t.Region == call.Region);

    private AwsAnswer Create(AwsCall call)
    {
        var name = call.Form.Required("Name");
        if (name.Length > 256 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new AwsFault("InvalidParameter", "Invalid parameter: Topic Name");
        var made = new Topic(call.Caller.AccountId, call.Region, name);
        var topic = State.Topics.Find(t => t.Arn == made.Arn);
        if (topic is null)
        {
            topic = made;
            State.Topics.Add(topic);
        }

        foreach (var entry in call.Form.Members("Attributes"))
            Set(topic, entry.Required("key"), entry.Text("value") ?? "");
        return AwsAnswer.Query(call, Namespace, new XElement("TopicArn", topic.Arn));
    }

    private AwsAnswer Delete(AwsCall call)
    {
        State.Topics.RemoveAll(t => t.Arn == call.Form.Required("TopicArn"));
        return AwsAnswer.Query(call, Namespace);
    }

    private AwsAnswer GetAttributes(AwsCall call)
    {
        var topic = Find(call);
        var all = new Dictionary<string, string>(topic.Attributes)
        {
            ["TopicArn"] = topic.Arn,
            ["Owner"] = topic.AccountId,
            ["SubscriptionsConfirmed"] = $"{topic.Subscriptions.Count(s => s.Confirmed)}",
            ["SubscriptionsPending"] = $"{topic.Subscriptions.Count(s => !s.Confirmed)}",
        };
        return AwsAnswer.Query(
            call, Namespace,
            new XElement("Attributes", all.Select(a => new XElement("entry", new XElement("key", a.Key), new XElement("value", a.Value)))));
    }

    private AwsAnswer SetAttributes(AwsCall call)
    {
        Set(Find(call), call.Form.Required("AttributeName"), call.Form.Text("AttributeValue") ?? "");
        return AwsAnswer.Query(call, Namespace);
    }

    private static void Set(Topic topic, string name, string value)
    {
        if (name == "SignatureVersion" && value is not ("1" or "2"))
            throw new AwsFault("InvalidParameter", "Invalid parameter: Attributes Reason: SignatureVersion must be 1 or 2");
        topic.Attributes[name] = value;
    }

    private AwsAnswer Subscribe(AwsCall call)
    {
        var topic = Find(call);
        var (protocol, endpoint) = (call.Form.Required("Protocol"), call.Form.Required("Endpoint"));
        switch (protocol)
        {
            case "sqs" when State.Queues.Exists(q => q.Arn == endpoint):
            case "http" or "https" when endpoint.StartsWith(protocol + "://", StringComparison.Ordinal)
                && Uri.TryCreate(endpoint, UriKind.Absolute, out _):
                break;
            default:
                throw new AwsFault(
                    "InvalidParameter",
                    $"Invalid parameter: Endpoint Reason: {protocol} endpoint {endpoint} cannot be reached from the sandbox");
        }

        var subscription = publishing.Subscribe(topic, protocol, endpoint);
        var show = subscription.Confirmed || call.Form.Flag("ReturnSubscriptionArn") == true;
        return AwsAnswer.Query(call, Namespace, new XElement("SubscriptionArn", show ? subscription.Arn : "pending confirmation"));
    }

    private AwsAnswer Confirm(AwsCall call)
    {
        var token = call.Form.Required("Token");
        var subscription = Find(call).Subscriptions.Find(s => s.Token == token)
            ?? throw new AwsFault("InvalidParameter", "Invalid parameter: Token");
        subscription.Confirm();
        return AwsAnswer.Query(call, Namespace, new XElement("SubscriptionArn", subscription.Arn));
    }

    private AwsAnswer Unsubscribe(AwsCall call)
    {
        var arn = call.Form.Required("SubscriptionArn");
        foreach (var topic in State.Topics)
            topic.Subscriptions.RemoveAll(s => s.Arn == arn);
        return AwsAnswer.Query(call, Namespace);
    }

    private AwsAnswer Publish(AwsCall call)
    {
        var topic = Find(call);
        var subject = call.Form.Text("Subject");
        if (subject is { Length: 0 or > 100 })
            throw new AwsFault("InvalidParameter", "Invalid parameter: Subject");
        var text = call.Form.Text("Message") is { Length: > 0 } message
            ? message
            : throw new AwsFault("InvalidParameter", "Invalid parameter: Empty message");
        if (System.Text.Encoding.UTF8.GetByteCount(text) > 256 * 1024)
            throw new AwsFault("InvalidParameter", "Invalid parameter: Message too long");
        var attributes = new JsonObject(call.Form.Members("MessageAttributes").Select(a => KeyValuePair.Create(
            a.Required("Name"),
            (JsonNode?)new JsonObject
            {
                ["Type"] = a.Text("Value.DataType"),
                ["Value"] = a.Text("Value.StringValue") ?? a.Text("Value.BinaryValue"),
            })));
        return AwsAnswer.Query(call, Namespace, new XElement("MessageId", publishing.Publish(topic, text, subject, attributes)));
    }

    private static XElement Subscriptions(IEnumerable<Subscription> subscriptions) => new(
        "Subscriptions",
        subscriptions.Select(s => new XElement(
            "member",
            new XElement("SubscriptionArn", s.Confirmed ? s.Arn : "PendingConfirmation"),
            new XElement("Owner", s.Topic.AccountId),
            new XElement("Protocol", s.Protocol),
            new XElement("Endpoint", s.Endpoint),
            new XElement("TopicArn", s.Topic.Arn))));

    private Topic Find(AwsCall call)
    {
        var arn = call.Form.Text("TopicArn") ?? call.Form.Required("TargetArn");
        return State.Topics.Find(t => t.Arn == arn) ?? throw new AwsFault("NotFound", "Topic does not exist", 404);
    }
}
