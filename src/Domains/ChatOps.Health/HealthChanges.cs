using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Health;

/// <summary>Changes health events by what people decide, and tells delivery, in the caller's transaction.</summary>
internal sealed class HealthChanges(IOutbox outbox) : ISubjectChanges<HealthEvent>
{
    public string GoneText => "health.gone";

    public async Task<Change<HealthEvent>?> ChangeAsync(
        UnitOfWork uow, string key, Func<HealthEvent, HealthEvent?> decide, Func<HealthEvent, SubjectReply?> reply,
        CancellationToken cancellationToken)
    {
        var change = await Versioned.ChangeAsync(
            $"health event {key}",
            () => HealthStore.FindAsync(uow.Connection, uow.Transaction, key, cancellationToken),
            before => before is not null && decide(before) is { } after ? new Change<HealthEvent>(before, after) : null,
            decided => HealthStore.SaveAsync(uow, decided.After, cancellationToken));
        if (change is null) return null;
        await RefreshAsync(uow, change.After, cancellationToken);
        if (reply(change.After) is { } line) await outbox.ReplyAsync(uow, change.After.Subject, line.Reply, line.Data, cancellationToken);
        return change;
    }

    public Task RefreshAsync(UnitOfWork uow, HealthEvent subject, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(uow, [new ChangedSubject(subject.Subject, subject.Rank, subject.Open)], cancellationToken);

    public StaleSubjectException Stale(HealthEvent subject) => subject.Acknowledged is { } acknowledged
        ? new StaleSubjectException(subject.Subject, "health.taken", ("who", $"<@{acknowledged.ByUserId}>"))
        : new StaleSubjectException(subject.Subject, "health.over");
}
