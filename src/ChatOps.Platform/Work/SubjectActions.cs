using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;

namespace ChatOps.Platform.Work;

/// <summary>
/// Runs what people do to subjects, always the same way: the role is demanded where the action happens; the decision is made on the
/// subject as it is now and saved only if nobody was quicker; messages, the thread's line and the audit follow in the same transaction.
/// A click on an old message changes nothing, has the message drawn anew and is answered with a sentence.
/// </summary>
public sealed class SubjectActions(IDatabase database, IAccess access, IAudit audit)
{
    /// <summary>Runs an action.</summary>
    /// <exception cref="AccessDeniedException">The person lacks the role.</exception>
    /// <exception cref="StaleSubjectException">The subject is no longer as the person saw it.</exception>
    /// <exception cref="UserFacingException">There is no such subject.</exception>
    public async Task RunAsync<T>(ISubjectChanges<T> changes, SubjectAction<T> action, CancellationToken cancellationToken)
        where T : class
    {
        await access.DemandAsync(action.Action, cancellationToken);
        var outcome = await database.WriteAsync(uow => TryAsync(uow, changes, action, cancellationToken), cancellationToken);
        if (outcome.IsChanged) return;
        if (outcome.Present is not { } present) throw new UserFacingException(changes.GoneText);
        if (!action.IsDone(present)) throw changes.Stale(present);
    }

    /// <summary>
    /// Runs an action as one of many in the caller's transaction, who has demanded the role. What makes no sense is passed over.
    /// </summary>
    public async Task<SubjectOutcome<T>> TryAsync<T>(
        UnitOfWork uow, ISubjectChanges<T> changes, SubjectAction<T> action, CancellationToken cancellationToken)
        where T : class
    {
        T? present = null;
        var change = await changes.ChangeAsync(
            uow,
            action.Action.Subject.Key,
            subject =>
            {
                present = subject;
                return action.Decide(subject);
            },
            action.Reply,
            cancellationToken);
        if (change is null)
        {
            if (present is not null) await changes.RefreshAsync(uow, present, cancellationToken);
            return new SubjectOutcome<T>(IsChanged: false, present);
        }

        if (action.Also is { } also) await also(uow, change);
        // Last: appends to the audit stand in line until the commit.
        await audit.AppendAsync(uow, action.Action, "done", action.Details(change), cancellationToken);
        return new SubjectOutcome<T>(IsChanged: true, change.After);
    }
}

/// <summary>What became of an action.</summary>
/// <param name="IsChanged">Whether it was done.</param>
/// <param name="Present">The subject as it is now; null when there is none.</param>
public sealed record SubjectOutcome<T>(bool IsChanged, T? Present)
    where T : class;
