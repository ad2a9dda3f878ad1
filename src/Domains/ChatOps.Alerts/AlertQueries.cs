using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts;

/// <summary>Answers what people ask about alerts, as messages.</summary>
internal sealed class AlertQueries(IDatabase database, AlertViews views, AlertGraph graph, IPrometheus prometheus, IAlertmanager alertmanager, IPictures pictures, TimeProvider time)
{
    private const int PictureHours = 3;

    /// <summary>A page of the groups that match what was typed; help when a word of it is not known.</summary>
    public async Task<Message> ListAsync(string typed, int skip, Locale locale, CancellationToken cancellationToken)
    {
        if (!AlertFilter.TryParse(typed, out var filter, out var wrong)) return AlertListMessage.Help(locale, wrong);
        await using var connection = await database.OpenAsync(cancellationToken);
        var (page, total) = await AlertList.PageAsync(connection, filter, skip, AlertListMessage.PageSize, cancellationToken);
        // Some are over meanwhile: the page that was asked for is no more, the first one is.
        return page.Count == 0 && total > 0 && skip > 0 ? await ListAsync(typed, 0, locale, cancellationToken) : AlertListMessage.Render(page, filter, skip, total, locale);
    }

    /// <summary>The one group that was named, whole and with its buttons; a list when it is not that simple.</summary>
    public async Task<Message> ShowAsync(string name, Locale locale, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is { } group) return AlertMessage.Render(group, views.SceneOf(group), locale);
        return await ListAsync($"state:all {name}", 0, locale, cancellationToken);
    }

    /// <summary>The group with this id, or the latest of this name; null when there is none.</summary>
    public async Task<AlertGroup?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await AlertList.NamedAsync(connection, name, cancellationToken);
    }

    /// <summary>The silences that hold: ours, and those that others made at Alertmanager.</summary>
    public async Task<Message> SilencesAsync(Locale locale, CancellationToken cancellationToken)
    {
        IReadOnlyList<SilenceRow> own;
        Dictionary<string, AlertGroup> groups;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            own = await SilenceStore.LiveAsync(connection, cancellationToken);
            groups = await AlertStore.FindAsync(connection, null, [.. own.Select(row => row.GroupId).OfType<string>()], cancellationToken);
        }

        var lines = own.Select(row => new SilenceLine(
            row.Id, row.Matchers, row.EndsAt, row.ByUserId, row.ByName, row.Reason, groups.GetValueOrDefault(row.GroupId ?? "")?.Name ?? "", row.IsLocal, row.State != "ending")).ToList();
        string? fault = null;
        if (alertmanager.IsConfigured)
        {
            try
            {
                var ours = own.Select(row => row.AlertmanagerId).ToHashSet();
                lines.AddRange((await alertmanager.SilencesAsync(cancellationToken)).Where(silence => silence.State != SilenceState.Expired && !ours.Contains(silence.Id))
                    .Select(silence => new SilenceLine(silence.Id, silence.Matchers, silence.EndsAt, null, silence.CreatedBy, silence.Comment, "", false, true)));
            }
            catch (AlertmanagerException refusal)
            {
                fault = refusal.Message;
            }
        }

        return AlertListMessage.Render([.. lines.OrderBy(line => line.EndsAt)], fault, locale);
    }

    /// <summary>The values of an expression, as a table and a picture; the server's own words when it refuses.</summary>
    public async Task<Message> QueryAsync(string typed, Locale locale, CancellationToken cancellationToken)
    {
        var (expression, hours) = Asked(typed);
        if (expression.Length == 0) return AlertListMessage.Help(locale, "query");
        try
        {
            var samples = await prometheus.QueryAsync(expression, time.GetUtcNow(), cancellationToken);
            (string File, string Alt)? shown = null;
            if (await graph.DrawAsync(expression, hours, locale, cancellationToken) is { } picture)
                shown = (await pictures.UploadAsync(picture, "query.png", cancellationToken), picture.Alt);
            return QueryMessage.Render(expression, hours, samples, shown, locale);
        }
        catch (PrometheusException fault)
        {
            var text = fault.Fault == PrometheusFault.NotConfigured ? locale.Text("alert.query.not-configured") : AlertText.Piece(fault.Message, 1000);
            return new Message { Text = text, Blocks = [new SectionBlock(new Mrkdwn($"{text}\n{Mrkdwn.CodeBlock(TextCut.Plain(expression, 1000))}", Verbatim: true))] };
        }
    }

    /// <summary>The expression and how far back: <c>rate(x[5m]) over:12h</c>. Slack makes straight quotes curly; PromQL knows none of those.</summary>
    internal static (string Expression, int Hours) Asked(string typed)
    {
        var text = typed.Trim().Trim('`').Replace('“', '"').Replace('”', '"').Replace('‘', '\'').Replace('’', '\'').Trim();
        var at = text.LastIndexOf(" over:", StringComparison.OrdinalIgnoreCase);
        return at >= 0 && DurationText.TryParse(text[(at + 6)..], out var length) && length >= TimeSpan.FromHours(1) && length <= TimeSpan.FromDays(7)
            ? (text[..at].Trim(), (int)Math.Ceiling(length.TotalHours))
            : (text, PictureHours);
    }
}
