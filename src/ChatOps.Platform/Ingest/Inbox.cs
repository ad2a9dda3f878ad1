using System.Threading.Channels;
using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// Takes events durably. One loop drains whatever requests wait at the moment and commits them together: under load many requests
/// share a commit while the next ones gather, when idle one goes through alone without waiting for company. A second loop would halve
/// the batches and gain nothing: the database writes one log.
/// </summary>
internal sealed partial class Inbox(
    InboxStore store, InboxSignal signal, IngestMetrics metrics, WorkerHealth health, TimeProvider time, ILogger<Inbox> logger)
    : SupervisedService(health, time, logger), IEventInbox
{
    /// <summary>Bounds the memory and the duration of one commit.</summary>
    private const int MaxEventsPerCommit = 1_000;

    /// <summary>Requests beyond this wait at the door; Kestrel and the senders feel it as back-pressure.</summary>
    private const int MaxWaitingRequests = 4_096;

    private readonly Channel<Request> _waiting = Channel.CreateBounded<Request>(
        new BoundedChannelOptions(MaxWaitingRequests) { SingleReader = true });

    public async Task<int> AcceptAsync(IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0) return 0;
        var request = new Request(events);
        try
        {
            await _waiting.Writer.WriteAsync(request, cancellationToken);
        }
        catch (ChannelClosedException fault)
        {
            throw new InboxUnavailableException(fault);
        }

        // Giving up the wait does not take the events back; the sender will try again and be told of duplicates.
        return await request.Done.Task.WaitAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        // Whoever waits still gets an answer; whoever comes now is refused, and the sender tries again elsewhere.
        _waiting.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    protected override IReadOnlyList<WorkerLoop> Loops =>
    [
        new WorkerLoop("inbox", async stoppingToken =>
        {
            await _waiting.Reader.WaitToReadAsync(stoppingToken);
            await CommitWaitingAsync();
            return TimeSpan.Zero;
        }),
    ];

    protected override async Task DrainAsync()
    {
        while (await CommitWaitingAsync())
        {
        }
    }

    /// <summary>Commits what waits at this moment; false when nothing does.</summary>
    private async Task<bool> CommitWaitingAsync()
    {
        List<Request> batch = [];
        var events = 0;
        while (events < MaxEventsPerCommit && _waiting.Reader.TryRead(out var request))
        {
            batch.Add(request);
            events += request.Events.Count;
        }

        if (batch.Count == 0) return false;
        await CommitAsync(batch);
        return true;
    }

    private async Task CommitAsync(List<Request> batch)
    {
        try
        {
            var fresh = await InsertAsync(batch);
            if (batch.Exists(request => request.Events.Any(store.WaitsForReader))) signal.Wake();
            foreach (var request in batch) request.Done.TrySetResult(CountNew(request, fresh));
        }
        catch (Exception fault)
        {
            LogCommitFailed(Logger, fault, batch.Count);
            // One bad request must not take its neighbours down with it.
            if (batch.Count == 1) batch[0].Done.TrySetException(new InboxUnavailableException(fault));
            else foreach (var request in batch) await CommitAsync([request]);
        }
    }

    private async Task<HashSet<string>> InsertAsync(List<Request> batch)
    {
        var rows = batch.Count == 1 ? batch[0].Events : [.. batch.SelectMany(request => request.Events)];
        using var span = Spans.StartAlone("inbox.commit");
        span?.SetTag("chatops.requests", batch.Count).SetTag("chatops.events", rows.Count);
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        var fresh = await store.InsertAsync(rows, now, CancellationToken.None);
        metrics.Accepted(rows.Count, fresh.Count);
        // Nobody will read these: they are finished here, and counted where the dispatcher counts the others.
        metrics.Processed(
            "unknown",
            rows.Where(row => !store.WaitsForReader(row) && fresh.Contains(row.DedupKey)).DistinctBy(row => row.DedupKey).Count());
        return fresh;
    }

    /// <summary>Takes what it counts out of the set, so that of two requests with one event only the first is told it was new.</summary>
    private static int CountNew(Request request, HashSet<string> fresh)
    {
        var count = 0;
        foreach (var item in request.Events)
        {
            if (fresh.Remove(item.DedupKey)) count++;
        }

        return count;
    }

    private sealed record Request(IReadOnlyList<IncomingEvent> Events)
    {
        // Continuations elsewhere: the loop's thread commits, it does not write HTTP answers.
        public TaskCompletionSource<int> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A commit of {Requests} requests into the inbox failed")]
    private static partial void LogCommitFailed(ILogger logger, Exception fault, int requests);
}

/// <summary>The event could not be committed; the sender should try again.</summary>
/// <param name="cause">What the database said.</param>
public sealed class InboxUnavailableException(Exception cause) : Exception("The event could not be stored. Send it again.", cause);
