using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Email;

/// <summary>
/// Sends what the outbox holds, one after the other. A mail is claimed in its row before the server hears of it. If the process or
/// the connection ends after that and before the server's yes is written down, nobody can know whether the mail is on its way: SMTP
/// has no way to ask. Then it is not sent again: a report that is missing once is noticed and asked for by <c>/report</c>, one that
/// comes twice teaches people to ignore it. Such mails are counted as doubtful in <c>/chatops status</c>.
/// </summary>
internal sealed partial class EmailSender(
    EmailStore store, IEmailTransport transport, EmailSignal signal, IOptions<EmailOptions> options, TimeProvider time, ILogger<EmailSender> logger) : BackgroundService
{
    private const int MaxAttempts = 12;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);

    /// <summary>No sending takes so long: one that is older belongs to a process that is gone.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.IsOn) return;
        try
        {
            while (true)
            {
                try
                {
                    var now = time.GetUtcNow();
                    if (await store.AbandonAsync(now - Abandoned, now, "The bot ended while the mail was being sent.", stoppingToken) is > 0 and var lost) LogAbandoned(logger, lost);
                    while (await SendNextAsync(stoppingToken)) stoppingToken.ThrowIfCancellationRequested();
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    // The database is away, most likely; whatever it is, it must not stop the bot.
                    LogStoreFailed(logger, fault);
                }

                await signal.WaitAsync(LookEvery, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    /// <summary>Sends the next mail that is due; false when there is none.</summary>
    internal async Task<bool> SendNextAsync(CancellationToken stoppingToken)
    {
        if (await store.ClaimAsync(time.GetUtcNow(), stoppingToken) is not { } email) return false;
        var key = email.Message.Key;
        // What happened is written down even while stopping: it is the reason why nothing is sent twice.
        try
        {
            var refused = await transport.SendAsync(email, stoppingToken);
            await store.SentAsync(key, time.GetUtcNow(), refused.Count == 0 ? null : string.Join("; ", refused), CancellationToken.None);
            LogSent(logger, key, email.Message.To.Count - refused.Count);
        }
        catch (EmailException fault) when (fault.Fault == EmailFault.Unknown)
        {
            LogDoubtful(logger, fault, key);
            await store.DoubtfulAsync(key, fault.Message, time.GetUtcNow(), CancellationToken.None);
        }
        catch (EmailException fault) when (fault.Fault == EmailFault.Later && email.Attempt < MaxAttempts)
        {
            var wait = TimeSpan.FromTicks(Math.Min(FirstRetry.Ticks << Math.Min(email.Attempt - 1, 20), LongestRetry.Ticks));
            LogRetry(logger, key, wait, fault.Message);
            await store.RetryAsync(key, fault.Message, time.GetUtcNow() + wait, CancellationToken.None);
        }
        catch (EmailException fault)
        {
            LogFailed(logger, fault, key);
            await store.FailedAsync(key, fault.Message, time.GetUtcNow(), CancellationToken.None);
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Sent the e-mail {Key} to {Recipients} addresses")]
    private static partial void LogSent(ILogger logger, string key, int recipients);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The e-mail {Key} was not taken; trying again in {Wait}: {Reason}")]
    private static partial void LogRetry(ILogger logger, string key, TimeSpan wait, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The e-mail {Key} will not be sent")]
    private static partial void LogFailed(ILogger logger, Exception fault, string key);

    [LoggerMessage(Level = LogLevel.Error, Message = "Whether the e-mail {Key} went out is unknown; it is not sent again")]
    private static partial void LogDoubtful(ILogger logger, Exception fault, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Emails} e-mails were being sent when the bot ended; they are not sent again")]
    private static partial void LogAbandoned(ILogger logger, int emails);

    [LoggerMessage(Level = LogLevel.Error, Message = "The e-mails to send cannot be read; trying again shortly")]
    private static partial void LogStoreFailed(ILogger logger, Exception fault);
}
