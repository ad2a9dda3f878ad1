using Amazon.SQS;
using Amazon.SQS.Model;
using ChatOps.Aws;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// Reads the configured queues, one loop each. A message is deleted only after its events are committed; whatever goes wrong before
/// that makes it come again. The queue's policy is the trust here, so no signature is asked, but the topic allow-list holds.
/// </summary>
internal sealed partial class SqsIntake(
    IAwsClients clients, IEventInbox inbox, ISnsEnvelopeVerifier verifier, SnsKinds kinds, IOptions<IngestOptions> options,
    IOptions<AwsOptions> aws,
    WorkerHealth health, TimeProvider time, ILogger<SqsIntake> logger) : SupervisedService(health, time, logger)
{
    /// <summary>Begins the name of each queue's loop.</summary>
    internal const string LoopPrefix = "sqs-";

    private const int LongPollSeconds = 20;
    private const int MaxMessages = 10;

    protected override IReadOnlyList<WorkerLoop> Loops =>
        [.. options.Value.Sqs.QueueUrls.Select(url => new WorkerLoop(
            $"{LoopPrefix}{url[(url.LastIndexOf('/') + 1)..]}", stoppingToken => ReadQueueAsync(url, stoppingToken)))];

    /// <summary><c>https://sqs.{region}.amazonaws.com/…</c>; our own Region for any other host.</summary>
    internal static string RegionOf(string queueUrl, string fallback) =>
        Uri.TryCreate(queueUrl, UriKind.Absolute, out var url) && url.Host.Split('.') is ["sqs", var region, "amazonaws", ..]
            ? region
            : fallback;

    private async Task<TimeSpan> ReadQueueAsync(string url, CancellationToken stoppingToken)
    {
        var sqs = clients.Sqs(RegionOf(url, aws.Value.Region));
        var received = await sqs.ReceiveMessageAsync(
            new ReceiveMessageRequest { QueueUrl = url, MaxNumberOfMessages = MaxMessages, WaitTimeSeconds = LongPollSeconds },
            stoppingToken);
        // What was received is taken to its end although the host stops.
        if (received.Messages is { Count: > 0 } messages) await TakeAsync(sqs, url, messages, Aborted);
        return TimeSpan.Zero;
    }

    private async Task TakeAsync(IAmazonSQS sqs, string url, List<Message> messages, CancellationToken cancellationToken)
    {
        List<IncomingEvent> events = [];
        foreach (var message in messages)
        {
            if (!Incoming.TryOfQueue(message.Body, message.MessageId, verifier.AllowsTopic, kinds, out var inside))
                LogTopicRefused(Logger, message.MessageId, url);
            events.AddRange(inside);
        }

        await inbox.AcceptAsync(events, cancellationToken);
        var deleted = await sqs.DeleteMessageBatchAsync(
            url, [.. messages.Select((message, i) => new DeleteMessageBatchRequestEntry($"m{i}", message.ReceiptHandle))],
            cancellationToken);
        // What was not deleted comes again and is known by then.
        if (deleted.Failed is { Count: > 0 } failed) LogNotDeleted(Logger, failed.Count, url);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Dropped message {MessageId} of queue {Queue}: its SNS topic is not listed in ChatOps:Ingest:Sns:TopicArns")]
    private static partial void LogTopicRefused(ILogger logger, string messageId, string queue);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Messages} messages of queue {Queue} could not be deleted; they will come again and change nothing")]
    private static partial void LogNotDeleted(ILogger logger, int messages, string queue);
}
