using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts;

/// <summary>Says what a silence would keep quiet if it held now.</summary>
internal sealed class SilencePreview(IDatabase database, IAlertmanagers servers, IPolicy<AlertPolicy> policy)
{
    private const int Named = 3;

    /// <summary>Somebody looks at a modal meanwhile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How many alerts of a server matchers match now, and which are the worst.</summary>
    public async Task<string> OfAsync(
        string? serverName, IReadOnlyList<Matcher> matchers, Locale locale, CancellationToken cancellationToken)
    {
        var alerts = await AlertsAsync(serverName, cancellationToken);
        return Render([.. alerts.Where(labels => matchers.All(matcher => matcher.Matches(labels)))], policy.Value, locale);
    }

    /// <summary>The sentence. Pure.</summary>
    internal static string Render(
        IReadOnlyList<IReadOnlyDictionary<string, string>> silenced, AlertPolicy policy, Locale locale,
        string text = "alert.silence.preview")
    {
        if (silenced.Count == 0) return locale.Text("alert.silence.preview-none");
        var worst = silenced.Select(labels => (policy.SeverityOf(labels).Rank, Name: NameOf(labels)))
            .GroupBy(alert => alert.Name, StringComparer.Ordinal)
            .Select(group => (Rank: group.Min(alert => alert.Rank), Name: group.Key, Count: group.Count()))
            .OrderBy(group => group.Rank).ThenByDescending(group => group.Count).ThenBy(group => group.Name, StringComparer.Ordinal)
            .ToList();
        var names = string.Join(", ", worst.Take(Named).Select(group =>
            $"{group.Rank.Sign()} {Mrkdwn.Cut(group.Name, 80)}{(group.Count > 1 ? $" × {locale.Number(group.Count)}" : "")}"));
        return locale.Text(
            text, ("count", silenced.Count), ("names", worst.Count > Named ? $"{names}, …" : names));
    }

    private async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> AlertsAsync(
        string? serverName, CancellationToken cancellationToken)
    {
        if (servers.Named(serverName) is { } server)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            try
            {
                return [.. (await server.AlertsAsync(limit.Token)).Select(alert => alert.Labels)];
            }
            catch (Exception fault) when (fault is AlertmanagerException
                || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // What it told us of is better than nothing.
            }
        }

        await using var connection = await database.OpenAsync(cancellationToken);
        return
        [
            .. (await AlertStore.FiringOfAsync(connection, serverName ?? "", cancellationToken))
                .SelectMany(entry => entry.Group.Alerts).Where(alert => alert.Status == AlertStatus.Firing).Select(alert => alert.Labels),
        ];
    }

    private static string NameOf(IReadOnlyDictionary<string, string> labels) =>
        labels.GetValueOrDefault(SilenceMatchers.AlertName) is { Length: > 0 } name ? name
            : string.Join(' ', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Take(2).Select(label => label.Value));
}
