using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;

namespace ChatOps.Alerts;

/// <summary>Alerts in <c>/chatops status</c>: what fires, who looks, what is kept quiet, and whether anything comes in at all.</summary>
internal sealed class AlertsStatus(
    IDatabase database, IngestStatus ingest, IAlertmanagers servers, IPrometheus prometheus, TimeProvider time) : IStatusSection
{
    public int Order => 40;

    public async Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return Render(
            await AlertList.CountOpenAsync(connection, cancellationToken),
            await SilenceStore.CountAsync(connection, cancellationToken),
            await ingest.LastReceivedAsync(AlertEventReader.AllKinds, cancellationToken) is { } at ? time.GetUtcNow() - at : null,
            (prometheus.IsConfigured, servers.All.Count > 0),
            locale);
    }

    /// <summary>The lines. Pure.</summary>
    /// <param name="open">How many groups stand where, the critical ones apart.</param>
    /// <param name="silences">How many silences of ours hold, and how many wait for Alertmanager.</param>
    /// <param name="quietFor">How long ago the last notification came; null when none is remembered.</param>
    /// <param name="configured">Whether there is a Prometheus and an Alertmanager to ask.</param>
    /// <param name="locale">The reader's.</param>
    internal static string Render(
        IReadOnlyList<(AlertState State, bool Critical, long Count)> open, SilenceCounts silences, TimeSpan? quietFor,
        (bool Prometheus, bool Alertmanager) configured, Locale locale)
    {
        long Of(AlertState state) => open.Where(row => row.State == state).Sum(row => row.Count);
        List<string> lines =
        [
            locale.Text(
                "alert.status",
                ("firing", Of(AlertState.Firing)),
                ("critical", open.Where(row => row is { State: AlertState.Firing, Critical: true }).Sum(row => row.Count)),
                ("acknowledged", Of(AlertState.Acknowledged)), ("silenced", Of(AlertState.Silenced))),
            quietFor is { } ago ? locale.Text("alert.status.last", ("ago", locale.Duration(ago))) : locale.Text("alert.status.never"),
            locale.Text("alert.status.silences", ("kept", silences.Kept), ("waiting", silences.Waiting)),
        ];
        if (!configured.Alertmanager) lines.Add(locale.Text("alert.status.no-alertmanager"));
        if (!configured.Prometheus) lines.Add(locale.Text("alert.status.no-prometheus"));
        return string.Join('\n', lines);
    }
}
