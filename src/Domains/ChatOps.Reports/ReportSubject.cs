using System.Text.Json;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Reports;

/// <summary>Reports as living messages.</summary>
internal sealed class ReportSubject(ReportStore store) : ILivingSubject
{
    public string Kind => Report.SubjectKind;

    /// <summary>Reports are never in a list that opens them: they have no group.</summary>
    public string OpenActionId => "report.open";

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken) =>
        await store.EditionAsync(key, locale.Language, cancellationToken) is { } edition ? ReportMessage.Render(edition, locale) : null;

    public async Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken)
    {
        var requested = JsonSerializer.Deserialize(data, ReportJson.Default.ReportReplyData)?.Section;
        var section = (await store.EditionAsync(key, locale.Language, cancellationToken))?.Sections.FirstOrDefault(
            section => section.Id == requested);
        return section is null ? new Message { Text = locale.Text("report.section.gone") } : ReportMessage.RenderSection(section, locale);
    }

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        var lines = new List<SubjectLine>();
        foreach (var key in keys)
        {
            if (await store.EditionAsync(key, locale.Language, cancellationToken) is not { } edition) continue;
            lines.Add(new SubjectLine(
                key, Severity.Informational, false, Mrkdwn.Literal(edition.Title),
                [new("report", key), new("judgement", edition.Judgement)]));
        }

        return lines;
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(locale.Text("report.group"));
}
