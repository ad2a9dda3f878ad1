using ChatOps.Platform.Storage;

namespace ChatOps.Platform.Work;

/// <summary>
/// What a source of work does when a person decides about something that it set aside. One implementation a source, registered as
/// <see cref="IDeadLetters"/>; <c>/chatops inbox</c> lists, retries and discards whatever any source has put into
/// <see cref="IDeadLetterBox"/>.
/// <example>
/// <code>
/// services.AddSingleton&lt;IDeadLetters, InboxDeadLetters&gt;();
/// </code>
/// </example>
/// </summary>
public interface IDeadLetters
{
    /// <summary>
    /// Names the source, at most 32 of small letters, digits and <c>-</c>: <c>inbox</c>, <c>silence</c>. People read the text
    /// <c>inbox.source.{Source}</c>.
    /// </summary>
    string Source { get; }

    /// <summary>What was set aside, as it came (JSON or text); null when it is gone.</summary>
    Task<string?> ReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Puts work back in line with all its attempts, in the caller's transaction; wake the worker by <see cref="UnitOfWork.AfterCommit"/>.
    /// </summary>
    /// <returns>How many; keys that are gone are left out.</returns>
    Task<int> RetryAsync(UnitOfWork uow, IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Gives work up for good, in the caller's transaction.</summary>
    /// <returns>How many; keys that are gone are left out.</returns>
    Task<int> DiscardAsync(UnitOfWork uow, IReadOnlyCollection<string> keys, CancellationToken cancellationToken);
}

/// <summary>Work that was tried as often as it may be and is set aside until a person decides.</summary>
/// <param name="Source">Who set it aside: <see cref="IDeadLetters.Source"/>.</param>
/// <param name="Key">The source's own id of it, unique within the source.</param>
/// <param name="Kind">What it is, in the source's words: an event's kind, an AWS action.</param>
/// <param name="Error">Why, in a sentence without secrets; it is cleaned and cut.</param>
/// <param name="FirstTriedAt">When it came, or was first tried.</param>
/// <param name="LastTriedAt">When it was tried last.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record DeadLetter(
    string Source, string Key, string Kind, string Error, DateTimeOffset FirstTriedAt, DateTimeOffset LastTriedAt, int Attempts);

/// <summary>
/// Where sources put what they set aside. It stays until a person retries or discards it, and the operators' channel is told.
/// </summary>
public interface IDeadLetterBox
{
    /// <summary>
    /// Lists the letters and shows them in the operators' channel, in the transaction that sets the source's own rows aside. A letter that
    /// is listed already is brought up to date.
    /// </summary>
    Task AddAsync(UnitOfWork uow, IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken);

    /// <summary>The source itself has taken the work up again or dropped it: the letters leave the list and the message.</summary>
    Task RemoveAsync(UnitOfWork uow, string source, IReadOnlyCollection<string> keys, CancellationToken cancellationToken);
}
