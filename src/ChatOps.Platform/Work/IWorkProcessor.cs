using ChatOps.Platform.Storage;

namespace ChatOps.Platform.Work;

/// <summary>
/// Does one kind of due work. <see cref="DueWorker{TItem}"/> finds what is due, takes it under a lease and decides about attempts:
/// <code>
/// public async Task ProcessAsync(WorkBatch&lt;FindingWrite&gt; batch, CancellationToken cancellationToken)
/// {
///     await client.SendAsync(batch.Items, cancellationToken);          // an exception: all are tried again later
///     await database.WriteAsync(async uow =>
///     {
///         await batch.CloseAsync(uow, batch.Items); // throws when the lease is lost: nothing is written
///         await Store.DoneAsync(uow, batch.Items, cancellationToken);
///     }, cancellationToken);
/// }
/// </code>
/// </summary>
/// <typeparam name="TItem">An item of this work.</typeparam>
public interface IWorkProcessor<TItem>
    where TItem : notnull
{
    /// <summary>
    /// Does what is due. Items that are neither closed nor given to <see cref="WorkBatch{TItem}.Retry"/> are released as the tables have
    /// them then. An exception has all of these tried again after the schedule's wait.
    /// </summary>
    Task ProcessAsync(WorkBatch<TItem> batch, CancellationToken cancellationToken);

    /// <summary>
    /// The attempts are used up: writes the state that <see cref="WorkTable{TItem}.Dead"/> names, and shows it where the subject is shown.
    /// The lease is held and given back by the caller, in the same transaction.
    /// </summary>
    Task GiveUpAsync(UnitOfWork uow, TItem item, Exception fault, CancellationToken cancellationToken);

    /// <summary>Tidies up every <see cref="WorkTable{TItem}.SweepEvery"/>: deletes what is old. Runs on every replica.</summary>
    Task SweepAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>
/// Wakes the worker of a kind of work before its time. Give <see cref="WakeSignal.Wake"/> to <see cref="UnitOfWork.AfterCommit"/>.
/// </summary>
/// <typeparam name="TItem">An item of this work.</typeparam>
public sealed class WorkSignal<TItem> : WakeSignal;

/// <summary>
/// The lease was over, or somebody else has taken the item since. Thrown within a transaction, which it rolls back: what a stopped or
/// cut-off replica found out is not written when it comes back.
/// </summary>
public sealed class LeaseLostException(string kind) : Exception($"The lease on {kind} was lost: another replica has it by now.");

/// <summary>A failure that was foreseen, for <see cref="WorkBatch{TItem}.Retry"/>: its message says all there is to say.</summary>
public class WorkFailedException(string message) : Exception(message);
