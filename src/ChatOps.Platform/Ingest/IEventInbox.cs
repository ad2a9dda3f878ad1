namespace ChatOps.Platform.Ingest;

/// <summary>An event as it came in, before anybody understood it.</summary>
/// <param name="DedupKey">The event's own identity (EventBridge <c>id</c>, SNS <c>MessageId</c>, …), prefixed by its source; a second event
/// with the same key is dropped.</param>
/// <param name="Source">The way it came: <c>eventbridge</c>, <c>sns</c>, <c>alertmanager</c>, <c>sqs</c>.</param>
/// <param name="Kind">What it is: <c>{source}/{detail-type}</c> for EventBridge (also inside SNS), for example <c>aws.securityhub/Security
/// Hub Findings - Imported</c>; <c>sns/{what}</c> for what an <see cref="ISnsRecognizer"/> knows, else <c>sns/{topic}</c>.</param>
/// <param name="Body">The event itself as JSON or text, unwrapped from its transport's envelope; the whole EventBridge event for
/// EventBridge kinds.</param>
public sealed record IncomingEvent(string DedupKey, string Source, string Kind, string Body);

/// <summary>An event read back from the inbox.</summary>
/// <param name="Id">Its place in the inbox, in order of arrival.</param>
/// <param name="Event">The event.</param>
/// <param name="ReceivedAt">When it was committed.</param>
public sealed record InboxEvent(long Id, IncomingEvent Event, DateTimeOffset ReceivedAt);

/// <summary>Where events enter. Requests waiting at the same time share one commit.</summary>
public interface IEventInbox
{
    /// <summary>Returns once all of <paramref name="events"/> are durably committed (or were already there). Wakes the handlers.</summary>
    /// <returns>How many were new.</returns>
    Task<int> AcceptAsync(IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken);
}

/// <summary>
/// A domain's reader of some kinds of events. Events change rows and mark subjects dirty in the given transaction; they never call Slack or
/// AWS.
/// A batch that throws is rolled back and its events are tried one by one; an event that keeps failing is set aside with its error and
/// counted.
/// Kinds that nobody reads are kept as 'not yet understood' and counted.
/// </summary>
public interface IEventReader
{
    /// <summary>The kinds it reads, exactly as in <see cref="IncomingEvent.Kind"/>.</summary>
    IReadOnlyCollection<string> Kinds { get; }

    /// <summary>Applies a batch of events, in order of arrival, in one transaction.</summary>
    Task ReadAsync(IReadOnlyList<InboxEvent> events, Storage.UnitOfWork uow, CancellationToken cancellationToken);
}
