using System.Globalization;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Platform.Ingest;

/// <summary>Events that could not be read, as <c>/chatops inbox</c> sees them.</summary>
internal sealed class InboxDeadLetters(IDatabase database, IDeadLetterBox box, InboxSignal signal, TimeProvider time) : IDeadLetters
{
    private const string SourceName = "inbox";
    private const int BatchSize = 500;

    public string Source => SourceName;

    /// <summary>The letter of an event that is set aside.</summary>
    public static DeadLetter LetterOf(DeadLetterEvent dead) => new(
        SourceName,
        dead.Id.ToString(CultureInfo.InvariantCulture),
        // EventBridge's kinds name their source, which is not the way they came.
        dead.Kind.StartsWith(dead.Source, StringComparison.Ordinal) ? dead.Kind : $"{dead.Kind} ({dead.Source})",
        dead.Error ?? "",
        DateTimeOffset.FromUnixTimeMilliseconds(dead.ReceivedAt),
        DateTimeOffset.FromUnixTimeMilliseconds(dead.FinishedAt ?? dead.ReceivedAt),
        dead.Attempts);

    public async Task<string?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return Ids([key]) is [var id] ? await InboxFailures.BodyAsync(connection, id, cancellationToken) : null;
    }

    public async Task<int> RetryAsync(UnitOfWork uow, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var count = await InboxFailures.RequeueAsync(uow, Ids(keys), cancellationToken);
        uow.AfterCommit(signal.Wake);
        return count;
    }

    public Task<int> DiscardAsync(UnitOfWork uow, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        InboxFailures.DiscardAsync(uow, Ids(keys), time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);

    /// <summary>Lists every event that is set aside and not listed yet: by a version that had no list, or because listing failed.</summary>
    /// <returns>How many are set aside.</returns>
    public async Task<int> ListAllAsync(CancellationToken cancellationToken)
    {
        var (after, count) = (0L, 0);
        while (true)
        {
            IReadOnlyList<DeadLetterEvent> aside;
            await using (var connection = await database.OpenAsync(cancellationToken))
                aside = await InboxFailures.DeadLettersAsync(connection, after, BatchSize, cancellationToken);
            if (aside.Count == 0) return count;
            await database.WriteAsync(uow => box.AddAsync(uow, [.. aside.Select(LetterOf)], cancellationToken), cancellationToken);
            (after, count) = (aside[^1].Id, count + aside.Count);
        }
    }

    private static List<long> Ids(IReadOnlyCollection<string> keys) =>
        [.. keys.Select(key => long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)];
}
