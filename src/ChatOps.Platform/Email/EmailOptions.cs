using Microsoft.Extensions.Options;
using MimeKit;

namespace ChatOps.Platform.Email;

/// <summary>The mail server. Section <c>ChatOps:Email</c>; without a host e-mail is off, and <c>/chatops status</c> says so.</summary>
public sealed class EmailOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Email";

    /// <summary>The server's name; empty turns e-mail off.</summary>
    public string? Host { get; set; }

    /// <summary>Its port: 587 for STARTTLS, 465 for TLS from the start.</summary>
    public int Port { get; set; } = 587;

    /// <summary>How the connection is protected.</summary>
    public EmailSecurity Security { get; set; } = EmailSecurity.StartTls;

    /// <summary>The account, where the server wants one.</summary>
    public string? User { get; set; }

    /// <summary>Its password.</summary>
    public string? Password { get; set; }

    /// <summary>The sender: <c>ChatOps &lt;chatops@example.com&gt;</c>.</summary>
    public string? From { get; set; }

    /// <summary>Whether mails are sent at all.</summary>
    public bool IsOn => !string.IsNullOrWhiteSpace(Host);
}

/// <summary>How a connection to the mail server is protected.</summary>
public enum EmailSecurity
{
    /// <summary>It begins in the clear and must become TLS.</summary>
    StartTls,

    /// <summary>TLS from the start.</summary>
    Tls,

    /// <summary>In the clear: for a relay on the same machine.</summary>
    None,
}

/// <summary>Names every fault of the section at once.</summary>
internal sealed class EmailOptionsValidator : IValidateOptions<EmailOptions>
{
    public ValidateOptionsResult Validate(string? name, EmailOptions options)
    {
        List<string> faults = [];
        if (!options.IsOn)
        {
            if (!string.IsNullOrWhiteSpace(options.From) || !string.IsNullOrWhiteSpace(options.User))
                faults.Add("ChatOps:Email:Host is missing although other e-mail settings are there. Name the mail server, or remove them " +
                    "to turn e-mail off.");
        }
        else
        {
            if (options.Port is < 1 or > 65535) faults.Add("ChatOps:Email:Port must be from 1 to 65535.");
            if (!MailboxAddress.TryParse(options.From, out var from) || !from.Address.Contains('@', StringComparison.Ordinal))
                faults.Add("ChatOps:Email:From must be an address, such as 'ChatOps <chatops@example.com>'.");
            if (string.IsNullOrEmpty(options.User) != string.IsNullOrEmpty(options.Password))
                faults.Add("ChatOps:Email:User and ChatOps:Email:Password belong together: set both, or neither.");
            if (options.Security == EmailSecurity.None && !string.IsNullOrEmpty(options.Password)
                && options.Host is not ("localhost" or "127.0.0.1" or "::1"))
                faults.Add("ChatOps:Email:Security is None, which would send the password in the clear. Use StartTls or Tls.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
