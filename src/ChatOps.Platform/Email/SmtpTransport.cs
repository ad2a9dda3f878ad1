using System.Security.Cryptography;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace ChatOps.Platform.Email;

/// <summary>Hands one mail to the server.</summary>
internal interface IEmailTransport
{
    /// <summary>Sends; answers the addresses the server refused, when it took the mail for others.</summary>
    /// <exception cref="EmailException">It was not sent, or nobody knows.</exception>
    Task<IReadOnlyList<RefusedRecipient>> SendAsync(ClaimedEmail email, CancellationToken cancellationToken);

    /// <summary>Connects and signs in, and goes again.</summary>
    /// <exception cref="EmailException">The server does not answer, or does not take us.</exception>
    Task GreetAsync(CancellationToken cancellationToken);
}

/// <summary>A recipient that the server did not take, while it took others.</summary>
/// <param name="Address">The address.</param>
/// <param name="Reason">The server's answer.</param>
/// <param name="IsForNow">Whether another attempt may pass (4xx): greylisting refuses the first one.</param>
internal sealed record RefusedRecipient(string Address, string Reason, bool IsForNow)
{
    public override string ToString() => $"{Address}: {Reason}";
}

/// <summary>How certain it is that a mail did not go out.</summary>
internal enum EmailFault
{
    /// <summary>It did not go out, and may at another time.</summary>
    Later,

    /// <summary>It did not go out, and never will.</summary>
    Never,

    /// <summary>The connection ended between the mail's last byte and the server's answer.</summary>
    Unknown,
}

/// <summary>A mail that the server did not confirm.</summary>
internal sealed class EmailException(EmailFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    public EmailFault Fault { get; } = fault;
}

/// <summary>SMTP by MailKit: a connection a mail, for there are few.</summary>
internal sealed class SmtpTransport(IOptions<EmailOptions> options) : IEmailTransport
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    public async Task<IReadOnlyList<RefusedRecipient>> SendAsync(ClaimedEmail email, CancellationToken cancellationToken)
    {
        using var message = Composed(email);
        using var client = new Client { Timeout = (int)Timeout.TotalMilliseconds };
        await ConnectAsync(client, cancellationToken);

        try
        {
            await client.SendAsync(message, cancellationToken, client.Progress);
        }
        catch (SmtpCommandException refused)
        {
            // The server's own no: it keeps nothing. 4xx is for now, 5xx for good.
            throw new EmailException(
                (int)refused.StatusCode >= 500 ? EmailFault.Never : EmailFault.Later, $"{(int)refused.StatusCode} {refused.Message}",
                refused);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new EmailException(client.Progress.IsWhole ? EmailFault.Unknown : EmailFault.Later, fault.Message, fault);
        }
        catch (OperationCanceledException stopped)
        {
            throw new EmailException(
                client.Progress.IsWhole ? EmailFault.Unknown : EmailFault.Later, "The bot was stopped while the mail was being sent.",
                stopped);
        }

        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception)
        {
            // The server has said yes; how it says goodbye is its own affair.
        }

        return client.Refused;
    }

    public async Task GreetAsync(CancellationToken cancellationToken)
    {
        using var client = new Client { Timeout = (int)Timeout.TotalMilliseconds };
        await ConnectAsync(client, cancellationToken);
        await client.DisconnectAsync(quit: true, cancellationToken);
    }

    private async Task ConnectAsync(Client client, CancellationToken cancellationToken)
    {
        try
        {
            await client.ConnectAsync(options.Value.Host!, options.Value.Port, SocketOptions(options.Value.Security), cancellationToken);
            if (!string.IsNullOrEmpty(options.Value.User))
                await client.AuthenticateAsync(options.Value.User, options.Value.Password!, cancellationToken);
        }
        catch (Exception fault)
        {
            // A stop of the bot is no other fault than any: the server has not heard of the mail.
            throw new EmailException(EmailFault.Later, $"{options.Value.Host}:{options.Value.Port}: {fault.Message}", fault);
        }
    }

    private MimeMessage Composed(ClaimedEmail email)
    {
        try
        {
            return Compose(email, options.Value);
        }
        catch (Exception fault) when (fault is not EmailException)
        {
            throw new EmailException(EmailFault.Never, $"It cannot be put together: {fault.Message}", fault);
        }
    }

    /// <summary>The same key gives the same id: a client that meets the mail twice, by two ways, shows it once.</summary>
    internal static string MessageIdOf(string key, MailboxAddress from) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..40]}@{from.Domain}";

    internal static MimeMessage Compose(ClaimedEmail email, EmailOptions options)
    {
        var from = MailboxAddress.Parse(options.From!);
        var message = new MimeMessage
        {
            MessageId = MessageIdOf(email.Message.Key, from),
            Subject = email.Message.Subject,
            Date = email.CreatedAt,
        };
        message.From.Add(from);
        foreach (var address in email.Message.To)
        {
            if (MailboxAddress.TryParse(address, out var to)) message.To.Add(to);
        }

        if (message.To.Count == 0) throw new EmailException(EmailFault.Never, "None of its recipients is an address.");
        // Out-of-office answers have nobody to read them.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        var body = new BodyBuilder { HtmlBody = email.Message.Html, TextBody = email.Message.Plain };
        foreach (var (name, picture) in email.Message.Pictures)
        {
            var part = body.LinkedResources.Add($"{name}.png", picture.Png.ToArray(), new ContentType("image", "png"));
            part.ContentId = name;
            part.ContentDisposition = new ContentDisposition(ContentDisposition.Inline) { FileName = $"{name}.png" };
        }

        message.Body = body.ToMessageBody();
        return message;
    }

    private static SecureSocketOptions SocketOptions(EmailSecurity security) => security switch
    {
        EmailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        EmailSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    /// <summary>Goes on when one of several recipients is refused, and knows from when on the server may have the mail.</summary>
    private sealed class Client : SmtpClient
    {
        private readonly List<(RefusedRecipient Recipient, SmtpStatusCode Status)> _refused = [];

        public IReadOnlyList<RefusedRecipient> Refused => [.. _refused.Select(item => item.Recipient)];

        public BodyProgress Progress { get; } = new();

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
            _refused.Add((
                new RefusedRecipient(mailbox.Address, $"{(int)response.StatusCode} {response.Response}", (int)response.StatusCode < 500),
                response.StatusCode));

        protected override void OnNoRecipientsAccepted(MimeMessage message) =>
            // A server that greylists refuses everybody the first time: one that may be taken later makes the mail come again.
            throw new SmtpCommandException(
                SmtpErrorCode.RecipientNotAccepted,
                _refused.Select(item => item.Status).Where(status => (int)status < 500).DefaultIfEmpty(SmtpStatusCode.MailboxUnavailable)
                    .First(), string.Join("; ", Refused));
    }

    /// <summary>
    /// How much of the mail is on its way. Without its last byte the server has no mail: SMTP ends one by a dot of its own (RFC 5321,
    /// 4.1.1.4).
    /// </summary>
    internal sealed class BodyProgress : ITransferProgress
    {
        /// <summary>Whether the server may have it whole.</summary>
        public bool IsWhole { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => IsWhole |= bytesTransferred >= totalSize;

        // The size is not known: what was sent may have been all.
        public void Report(long bytesTransferred) => IsWhole |= bytesTransferred > 0;
    }
}
