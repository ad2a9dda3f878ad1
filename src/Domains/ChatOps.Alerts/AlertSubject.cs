using System.Text.Json;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts;

/// <summary>Groups of alerts as delivery sees them.</summary>
internal sealed class AlertSubject(IDatabase database, AlertGraph graph) : ILivingSubject
{
    public string Kind => AlertGroup.SubjectKind;

    public string OpenActionId => AlertOpenButton.ActionId;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is not { } group ? null
        : AlertPosts.Read(key).Post < group.Post ? AlertMessage.Former(group, locale)
        : AlertMessage.Render(group, new AlertView(graph.CanDraw(group)), locale);

    public async Task<Message> RenderReplyAsync(
        string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is { } group
            ? new Message
            {
                Text = AlertThread.Say(
                group, reply, JsonSerializer.Deserialize(data, AlertJson.Default.AlertReplyData) ?? new AlertReplyData(), locale)
            }
            : new Message { Text = locale.Text("alert.gone") };

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var found = await AlertStore.FindAsync(
            connection, null, [.. keys.Select(key => AlertPosts.Read(key).Id).Distinct()], cancellationToken);
        return
        [
            .. keys.Select(key => (Key: key, Group: found.GetValueOrDefault(AlertPosts.Read(key).Id))).Where(line => line.Group is not null)
                .Select(line => LineOf(line.Key, line.Group!, locale)),
        ];
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken)
    {
        var split = group.LastIndexOf('|');
        var (name, account) = split < 0 ? (group, "") : (group[..split], group[(split + 1)..]);
        return Task.FromResult(account.Length > 0 ? $"*{Mrkdwn.Cut(name, 200)}* · {Mrkdwn.Cut(account)}" : $"*{Mrkdwn.Cut(name, 200)}*");
    }

    private static SubjectLine LineOf(
        string key, AlertGroup group, Locale locale) => new(
        // What a newer message shows does not need anybody here.
        key, group.Severity, group.Open && AlertPosts.Read(key).Post >= group.Post, AlertText.Line(group, locale),
    [
        new("id", group.Id),
        new("severity", group.SeverityWord ?? group.Severity.ToString().ToUpperInvariant()),
        new("state", group.State.ToString()),
        new("name", group.Name),
        new("firing", group.Firing.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new("alerts", group.Total.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new("labels", string.Join(
            ' ', group.CommonLabels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"))),
        new("summary", group.Annotation("summary") ?? group.Alarm?.Reason ?? ""),
        new("account", group.Account ?? ""),
        new("region", group.Region ?? ""),
        new("started", group.StartedAt.UtcDateTime.ToString("O")),
        new("ended", group.EndedAt?.UtcDateTime.ToString("O") ?? ""),
    ]);

    private async Task<AlertGroup?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await AlertStore.FindAsync(connection, null, AlertPosts.Read(key).Id, cancellationToken);
    }
}
