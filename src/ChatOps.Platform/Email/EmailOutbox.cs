using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Email;

/// <summary>Records mails; while e-mail is off there is nobody to send them, so they are not kept.</summary>
internal sealed class EmailOutbox(WorkSignal<ClaimedEmail> signal, IOptions<EmailOptions> options, TimeProvider time) : IEmailOutbox
{
    public async Task SendAsync(UnitOfWork uow, EmailMessage message, CancellationToken cancellationToken)
    {
        if (!options.Value.IsOn || message.To.Count == 0) return;
        if (await EmailStore.AddAsync(uow, message, time.GetUtcNow(), cancellationToken)) uow.AfterCommit(signal.Wake);
    }
}
