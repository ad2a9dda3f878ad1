using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Ingest;

/// <summary>What becomes of events that could not be read: tried again with growing pauses, dead letters in the end.</summary>
internal sealed partial class FailedEvents(
    IDeadLetterBox deadLetters, IngestMetrics metrics, IOptions<IngestOptions> options, TimeProvider time, ILogger<FailedEvents> logger)
{
    private const int MaxError = 2_000;

    /// <summary>The pauses between attempts; how many there are is in the options.</summary>
    public static readonly RetrySchedule Retry = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Stores, in the transaction that tried them, when events are tried again; those that are not become dead letters.</summary>
    public async Task WriteAsync(
        UnitOfWork uow, IReadOnlyList<(InboxRow Row, Exception Fault)> failures, CancellationToken cancellationToken)
    {
        var now = Now;
        var written = failures.Select(failure => FailureOf(failure.Row, failure.Fault, now)).ToList();
        await InboxFailures.WriteAsync(uow, written, now);
        var letters = failures.Zip(written).Where(pair => pair.Second.NextAttemptAt is null)
            .Select(pair => InboxDeadLetters.LetterOf(new DeadLetterEvent
            {
                Id = pair.Second.Id,
                Source = pair.First.Row.Source,
                Kind = pair.First.Row.Kind,
                ReceivedAt = pair.First.Row.ReceivedAt,
                Attempts = pair.Second.Attempts,
                Error = pair.Second.Error,
                FinishedAt = now,
            })).ToList();
        // An error here must not hold the inbox up: the letters are listed at the next start or by the retention's hourly look.
        if (letters.Count == 0) return;
        if (await uow.TryAsync(() => deadLetters.AddAsync(uow, letters, cancellationToken), cancellationToken) is { } fault)
            LogNotListed(logger, fault, letters.Count);
    }

    /// <summary>Counts and logs failures whose transaction is committed.</summary>
    /// <returns>When the first of them is tried again, in Unix milliseconds; <see cref="long.MaxValue"/> for never.</returns>
    public long Count(IReadOnlyList<(InboxRow Row, Exception Fault)> failures)
    {
        var due = long.MaxValue;
        foreach (var (row, fault) in failures)
        {
            var attempt = row.Attempts + 1;
            var last = IsLast(attempt);
            metrics.Processed(last ? "failed" : "retried", 1);
            if (last)
            {
                LogDeadLetter(logger, fault, row.Id, row.Kind, attempt);
            }
            else
            {
                due = Math.Min(due, Now + (long)Retry.After(attempt).TotalMilliseconds);
                LogRetry(logger, fault, row.Id, row.Kind, attempt);
            }
        }

        return due;
    }

    private EventFailure FailureOf(InboxRow row, Exception fault, long now)
    {
        var attempts = row.Attempts + 1;
        var error = StorableText.Clean($"{fault.GetType().Name}: {fault.Message}", MaxError);
        return new EventFailure(row.Id, attempts, error, IsLast(attempts) ? null : now + (long)Retry.After(attempts).TotalMilliseconds);
    }

    private bool IsLast(int attempt) => attempt >= options.Value.MaxAttempts;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Event} ({Kind}) failed at attempt {Attempt}; it will be tried again")]
    private static partial void LogRetry(ILogger logger, Exception fault, long @event, string kind, int attempt);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Event {Event} ({Kind}) failed {Attempt} times and is a dead letter: see /chatops inbox")]
    private static partial void LogDeadLetter(ILogger logger, Exception fault, long @event, string kind, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Letters} dead letters could not be listed; trying again within the hour")]
    private static partial void LogNotListed(ILogger logger, Exception fault, int letters);
}
