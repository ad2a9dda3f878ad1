using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using ChatOps.Benchmarks;
using ChatOps.EndToEnd.Crash;
using ChatOps.Sandbox.Aws;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.EndToEnd.Operating;

/// <summary>The bot reads its queue: whatever happens between a message's receipt and its deletion, its event is taken once.</summary>
public class QueueTests
{
    private const string Listed = "arn:aws:sns:ap-northeast-2:111122223333:chatops-budgets";

    [Fact]
    public async Task A_message_is_deleted_only_after_its_commit_and_a_crash_in_between_changes_nothing()
    {
        using var database = new TemporaryDatabase();
        await using var aws = await QueueHost.StartAsync();
        aws.HoldDeletions();
        for (var number = 0; number < 3; number++) await aws.SendAsync(FindingEvent.Json(number));

        await using (var bot = await StartAsync(aws, database))
        {
            await aws.FirstDeletion.WaitAsync(TimeSpan.FromSeconds(30));
            // The deletion is asked for; by then every event that it is for is committed.
            var (asked, committed) = (aws.AskedToDelete, await EventsAsync(database));
            Assert.True(asked > 0 && committed >= asked, $"{asked} messages were to be deleted when {committed} events were committed.");
            Assert.Equal(3, await aws.CountAsync());
            // Killed here, it never hears that they are deleted, and indeed they are not.
        }

        aws.LetDeletions();
        await using var next = await StartAsync(aws, database);
        await Eventually.TrueAsync(
            async () => await aws.CountAsync() == 0, seconds: 60, because: "the messages that came again were not deleted");
        Assert.Equal(3, await EventsAsync(database));
    }

    [Fact]
    public async Task While_nothing_can_be_committed_nothing_is_deleted()
    {
        using var database = new TemporaryDatabase();
        await using var aws = await QueueHost.StartAsync();
        await using var bot = await StartAsync(aws, database);
        await using (var rival = new SqliteConnection(database.ConnectionString))
        {
            await rival.OpenAsync();
            await using var transaction = await rival.BeginTransactionAsync();
            await using var locks = new SqliteCommand(
                "UPDATE inbox_events SET state = state WHERE id = -1", rival, (SqliteTransaction)transaction);
            await locks.ExecuteNonQueryAsync();

            await aws.SendAsync(FindingEvent.Json(7));
            // Received, and still there: it waits for the writer that is in the way.
            await Eventually.TrueAsync(async () => await aws.InFlightAsync() == 1, because: "the message was never received");
            Assert.Equal(0, aws.AskedToDelete);
            await transaction.RollbackAsync();
        }

        await Eventually.TrueAsync(
            async () => await aws.CountAsync() == 0, seconds: 60, because: "the message was not deleted after the database was free");
        Assert.Equal(1, await EventsAsync(database));
    }

    [Fact]
    public async Task From_topics_that_are_not_listed_nothing_is_taken()
    {
        using var database = new TemporaryDatabase();
        await using var aws = await QueueHost.StartAsync();
        await aws.SendAsync(Envelope(
            "arn:aws:sns:ap-northeast-2:999999999999:chatops-budgets", "11111111-0000-4000-8000-000000000000",
            "AWS Budget Notification of a stranger"));
        await aws.SendAsync(Envelope(Listed, "22222222-0000-4000-8000-000000000000", "AWS Budget Notification of ours"));
        await aws.SendAsync("neither JSON nor anything else");
        await using var bot = await StartAsync(aws, database);

        await Eventually.TrueAsync(async () => await aws.CountAsync() == 0, seconds: 60, because: "the messages were not deleted");
        var bodies = await BodiesAsync(database);
        Assert.Equal(2, bodies.Count);
        Assert.Contains("AWS Budget Notification of ours", bodies);
        // What is not understood is kept, and counted as such.
        Assert.Contains("neither JSON nor anything else", bodies);
    }

    private static async Task<BotProcess> StartAsync(QueueHost aws, TemporaryDatabase database)
    {
        var settings = BotSettings.For(database.ConnectionString, "http://127.0.0.1:9", aws.Url);
        settings["ChatOps__Ingest__Sqs__QueueUrls__0"] = aws.QueueUrl;
        settings["ChatOps__Ingest__Sns__TopicArns__0"] = Listed;
        return await BotProcess.StartAsync(BotSettings.Command, settings);
    }

