using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Sns;

/// <summary>Writes SNS's messages, signs them, and takes them to subscribers: over HTTP with retries, or into a queue.</summary>
internal sealed partial class SnsPublishing(
    AwsState state,
    SnsSigning signing,
    EventDelivery delivery,
    AwsBackground background,
    AwsSandboxOptions options,
    TimeProvider time,
    ILogger<SnsPublishing> log)
{
    private static readonly TimeSpan ConfirmationPatience = TimeSpan.FromSeconds(30);

    private string Public => options.PublicUrl.ToString().TrimEnd('/');

    /// <summary>Asks an HTTP endpoint to confirm; SQS needs none within the account. Called under the state's lock.</summary>
    public Subscription Subscribe(Topic topic, string protocol, string endpoint)
    {
        if (topic.Subscriptions.Find(s => s.Protocol == protocol && s.Endpoint == endpoint) is { } existing)
            return existing;
        var subscription = new Subscription(topic, protocol, endpoint, AwsIds.Guid(), AwsIds.Hex(256));
        topic.Subscriptions.Add(subscription);
        if (protocol == "sqs")
        {
            subscription.Confirm();
            return subscription;
        }

        var message = new JsonObject
        {
            ["Type"] = "SubscriptionConfirmation",
            ["MessageId"] = AwsIds.Guid(),
            ["Token"] = subscription.Token,
            ["TopicArn"] = topic.Arn,
            ["Message"] =
                $"You have chosen to subscribe to the topic {topic.Arn}.\nTo confirm the subscription, visit the SubscribeURL included " +
                    $"in this message.",
            ["SubscribeURL"] =
                $"{Public}/?Action=ConfirmSubscription&TopicArn={Uri.EscapeDataString(topic.Arn)}&Token={subscription.Token}",
            ["Timestamp"] = AwsIds.Iso(time.GetUtcNow()),
            ["SigningCertURL"] = Public + signing.Path,
        };
        signing.Sign(message, topic.SignatureVersion);
        background.Run(stopping => PostAsync(message, subscription, stopping));
        return subscription;
    }

    /// <summary>Publishes to all confirmed subscribers. Called under the state's lock; answers the message's id.</summary>
    public string Publish(Topic topic, string text, string? subject, JsonObject? attributes)
    {
        var id = AwsIds.Guid();
        foreach (var subscription in topic.Subscriptions.Where(s => s.Confirmed))
        {
            var message = Notification(subscription, id, text, subject, attributes);
            if (subscription.Protocol == "sqs")
                state.Queues.Find(q => q.Arn == subscription.Endpoint)?.Send(AwsAnswer.Text(message), 0);
            else
                background.Run(stopping => PostAsync(message, subscription, stopping));
        }

        return id;
    }

    /// <summary>Takes an event of the bus through the bot's topic; the bot's subscription is made and confirmed first.</summary>
    public async Task CarryAsync(SentEvent sent, CancellationToken stopping)
    {
        while (options.BotUrl is null)
            await Task.Delay(options.FirstRetryDelay, time, stopping);
        Subscription subscription;
        lock (state.Sync)
        {
            var topic = state.Topics.Find(t => t.Arn == AwsSandboxOptions.TopicArn)!;
            subscription = Subscribe(topic, options.BotUrl.Scheme, new Uri(options.BotUrl, "/events/sns").ToString());
        }

        try
        {
            await subscription.Confirmation.WaitAsync(ConfirmationPatience, time, stopping);
        }
        catch (TimeoutException)
        {
            LogUnconfirmed(subscription.Topic.Arn, subscription.Endpoint);
            return;
        }

        // The event's id stands for the message's: what is sent again is the same message.
        await PostAsync(Notification(subscription, sent.Id, sent.Text, null, null), subscription, stopping);
    }

    private JsonObject Notification(Subscription subscription, string id, string text, string? subject, JsonObject? attributes)
    {
        var message = new JsonObject
        {
            ["Type"] = "Notification",
            ["MessageId"] = id,
            ["TopicArn"] = subscription.Topic.Arn,
        };
        if (subject is not null)
            message["Subject"] = subject;
        message["Message"] = text;
        message["Timestamp"] = AwsIds.Iso(time.GetUtcNow());
        message["SigningCertURL"] = Public + signing.Path;
        message["UnsubscribeURL"] = $"{Public}/?Action=Unsubscribe&SubscriptionArn={Uri.EscapeDataString(subscription.Arn)}";
        if (attributes is { Count: > 0 })
            message["MessageAttributes"] = attributes.DeepClone();
        signing.Sign(message, subscription.Topic.SignatureVersion);
        return message;
    }

    private Task<bool> PostAsync(JsonObject message, Subscription subscription, CancellationToken stopping) => delivery.SendAsync(
        (string)message["MessageId"]!,
        () =>
        {
            // SNS posts JSON as text/plain.
            var request = new HttpRequestMessage(HttpMethod.Post, subscription.Endpoint)
            {
                Content = new StringContent(AwsAnswer.Text(message), Encoding.UTF8, "text/plain"),
            };
            request.Headers.TryAddWithoutValidation("x-amz-sns-message-type", (string)message["Type"]!);
            request.Headers.TryAddWithoutValidation("x-amz-sns-message-id", (string)message["MessageId"]!);
            request.Headers.TryAddWithoutValidation("x-amz-sns-topic-arn", subscription.Topic.Arn);
            if ((string)message["Type"]! == "Notification")
                request.Headers.TryAddWithoutValidation("x-amz-sns-subscription-arn", subscription.Arn);
            request.Headers.TryAddWithoutValidation("User-Agent", "Amazon Simple Notification Service Agent");
            return request;
        },
        stopping);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Endpoint} has not confirmed its subscription to {Topic}; is the topic in ChatOps__Ingest__Sns__TopicArns? The event " +
            "is dropped, as SNS does.")]
    private partial void LogUnconfirmed(string topic, string endpoint);
}
