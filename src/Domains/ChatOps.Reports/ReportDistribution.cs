using System.Globalization;
using System.Text.Json;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Email;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;

namespace ChatOps.Reports;

/// <summary>
/// Where reports go and in which languages: the channels of <c>routes.yaml</c>, the e-mail recipients of <c>report.yaml</c>.
/// </summary>
internal sealed class ReportDistribution(
    IOutbox outbox, IEmailOutbox emails, IPolicy<Routes> routes, IPolicy<ReportPolicy> policy, ILocales locales)
{
    /// <summary>The thread reply that holds a section.</summary>
    public const string SectionReply = "report.section";

    /// <summary>The channels a report goes to.</summary>
    public IReadOnlyList<Destination> Channels => routes.Value.For(RouteKind.Reports, new RouteFacts());

    /// <summary>The locales that these channels and the e-mail recipients read in, each language once.</summary>
    public IReadOnlyList<Locale> LocalesFor(IReadOnlyList<Destination> channels) =>
        [.. channels.Select(channel => channel.Language).Concat(policy.Value.Recipients.Select(recipients => recipients.Language))
            .Select(locales.For).DistinctBy(locale => locale.Language)];

    /// <summary>Hands a report to delivery and to the e-mail outbox, in the transaction that finishes it.</summary>
    /// <param name="uow">The transaction.</param>
    /// <param name="report">The report.</param>
    /// <param name="editions">Its editions, by language.</param>
    /// <param name="channels">The channels it goes to.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task SendAsync(
        UnitOfWork uow, Report report, IReadOnlyDictionary<string, PublishedReport> editions, IReadOnlyList<Destination> channels,
        CancellationToken cancellationToken)
    {
        // No group: a report is never counted away in a storm.
        await outbox.RequestAsync(
            uow,
            [.. channels.Select(to => new MessageRequest(
                report.Subject, to.Channel, to.Language, Severity.Informational, Open: false, Group: null))],
            cancellationToken);
        foreach (var section in editions.Values.SelectMany(printed => printed.Edition.Sections).Select(section => section.Id).Distinct())
        {
            var data = JsonSerializer.Serialize(new ReportReplyData(section), ReportJson.Default.ReportReplyData);
            await outbox.ReplyAsync(uow, report.Subject, SectionReply, data, cancellationToken);
        }

        for (var i = 0; i < policy.Value.Recipients.Count; i++)
        {
            var recipients = policy.Value.Recipients[i];
            var locale = locales.For(recipients.Language);
            var key = string.Create(CultureInfo.InvariantCulture, $"report/{report.Id}/{locale.Language}/{i}");
            await emails.SendAsync(uow, ReportEmail.Render(key, recipients.To, editions[locale.Language], locale), cancellationToken);
        }
    }
}
