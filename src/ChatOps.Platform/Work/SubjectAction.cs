using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;

namespace ChatOps.Platform.Work;

/// <summary>
/// What a person does to one subject by a button, a modal or a command: acknowledge, assign, silence. <see cref="SubjectActions"/> runs it.
/// </summary>
/// <typeparam name="T">The subject's record.</typeparam>
/// <param name="Action">Who does what to which subject, and the role it takes; <c>Action.Subject.Key</c> is the row's key.</param>
/// <example>
/// <code>
/// await actions.RunAsync(
///     changes,
///     new SubjectAction&lt;Backup&gt;(new UserAction(userId, "backup.acknowledge", Backup.SubjectOf(id), Role.Operator))
///     {
///         Decide = backup => backup.Acknowledged is null ? backup with { Acknowledged = userId } : null,
///         IsDone = backup => backup.Acknowledged == userId,
///         Reply = _ => new SubjectReply("backup.acknowledged", json),
///         Details = change => json,
///     },
///     cancellationToken);
/// </code>
/// </example>
public sealed record SubjectAction<T>(UserAction Action)
    where T : class
{
    /// <summary>
    /// The subject as it shall be, from how it is now; null when the action makes no sense any more. Pure: it may be asked several times.
    /// </summary>
    public required Func<T, T?> Decide { get; init; }

    /// <summary>
    /// Whether what was asked for is already so by the same person: a second click of the same finger is not told that it came too late.
    /// </summary>
    public required Func<T, bool> IsDone { get; init; }

    /// <summary>The line in the subject's thread, from the subject as it was changed; null for none.</summary>
    public required Func<T, SubjectReply?> Reply { get; init; }

    /// <summary>What the audit keeps beside who did what: JSON, no secrets.</summary>
    public required Func<Change<T>, string> Details { get; init; }

    /// <summary>What else belongs to the action, in the same transaction and before the audit; null for nothing.</summary>
    public Func<UnitOfWork, Change<T>, Task>? Also { get; init; }
}

/// <summary>A changed row.</summary>
/// <param name="Before">As it was read.</param>
/// <param name="After">As it was saved.</param>
public sealed record Change<T>(T Before, T After)
    where T : class;

/// <summary>A line for a subject's thread, rendered later by its domain.</summary>
/// <param name="Reply">Names the sentence.</param>
/// <param name="Data">Its JSON.</param>
public sealed record SubjectReply(string Reply, string Data);

/// <summary>How a domain changes one kind of its subjects. Implemented by whoever saves them.</summary>
/// <typeparam name="T">The subject's record.</typeparam>
public interface ISubjectChanges<T>
    where T : class
{
    /// <summary>
    /// Changes a subject by a decision made on its present state (<see cref="Versioned"/>), has its messages brought up to date and writes
    /// the line in its thread, all in the transaction.
    /// </summary>
    /// <returns>Null when there is no such subject, or nothing was decided.</returns>
    Task<Change<T>?> ChangeAsync(
        UnitOfWork uow, string key, Func<T, T?> decide, Func<T, SubjectReply?> reply, CancellationToken cancellationToken);

    /// <summary>Has a subject's messages drawn anew although nothing changed: somebody looks at an old one.</summary>
    Task RefreshAsync(UnitOfWork uow, T subject, CancellationToken cancellationToken);

    /// <summary>The key of the text for a subject that does not exist (any more).</summary>
    string GoneText { get; }

    /// <summary>What is answered when the subject is no longer as the person saw it.</summary>
    StaleSubjectException Stale(T subject);
}

/// <summary>The subject has changed since the message was drawn, and the action no longer makes sense. Nothing was done.</summary>
/// <param name="subject">The subject.</param>
/// <param name="key">The key of the text that says so.</param>
/// <param name="values">Its placeholders; what depends on the reader's language is a <see cref="Localization.LocalizedValue"/>.</param>
public sealed class StaleSubjectException(
    SubjectId subject, string key, params (string Name, object? Value)[] values) : UserFacingException(key, values)
{
    /// <summary>The subject.</summary>
    public SubjectId Subject { get; } = subject;
}
