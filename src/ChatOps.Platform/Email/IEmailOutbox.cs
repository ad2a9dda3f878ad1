using ChatOps.Platform.Charts;
using ChatOps.Platform.Storage;

namespace ChatOps.Platform.Email;

/// <summary>E-mails that shall go out: recorded in the caller's transaction, sent by a worker with retries, each once.</summary>
public interface IEmailOutbox
{
    /// <summary>Records a mail. One with a <see cref="EmailMessage.Key"/> that was recorded before is dropped.</summary>
    Task SendAsync(UnitOfWork uow, EmailMessage message, CancellationToken cancellationToken);
}

/// <summary>An e-mail.</summary>
/// <param name="Key">Its own identity: <c>report/2026-03-04/ko</c>. Never sent twice.</param>
/// <param name="To">Addresses; empty sends nothing.</param>
/// <param name="Subject">The subject line.</param>
/// <param name="Html">The HTML part; inline pictures as <c>cid:{name}</c>.</param>
/// <param name="Plain">The plain part, which stands alone.</param>
public sealed record EmailMessage(string Key, IReadOnlyList<string> To, string Subject, string Html, string Plain)
{
    /// <summary>Inline pictures by the name their <c>cid:</c> uses.</summary>
    public IReadOnlyDictionary<string, Picture> Pictures { get; init; } = new Dictionary<string, Picture>();
}
