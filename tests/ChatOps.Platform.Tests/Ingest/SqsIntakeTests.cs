using Amazon.SQS;
using Amazon.SQS.Model;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Ingest;

/// <summary>Against a queue that speaks the protocol the intake is tried end to end.</summary>
public sealed class SqsIntakeTests
{
    [Fact]
    public async Task A_fault_that_nobody_foresaw_does_not_end_the_reading_of_the_queue()
    {
        var asked = 0;
        var sqs = Played.Of<IAmazonSQS>()
            .On("ReceiveMessageAsync", (ReceiveMessageRequest _) => ++asked switch
            {
                1 => throw new NotSupportedException("no"),
                2 => new ReceiveMessageResponse { Messages = [new Message { MessageId = "m1", ReceiptHandle = "r1", Body = "hello" }] },
                _ => throw new OperationCanceledException(),
            })
            .On("DeleteMessageBatchAsync", (string _) => new DeleteMessageBatchResponse());
        var clients = Played.Of<IAwsClients>().Returns("Sqs", sqs.Instance);
        var (inbox, time) = (new Recording(), new FakeTimeProvider());
        var options = new IngestOptions();
        options.Sqs.QueueUrls.Add("https://sqs.ap-northeast-2.amazonaws.com/111122223333/chatops");
        using var intake = new SqsIntake(
            clients.Instance, inbox, Played.Of<ISnsEnvelopeVerifier>().Instance, new SnsKinds([]), Options.Create(options),
            Options.Create(new AwsOptions { Region = "ap-northeast-2" }),
            TestWorkers.Health(time), time, NullLogger<SqsIntake>.Instance);
        await intake.StartAsync(default);

        while (!inbox.Accepted.Task.IsCompleted && !intake.ExecuteTask!.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("sqs:m1", Assert.Single(await inbox.Accepted.Task.WaitAsync(TimeSpan.FromSeconds(10))).DedupKey);
        await intake.StopAsync(default);
    }

    private sealed class Recording : IEventInbox
    {
        public TaskCompletionSource<IReadOnlyList<IncomingEvent>> Accepted { get; } = new(
            TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<int> AcceptAsync(IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken)
        {
            Accepted.TrySetResult(events);
            return Task.FromResult(events.Count);
        }
    }
}
