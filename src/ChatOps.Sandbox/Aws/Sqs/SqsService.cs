using System.Globalization;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Sqs;

/// <summary>SQS over both its protocols: awsJson1.0, and the query protocol that older clients speak.</summary>
internal sealed class SqsService(AwsState state, AwsSandboxOptions options, TimeProvider time) : IAwsService
{
    public string SigningName => "sqs";

    public async ValueTask<AwsAnswer> AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        var input = call.Protocol == AwsProtocol.Query ? SqsQueryForm.Input(call.Form, call.Operation) : call.Json;
        var output = call.Operation == "ReceiveMessage"
            ? await ReceiveAsync(call, input, cancellation)
            : Locked(call, input);
        return call.Protocol == AwsProtocol.Query ? SqsQueryForm.Output(call, output) : AwsAnswer.Json(call, output);
    }

    private JsonObject Locked(AwsCall call, JsonObject input)
    {
        lock (state.Sync)
        {
            return call.Operation switch
            {
                "CreateQueue" => Create(call, input),
                "DeleteQueue" => Delete(Queue(call, input)),
                "GetQueueUrl" => new JsonObject
                {
                    ["QueueUrl"] = Url(
                    Named(input.Text("QueueOwnerAWSAccountId") ?? call.Caller.AccountId, call.Region, Required(input, "QueueName")))
                },
                "ListQueues" => ListQueues(call, input),
                "GetQueueAttributes" => Attributes(Queue(call, input), input.Texts("AttributeNames")),
                "SetQueueAttributes" => SetAttributes(Queue(call, input), input.Object("Attributes") ?? []),
                "SendMessage" => Send(Queue(call, input), input),
                "SendMessageBatch" => Batch(input, entry => Send(Queue(call, input), entry)),
                "DeleteMessage" => DeleteMessage(Queue(call, input), input),
                "DeleteMessageBatch" => Batch(input, entry => DeleteMessage(Queue(call, input), entry)),
                "ChangeMessageVisibility" => ChangeVisibility(Queue(call, input), input),
                "ChangeMessageVisibilityBatch" => Batch(input, entry => ChangeVisibility(Queue(call, input), entry)),
                "PurgeQueue" => Purge(Queue(call, input)),
                _ when call.Protocol == AwsProtocol.Query =>
                    throw new AwsFault("InvalidAction", $"The action {call.Operation} is not valid for this endpoint."),
                _ => throw AwsFault.UnknownOperation(SigningName, call.Operation),
            };
        }
    }

    private async Task<JsonObject> ReceiveAsync(AwsCall call, JsonObject input, CancellationToken cancellation)
    {
        MessageQueue queue;
        lock (state.Sync)
            queue = Queue(call, input);
        var most = Bounded(input, "MaxNumberOfMessages", 1, 1, 10);
        var visibility = Bounded(input, "VisibilityTimeout", queue.Seconds("VisibilityTimeout"), 0, 43200);
        var until = time.GetUtcNow().AddSeconds(Bounded(input, "WaitTimeSeconds", queue.Seconds("ReceiveMessageWaitTimeSeconds"), 0, 20));
        var names = (string[])[.. input.Texts("AttributeNames"), .. input.Texts("MessageSystemAttributeNames")];
        while (true)
        {
            Task arrival;
            IReadOnlyList<QueuedMessage> received;
            TimeSpan wait;
            lock (state.Sync)
            {
                arrival = queue.Arrival;
                received = queue.Receive(most, visibility);
                var now = time.GetUtcNow();
                wait = until - now;
                if (queue.NextVisible is { } next && next > now && next - now < wait)
                    wait = next - now;
            }

            if (received.Count > 0 || time.GetUtcNow() >= until)
                return new JsonObject { ["Messages"] = new JsonArray([.. received.Select(m => (JsonNode)Describe(m, call, names))]) };
            try
            {
                await arrival.WaitAsync(wait, time, cancellation);
            }
            catch (TimeoutException)
            {
                // The wait is over, or a message has become visible again: look once more.
            }
        }
    }

    private JsonObject Create(AwsCall call, JsonObject input)
    {
        var name = Required(input, "QueueName");
        if (name.Length > 80 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new AwsFault(
                "InvalidParameterValue", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
            {
                QueryCode = "InvalidParameterValue",
            };
        var queue = state.Queues.Find(q => q.Name == name && q.AccountId == call.Caller.AccountId && q.Region == call.Region);
        if (queue is null)
        {
            queue = new MessageQueue(call.Caller.AccountId, call.Region, name, time);
            state.Queues.Add(queue);
        }

        SetAttributes(queue, input.Object("Attributes") ?? []);
        return new JsonObject { ["QueueUrl"] = Url(queue) };
    }

    private JsonObject Delete(MessageQueue queue)
    {
        state.Queues.Remove(queue);
        return [];
    }

    private JsonObject ListQueues(AwsCall call, JsonObject input)
    {
        var prefix = input.Text("QueueNamePrefix") ?? "";
        return new JsonObject
        {
            ["QueueUrls"] = state.Queues
                .Where(q => q.AccountId == call.Caller.AccountId && q.Region == call.Region
                    && q.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(Url).ToJson(),
        };
    }

    private static JsonObject Attributes(MessageQueue queue, IReadOnlyList<string> names)
    {
        var (visible, inFlight) = queue.Count();
        var all = new SortedDictionary<string, string>(queue.Attributes, StringComparer.Ordinal)
        {
            ["QueueArn"] = queue.Arn,
            ["ApproximateNumberOfMessages"] = visible.ToString(CultureInfo.InvariantCulture),
            ["ApproximateNumberOfMessagesNotVisible"] = inFlight.ToString(CultureInfo.InvariantCulture),
            ["ApproximateNumberOfMessagesDelayed"] = "0",
        };
        return new JsonObject
        {
            ["Attributes"] = new JsonObject(
                all.Where(a => names.Contains("All") || names.Contains(a.Key)).Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))),
        };
    }

    private static JsonObject SetAttributes(MessageQueue queue, JsonObject attributes)
    {
        foreach (var (name, value) in attributes)
        {
            var text = value?.ToString() ?? "";
            if (queue.Attributes.ContainsKey(name) && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                throw new AwsFault(
                    "InvalidAttributeValue", $"Invalid value for the parameter {name}.")
                { QueryCode = "InvalidAttributeValue" };
            queue.Attributes[name] = text;
        }

        return [];
    }

    private static JsonObject Send(MessageQueue queue, JsonObject input)
    {
        var body = Required(input, "MessageBody");
        if (input["MessageAttributes"] is JsonObject { Count: > 0 })
            throw new AwsFault(
                "UnsupportedOperation",
                "The sandbox keeps no message attributes.")
            { QueryCode = "AWS.SimpleQueueService.UnsupportedOperation" };
        var message = queue.Send(body, Bounded(input, "DelaySeconds", queue.Seconds("DelaySeconds"), 0, 900));
        return new JsonObject { ["MessageId"] = message.Id, ["MD5OfMessageBody"] = MessageQueue.Md5(body) };
    }

    private static JsonObject DeleteMessage(MessageQueue queue, JsonObject input)
    {
        var handle = Required(input, "ReceiptHandle");
        if (!handle.StartsWith("AQEB", StringComparison.Ordinal))
            throw new AwsFault(
                "ReceiptHandleIsInvalid", "The input receipt handle is invalid.", 404)
            { QueryCode = "ReceiptHandleIsInvalid" };
        if (queue.ByReceipt(handle) is { } message)
            queue.Delete(message);
        return [];
    }

    private JsonObject ChangeVisibility(MessageQueue queue, JsonObject input)
    {
        var message = queue.ByReceipt(Required(input, "ReceiptHandle"))
            ?? throw new AwsFault(
                "MessageNotInflight",
                "The message referred to isn't in flight.")
            { QueryCode = "AWS.SimpleQueueService.MessageNotInflight" };
        message.VisibleAt = time.GetUtcNow().AddSeconds(Bounded(input, "VisibilityTimeout", 30, 0, 43200));
        return [];
    }

    private static JsonObject Purge(MessageQueue queue)
    {
        queue.Purge();
        return [];
    }

    private static JsonObject Batch(JsonObject input, Func<JsonObject, JsonObject> act)
    {
        var entries = input.Objects("Entries").ToArray();
        if (entries.Length == 0)
            throw new AwsFault(
                "EmptyBatchRequest",
                "There should be at least one entry in the request.")
            { QueryCode = "AWS.SimpleQueueService.EmptyBatchRequest" };
        if (entries.Length > 10)
            throw new AwsFault(
                "TooManyEntriesInBatchRequest",
                "Maximum number of entries per request are 10.")
            { QueryCode = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest" };
        var (successful, failed) = (new JsonArray(), new JsonArray());
        foreach (var entry in entries)
        {
            try
            {
                var done = act(entry);
                done["Id"] = entry.Text("Id");
                successful.Add(done);
            }
            catch (AwsFault fault) when (fault.Code is "ReceiptHandleIsInvalid" or "MessageNotInflight" or "UnsupportedOperation")
            {
                failed.Add(new JsonObject
                {
                    ["Id"] = entry.Text("Id"),
                    ["SenderFault"] = true,
                    ["Code"] = fault.Code,
                    ["Message"] = fault.Message,
                });
            }
        }

        return new JsonObject { ["Successful"] = successful, ["Failed"] = failed };
    }

    private static JsonObject Describe(QueuedMessage message, AwsCall call, string[] names)
    {
        var body = new JsonObject
        {
            ["MessageId"] = message.Id,
            ["ReceiptHandle"] = message.ReceiptHandle,
            ["MD5OfBody"] = MessageQueue.Md5(message.Body),
            ["Body"] = message.Body,
        };
        var all = new Dictionary<string, string>
        {
            ["SenderId"] = call.Caller.UserId,
            ["SentTimestamp"] = message.SentAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ["ApproximateReceiveCount"] = message.ReceiveCount.ToString(CultureInfo.InvariantCulture),
            ["ApproximateFirstReceiveTimestamp"] = message.FirstReceivedAt!.Value.ToUnixTimeMilliseconds()
                .ToString(CultureInfo.InvariantCulture),
        };
        var asked = all.Where(a => names.Contains("All") || names.Contains(a.Key)).ToArray();
        if (asked.Length > 0)
            body["Attributes"] = new JsonObject(asked.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)));
        return body;
    }

    private MessageQueue Queue(AwsCall call, JsonObject input)
    {
        var url = Required(input, "QueueUrl");
        var parts = url.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts is [.., var account, var name] ? Named(account, call.Region, name) : throw NoQueue();
    }

    private MessageQueue Named(string account, string region, string name) =>
        state.Queues.Find(q => q.AccountId == account && q.Region == region && q.Name == name) ?? throw NoQueue();

    private string Url(MessageQueue queue) => $"{options.PublicUrl.ToString().TrimEnd('/')}/{queue.AccountId}/{queue.Name}";

    private static string Required(JsonObject input, string name) => input.Text(name) is { Length: > 0 } value
        ? value
        : throw new AwsFault(
            "MissingRequiredParameterException", $"The request must contain the parameter {name}.")
        { QueryCode = "MissingParameter" };

    // The query protocol writes numbers as text.
    private static int Bounded(JsonObject input, string name, int standard, int least, int most)
    {
        if (input[name] is not { } given)
            return standard;
        return int.TryParse(given.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least
            && value <= most
            ? value
            : throw new AwsFault(
                "InvalidParameterValue",
                $"Value {given} for parameter {name} is invalid. Reason: Must be between {least} and {most}, if provided.")
            {
                QueryCode = "InvalidParameterValue",
            };
    }

    private static AwsFault NoQueue() =>
        new("QueueDoesNotExist", "The specified queue does not exist.") { QueryCode = "AWS.SimpleQueueService.NonExistentQueue" };
}
