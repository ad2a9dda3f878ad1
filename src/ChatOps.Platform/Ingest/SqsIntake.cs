using Amazon.SQS;
using Amazon.SQS.Model;
using ChatOps.Aws;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// Reads the configured queues, one loop each. A message is deleted only after its events are committed; whatever goes wrong before
/// that makes it come again. The queue's policy is the trust here, so no signature is asked, but the topic allow-list holds.
/// </summary>
internal sealed partial class SqsIntake(
    IAwsClients clients, IEventInbox inbox, ISnsEnvelopeVerifier verifier, SnsKinds kinds, IOptions<IngestOptions> options, IOptions<AwsOptions> aws,
    TimeProvider time, ILogger<SqsIntake> logger) : BackgroundService
{
    private const int LongPollSeconds = 20;
    private const int MaxMessages = 10;
    private static readonly TimeSpan WaitAfterFault = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(options.Value.Sqs.QueueUrls.Select(url => ReadQueueAsync(url, stoppingToken)));

    /// <summary><c>https://sqs.{region}.amazonaws.com/…</c>; our own Region for any other host.</summary>
    internal static string RegionOf(string queueUrl, string fallback) =>
        Uri.TryCreate(queueUrl, UriKind.Absolute, out var url) && url.Host.Split('.') is ["sqs", var region, "amazonaws", ..] ? region : fallback;

    private async Task ReadQueueAsync(string url, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var sqs = clients.Sqs(RegionOf(url, aws.Value.Region));
                var received = await sqs.ReceiveMessageAsync(
                    new ReceiveMessageRequest { QueueUrl = url, MaxNumberOfMessages = MaxMessages, WaitTimeSeconds = LongPollSeconds }, stoppingToken);
                if (received.Messages is { Count: > 0 } messages) await TakeAsync(sqs, url, messages, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // Whatever it is: the messages come again, and a loop that ended would leave its queue unread without a word.
                LogFailed(logger, fault, url);
                await Task.Delay(WaitAfterFault, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TakeAsync(IAmazonSQS sqs, string url, List<Message> messages, CancellationToken cancellationToken)
    {
        List<IncomingEvent> events = [];
        foreach (var message in messages)
        {
            if (!Incoming.TryOfQueue(message.Body, message.MessageId, verifier.AllowsTopic, kinds, out var inside)) LogTopicRefused(logger, message.MessageId, url);
            events.AddRange(inside);
        }

        await inbox.AcceptAsync(events, cancellationToken);
        var deleted = await sqs.DeleteMessageBatchAsync(
            url, [.. messages.Select((message, i) => new DeleteMessageBatchRequestEntry($"m{i}", message.ReceiptHandle))], cancellationToken);
        // What was not deleted comes again and is known by then.
        if (deleted.Failed is { Count: > 0 } failed) LogNotDeleted(logger, failed.Count, url);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The queue {Queue} could not be read; trying again shortly")]
    private static partial void LogFailed(ILogger logger, Exception fault, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dropped message {MessageId} of queue {Queue}: its SNS topic is not listed in ChatOps:Ingest:Sns:TopicArns")]
    private static partial void LogTopicRefused(ILogger logger, string messageId, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Messages} messages of queue {Queue} could not be deleted; they will come again and change nothing")]
    private static partial void LogNotDeleted(ILogger logger, int messages, string queue);
}
