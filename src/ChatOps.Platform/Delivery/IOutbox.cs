using ChatOps.Platform.Storage;

namespace ChatOps.Platform.Delivery;

/// <summary>A subject that shall have a living message in a channel.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Channel">The channel's name with or without <c>#</c>, or its id.</param>
/// <param name="Language">The language of the channel's route (<c>ko</c>, <c>en</c>), null for the default.</param>
/// <param name="Rank">How bad it is now.</param>
/// <param name="Open">Whether it still needs somebody; group messages count the open ones.</param>
/// <param name="Group">What it is grouped by in a burst, for example <c>EC2.19|111122223333</c>; null is never grouped.</param>
public sealed record MessageRequest(SubjectId Subject, string Channel, string? Language, Severity Rank, bool Open, string? Group);

/// <summary>What domains tell delivery, inside the transaction that changes their own rows.</summary>
public interface IOutbox
{
    /// <summary>
    /// The subjects shall be shown in these channels as they are now: posted if they never were (or counted in their group's message),
    /// updated otherwise. Marking twice is harmless. Takes whole batches: a storm arrives as thousands at once.
    /// </summary>
    Task RequestAsync(UnitOfWork uow, IReadOnlyList<MessageRequest> requests, CancellationToken cancellationToken);

    /// <summary>
    /// The subjects changed: wherever they already have a message, wait for one, or are counted in a group, that is brought up to date.
    /// Nothing new is posted.
    /// </summary>
    Task MarkChangedAsync(UnitOfWork uow, IReadOnlyList<ChangedSubject> changed, CancellationToken cancellationToken);

    /// <summary>
    /// A line in the subject's thread, in every channel where the subject has, or will have, a message of its own. Delivered once, in
    /// order.
    /// Rendered later by the domain (<c>ILivingSubject.RenderReplyAsync</c>); <paramref name="data"/> is JSON.
    /// </summary>
    Task ReplyAsync(UnitOfWork uow, SubjectId subject, string reply, string data, CancellationToken cancellationToken);

    /// <summary>Many lines at once, of one or many subjects, each thread's in the order given.</summary>
    async Task ReplyAsync(UnitOfWork uow, IReadOnlyList<ThreadLine> lines, CancellationToken cancellationToken)
    {
        foreach (var line in lines) await ReplyAsync(uow, line.Subject, line.Reply, line.Data, cancellationToken);
    }
}

/// <summary>A line for a subject's thread.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Reply">Names the sentence.</param>
/// <param name="Data">Its JSON.</param>
public sealed record ThreadLine(SubjectId Subject, string Reply, string Data);

/// <summary>A changed subject.</summary>
public sealed record ChangedSubject(SubjectId Subject, Severity Rank, bool Open);
