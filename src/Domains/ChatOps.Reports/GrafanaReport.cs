using ChatOps.Platform.Charts;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using Microsoft.Extensions.Logging;

namespace ChatOps.Reports;

/// <summary>
/// The dashboards of a tag: panels as pictures where Grafana has its renderer, else a snapshot with the data in it, else the link.
/// </summary>
internal sealed partial class GrafanaReport(
    GrafanaClient grafana, IPolicy<ReportPolicy> policy, ILocales locales, ILogger<GrafanaReport> logger) : IReportSource
{
    private const int MaxDashboards = 5;

    public string Id => "grafana";

    public int Order => 60;

    public async Task<IReportContent> ReadAsync(ReportPeriod period, CancellationToken cancellationToken)
    {
        if (!grafana.IsOn || policy.Value.DashboardTag is not { Length: > 0 } tag) return new Content(null, [], []);
        var found = await grafana.SearchAsync(tag, cancellationToken);
        var canRender = found.Count > 0 && policy.Value.Panels > 0 && await grafana.CanRenderAsync(cancellationToken);
        var shown = new List<Shown>();
        var pictures = new List<Picture>();
        foreach (var dashboard in found.Take(MaxDashboards))
        {
            var model = await grafana.DashboardAsync(dashboard.Uid, cancellationToken);
            if (canRender)
            {
                foreach (var panel in GrafanaClient.Panels(model).Take(policy.Value.Panels - pictures.Count))
                {
                    if (await DrawAsync(dashboard, panel, period, cancellationToken) is { } picture) pictures.Add(picture);
                }
            }

            shown.Add(new Shown(dashboard.Title, dashboard.Link, canRender ? null : await SnapshotAsync(model, period, cancellationToken)));
        }

        return new Content(tag, shown, pictures);
    }

    private async Task<Picture?> DrawAsync(
        GrafanaDashboard dashboard, GrafanaPanel panel, ReportPeriod period, CancellationToken cancellationToken)
    {
        try
        {
            var png = await grafana.RenderAsync(
                dashboard.Uid, panel.Id, period.From, period.To, locales.Default.Zone.Id, cancellationToken);
            return new Picture(png, 1600, 800, $"{dashboard.Title}: {panel.Title}");
        }
        catch (GrafanaException fault)
        {
            LogNotDrawn(logger, fault, panel.Title, dashboard.Title);
            return null;
        }
    }

    private async Task<Uri?> SnapshotAsync(
        System.Text.Json.Nodes.JsonObject model, ReportPeriod period, CancellationToken cancellationToken)
    {
        try
        {
            return await grafana.SnapshotAsync(model, period.From, period.To, cancellationToken);
        }
        catch (GrafanaException fault)
        {
            // Many organisations forbid snapshots: the link is always there.
            LogNoSnapshot(logger, fault);
            return null;
        }
    }

    internal sealed record Shown(string Title, Uri Link, Uri? Snapshot);

    /// <summary>Pure.</summary>
    internal sealed record Content(string? Tag, IReadOnlyList<Shown> Dashboards, IReadOnlyList<Picture> Drawn) : IReportContent
    {
        public ReportSection Render(Locale locale)
        {
            var title = locale.Text("report.section.grafana");
            var verdict = new ReportVerdict(ReportVerdictLevel.Quiet, "");
            if (Tag is null) return new ReportSection(title, verdict);
            if (Dashboards.Count == 0)
                return new ReportSection(title, verdict) { Lines = [new ReportLine(locale.Text("report.grafana.none", ("tag", Tag)))] };
            return new ReportSection(title, verdict)
            {
                Lines = [.. Dashboards.SelectMany(shown => shown.Snapshot is { } snapshot
                    ? new[]
                    {
                        new ReportLine(shown.Title, shown.Link),
                        new ReportLine(locale.Text("report.grafana.snapshot", ("title", shown.Title)), snapshot),
                    }
                    : [new ReportLine(shown.Title, shown.Link)])],
                Pictures = Drawn,
            };
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Grafana could not draw the panel {Panel} of {Dashboard}")]
    private static partial void LogNotDrawn(ILogger logger, Exception fault, string panel, string dashboard);

    [LoggerMessage(Level = LogLevel.Information, Message = "Grafana makes no snapshot; the report links to the dashboard")]
    private static partial void LogNoSnapshot(ILogger logger, Exception fault);
}
