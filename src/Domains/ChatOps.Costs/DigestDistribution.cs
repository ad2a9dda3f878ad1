using ChatOps.Platform.Delivery;
using ChatOps.Platform.Email;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>Where digests go and in which languages: the channels of <c>routes.yaml</c>, the e-mail recipients of the options.</summary>
internal sealed class DigestDistribution(
    CostPictures pictures, CostRoutes routes, IOutbox outbox, IEmailOutbox email, ILocales locales, IOptions<CostOptions> options)
{
    /// <summary>The channels a digest goes to.</summary>
    public IReadOnlyList<Destination> Channels => routes.Destinations(null);

    /// <summary>The digest's picture in each language of the channels, brought to Slack; a language without one is left out.</summary>
    public async Task<IReadOnlyDictionary<string, BudgetPicture>> DrawAsync(
        CostDigest digest, CostTable table, IReadOnlyList<Destination> channels, CancellationToken cancellationToken)
    {
        var drawn = new Dictionary<string, BudgetPicture>(StringComparer.Ordinal);
        foreach (var locale in channels.Select(to => locales.For(to.Language)).DistinctBy(locale => locale.Language))
        {
            if (DigestViews.Chart(digest, table, locale) is not { } chart) continue;
            var picture = pictures.Draw(painter => painter.Draw(chart, locale));
            if (await pictures.UploadAsync(picture, $"{digest.Id}-{locale.Language}.png", cancellationToken) is { } there)
                drawn[locale.Language] = there;
        }

        return drawn;
    }

    /// <summary>The digest as an e-mail; null when nobody gets one.</summary>
    public EmailMessage? Mail(CostDigest digest, CostTable table)
    {
        if (options.Value.Digest.Recipients is not { Count: > 0 } recipients) return null;
        var locale = locales.For(options.Value.Digest.Language);
        var picture = DigestViews.Chart(digest, table, locale) is { } chart ? pictures.Draw(painter => painter.Draw(chart, locale)) : null;
        return DigestMail.Render(digest, picture, [.. recipients], locale);
    }

    /// <summary>Hands a digest to delivery and to the e-mail outbox, in the transaction that records it.</summary>
    public async Task SendAsync(
        UnitOfWork uow, CostDigest digest, IReadOnlyList<Destination> channels, EmailMessage? mail, CancellationToken cancellationToken)
    {
        var subject = new SubjectId(CostDigest.Kind, digest.Id);
        await outbox.RequestAsync(
            uow,
            [.. channels.Select(to => new MessageRequest(subject, to.Channel, to.Language, Severity.Informational, Open: false, null))],
            cancellationToken);
        if (mail is not null) await email.SendAsync(uow, mail, cancellationToken);
    }
}
