using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.Sqs;

/// <summary>A message in a queue.</summary>
internal sealed class QueuedMessage(string body, DateTimeOffset sentAt, DateTimeOffset visibleAt)
{
    public string Id { get; } = AwsIds.Guid();

    public string Body => body;

    public DateTimeOffset SentAt => sentAt;

    /// <summary>When it may be received (again).</summary>
    public DateTimeOffset VisibleAt { get; set; } = visibleAt;

    public DateTimeOffset? FirstReceivedAt { get; set; }

    public int ReceiveCount { get; set; }

    /// <summary>The handle of its last receipt; deleting by an older one does nothing, as with standard queues.</summary>
    public string? ReceiptHandle { get; set; }
}

/// <summary>A standard queue: at least once, in no promised order, invisible while somebody works on a message.</summary>
internal sealed class MessageQueue(string account, string region, string name, TimeProvider time)
{
    private readonly List<QueuedMessage> _messages = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string AccountId => account;

    public string Region => region;

    public string Name => name;

    public string Arn => $"arn:aws:sqs:{region}:{account}:{name}";

    public SortedDictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal)
    {
        ["VisibilityTimeout"] = "30",
        ["DelaySeconds"] = "0",
        ["ReceiveMessageWaitTimeSeconds"] = "0",
        ["MessageRetentionPeriod"] = "345600",
        ["MaximumMessageSize"] = "262144",
    };

    /// <summary>Completes when a message arrives after this was asked for.</summary>
    public Task Arrival => _arrival.Task;

    public int Seconds(string attribute) => int.Parse(Attributes[attribute], CultureInfo.InvariantCulture);

    public QueuedMessage Send(string body, int delaySeconds)
    {
        var now = time.GetUtcNow();
        var message = new QueuedMessage(body, now, now.AddSeconds(delaySeconds));
        _messages.Add(message);
        Interlocked.Exchange(ref _arrival, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        return message;
    }

    public IReadOnlyList<QueuedMessage> Receive(int most, int visibilitySeconds)
    {
        var now = time.GetUtcNow();
        _messages.RemoveAll(m => now - m.SentAt > TimeSpan.FromSeconds(Seconds("MessageRetentionPeriod")));
        QueuedMessage[] received = [.. _messages.Where(m => m.VisibleAt <= now).Take(most)];
        foreach (var message in received)
        {
            message.VisibleAt = now.AddSeconds(visibilitySeconds);
            message.ReceiveCount++;
            message.FirstReceivedAt ??= now;
            message.ReceiptHandle = "AQEB" + AwsIds.Hex(64);
        }

        return received;
    }

    public QueuedMessage? ByReceipt(string handle) => _messages.Find(m => m.ReceiptHandle == handle);

    public void Delete(QueuedMessage message) => _messages.Remove(message);

    public void Purge() => _messages.Clear();

    public (int Visible, int InFlight) Count()
    {
        var now = time.GetUtcNow();
        var visible = _messages.Count(m => m.VisibleAt <= now);
        return (visible, _messages.Count - visible);
    }

    /// <summary>The earliest time at which an invisible message shows again.</summary>
    public DateTimeOffset? NextVisible => _messages.Count == 0 ? null : _messages.Min(m => m.VisibleAt);

    /// <summary>The MD5 that clients compare bodies with; a checksum, not a secret.</summary>
#pragma warning disable CA5351 // SQS's protocol says MD5
    public static string Md5(string body) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)));
#pragma warning restore CA5351
}
