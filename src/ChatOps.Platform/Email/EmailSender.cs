using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Email;

/// <summary>
/// Sends what the outbox holds, one after the other. A mail is claimed in its row before the server hears of it. If the process or
/// the connection ends after that and before the server's yes is written down, nobody can know whether the mail is on its way: SMTP
/// has no way to ask. Then it is not sent again: a report that is missing once is noticed and asked for by <c>/report</c>, one that
/// comes twice teaches people to ignore it. Such mails are counted as doubtful in <c>/chatops status</c>.
/// </summary>
internal sealed partial class EmailSender(
    IDatabase database, EmailStore store, IEmailTransport transport, TimeProvider time,
    ILogger<EmailSender> logger) : IWorkProcessor<ClaimedEmail>
{
    /// <summary>No sending takes so long: one that is older belongs to a process that is gone.</summary>
    public static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    public async Task ProcessAsync(WorkBatch<ClaimedEmail> batch, CancellationToken cancellationToken)
    {
        var email = batch.Items[0];
        var key = email.Message.Key;
        try
        {
            var whole = email with { Message = email.Message with { Pictures = await store.PicturesAsync(key, cancellationToken) } };
            var refused = await transport.SendAsync(whole, cancellationToken);
            LogSent(key, email.Message.To.Count - refused.Count);
            var again = refused.Where(recipient => recipient.IsForNow).Select(recipient => recipient.Address).ToList();
            var why = refused.Count == 0 ? null : string.Join("; ", refused);
            if (again.Count > 0 && !EmailStore.Work.Retry.IsLast(email.Attempt))
            {
                // Each recipient's fate is its own: those who have it get it once, the others with the next attempt.
                var wait = EmailStore.Work.Retry.After(email.Attempt);
                LogRetry(key, wait, why!);
                await WriteAsync(batch, uow => EmailStore.RetryAsync(uow, key, why!, time.GetUtcNow() + wait, again));
                return;
            }

            await EndAsync(batch, "sent", why);
        }
        catch (EmailException fault) when (fault.Fault == EmailFault.Unknown)
        {
            LogDoubtful(fault, key);
            await EndAsync(batch, "doubtful", fault.Message);
        }
        catch (EmailException fault) when (fault.Fault == EmailFault.Later && !EmailStore.Work.Retry.IsLast(email.Attempt))
        {
            var wait = EmailStore.Work.Retry.After(email.Attempt);
            LogRetry(key, wait, fault.Message);
            await WriteAsync(batch, uow => EmailStore.RetryAsync(uow, key, fault.Message, time.GetUtcNow() + wait));
        }
        catch (EmailException fault)
        {
            LogFailed(fault, key);
            await EndAsync(batch, "failed", fault.Message);
        }
    }

    public Task GiveUpAsync(UnitOfWork uow, ClaimedEmail item, Exception fault, CancellationToken cancellationToken) =>
        EmailStore.EndAsync(uow, item.Message.Key, "doubtful", fault.Message, time.GetUtcNow());

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (await store.AbandonAsync(
            time.GetUtcNow(), "The bot ended while the mail was being sent.", cancellationToken) is > 0 and var lost)
            LogAbandoned(lost);
    }

    private Task EndAsync(WorkBatch<ClaimedEmail> batch, string state, string? error) =>
        WriteAsync(batch, uow => EmailStore.EndAsync(uow, batch.Items[0].Message.Key, state, error, time.GetUtcNow()));

    /// <summary>What happened is written down even while stopping: it is the reason why nothing is sent twice.</summary>
    private Task WriteAsync(WorkBatch<ClaimedEmail> batch, Func<UnitOfWork, Task> write) => database.WriteAsync(
        async uow =>
        {
            await batch.CloseAsync(uow, batch.Items);
            await write(uow);
        },
        CancellationToken.None);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sent the e-mail {Key} to {Recipients} addresses")]
    private partial void LogSent(string key, int recipients);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The e-mail {Key} was not taken; trying again in {Wait}: {Reason}")]
    private partial void LogRetry(string key, TimeSpan wait, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The e-mail {Key} will not be sent")]
    private partial void LogFailed(Exception fault, string key);

    [LoggerMessage(Level = LogLevel.Error, Message = "Whether the e-mail {Key} went out is unknown; it is not sent again")]
    private partial void LogDoubtful(Exception fault, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Emails} e-mails were being sent when the bot ended; they are not sent again")]
    private partial void LogAbandoned(int emails);
}