    private static string Envelope(string topic, string id, string message) => new JsonObject
    {
        ["Type"] = "Notification",
        ["MessageId"] = id,
        ["TopicArn"] = topic,
        ["Message"] = message,
        ["Timestamp"] = "2026-03-04T05:06:07.000Z",
        ["SignatureVersion"] = "2",
        ["Signature"] = "bm90IGFza2VkIGZvcg==",
        ["SigningCertURL"] = "https://sns.ap-northeast-2.amazonaws.com/SimpleNotificationService-0.pem",
    }.ToJsonString();

    private static async Task<int> EventsAsync(TemporaryDatabase database) => (await BodiesAsync(database)).Count;

    private static async Task<List<string>> BodiesAsync(TemporaryDatabase database)
    {
        await using var connection = new SqliteConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new SqliteCommand("SELECT body FROM inbox_events ORDER BY id", connection);
        await using var reader = await command.ExecuteReaderAsync();
        List<string> bodies = [];
        while (await reader.ReadAsync()) bodies.Add(reader.GetString(0));
        return bodies;
    }

    /// <summary>The sandbox's AWS with a queue of our own, whose deletions can be held up.</summary>
    private sealed class QueueHost : IAsyncDisposable
    {
        private readonly AwsSandbox _aws = new(new AwsSandboxOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        private readonly TaskCompletionSource _firstDeletion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private WebApplication? _app;
        private AmazonSQSClient? _sqs;
        private volatile bool _holds;
        private int _asked;

        public string Url => _app!.Urls.Single();

        public string QueueUrl { get; private set; } = "";

        public Task FirstDeletion => _firstDeletion.Task;

        /// <summary>How many messages the bot has asked to delete.</summary>
        public int AskedToDelete => _asked;

        public static async Task<QueueHost> StartAsync()
        {
            var host = new QueueHost();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            host._app = builder.Build();
            host._app.Urls.Add("http://127.0.0.1:0");
            host._app.Run(host.AnswerAsync);
            await host._app.StartAsync();
            host._aws.Options.PublicUrl = new Uri(host.Url);
            host._sqs = new AmazonSQSClient(
                new BasicAWSCredentials(AwsSandboxOptions.AccessKeyId, AwsSandboxOptions.SecretAccessKey),
                new AmazonSQSConfig { ServiceURL = host.Url, AuthenticationRegion = AwsSandboxOptions.HomeRegion });
            // Seconds rather than the sixty of manifest/aws: what a killed bot held comes again soon.
            var made = await host._sqs.CreateQueueAsync(
                new CreateQueueRequest { QueueName = "chatops-intake", Attributes = new() { ["VisibilityTimeout"] = "3" } });
            host.QueueUrl = made.QueueUrl;
            return host;
        }

        public void HoldDeletions() => _holds = true;

        public void LetDeletions() => _holds = false;

        public Task<Amazon.SQS.Model.SendMessageResponse> SendAsync(string body) => _sqs!.SendMessageAsync(QueueUrl, body);

        public async Task<int> CountAsync()
        {
            var counts = await CountsAsync();
            return counts.ApproximateNumberOfMessages + counts.ApproximateNumberOfMessagesNotVisible;
        }

        public async Task<int> InFlightAsync() => (await CountsAsync()).ApproximateNumberOfMessagesNotVisible;

        public async ValueTask DisposeAsync()
        {
            _sqs?.Dispose();
            if (_app is not null) await _app.DisposeAsync();
            _aws.Dispose();
        }

        private Task<GetQueueAttributesResponse> CountsAsync() =>
            _sqs!.GetQueueAttributesAsync(QueueUrl, ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]);

        private async Task AnswerAsync(HttpContext context)
        {
            if (context.Request.Headers["X-Amz-Target"].ToString().EndsWith(".DeleteMessageBatch", StringComparison.Ordinal))
            {
                context.Request.EnableBuffering();
                var asked = await JsonNode.ParseAsync(context.Request.Body);
                context.Request.Body.Position = 0;
                Interlocked.Add(ref _asked, asked!["Entries"]!.AsArray().Count);
                _firstDeletion.TrySetResult();
                if (_holds)
                {
                    // No answer, until whoever asked is gone.
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return;
                }
            }

            await _aws.AnswerAsync(context);
        }
    }
}
