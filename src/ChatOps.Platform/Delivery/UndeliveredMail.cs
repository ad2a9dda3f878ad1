using System.Net;
using ChatOps.Platform.Email;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Delivery;

/// <summary>
/// The last way of a message that no Slack channel takes: a mail to <see cref="DeliveryOptions.FallbackMail"/>, once for each version of
/// the subject. The message goes on waiting for Slack.
/// </summary>
internal sealed class UndeliveredMail(
    IDatabase database, IEnumerable<IEmailOutbox> mails, ILocales locales, IOptions<DeliveryOptions> options)
{
    /// <summary>Records the mail; nothing happens when no address is named, or e-mail is not part of the host.</summary>
    public async Task SendAsync(LivingMessage message, Message rendered, string error, CancellationToken cancellationToken)
    {
        var to = options.Value.FallbackMail;
        if (to.Count == 0 || mails.FirstOrDefault() is not { } outbox) return;
        var locale = locales.For(message.Language);
        var subject = locale.Text("delivery.mail.subject", ("channel", message.Channel));
        var why = locale.Text("delivery.mail.why", ("channel", message.Channel), ("error", error));
        var plain = $"{rendered.Text}\n\n{why}\n";
        var mail = new EmailMessage(
            $"undelivered/{message.Id}/{message.Version}", [.. to], subject,
            $"<p>{WebUtility.HtmlEncode(rendered.Text)}</p><p>{WebUtility.HtmlEncode(why)}</p>", plain);
        await database.WriteAsync(uow => outbox.SendAsync(uow, mail, cancellationToken), cancellationToken);
    }
}
