using ChatOps.Platform.Delivery;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts;

/// <summary>Answers what people ask about alerts, as messages.</summary>
internal sealed class AlertQueries(
    IDatabase database, AlertFilters filters, AlertViews views, AlertGraph graph, IPrometheus prometheus, IAlertmanagers servers,
    IPictures pictures, IPolicy<AlertPolicy> policy, TimeProvider time)
{
    private const int PictureHours = 3;

    /// <summary>A page of the groups that match what was typed; or what is wrong with it.</summary>
    public async Task<Message> ListAsync(string typed, int skip, Locale locale, CancellationToken cancellationToken)
    {
        if (!filters.TryRead(typed, out var filter, out var fault)) return FilterFaultText.Render(fault!, locale);
        await using var connection = await database.OpenAsync(cancellationToken);
        var (page, total) = await AlertList.PageAsync(connection, filter, skip, AlertListMessage.PageSize, cancellationToken);
        if (total == 0 && filter.Doubts is [var doubt, ..]) return FilterFaultText.Render(doubt, locale);
        // Some are over meanwhile: the page that was asked for is no more, the first one is.
        return page.Count == 0 && total > 0 && skip > 0
            ? await ListAsync(typed, 0, locale, cancellationToken)
            : AlertListMessage.Render(page, filter, skip, total, locale);
    }

    /// <summary>The one group that was named, whole and with its buttons; a list when it is not that simple.</summary>
    public async Task<Message> ShowAsync(string name, Locale locale, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is { } group) return AlertMessage.Render(group, views.SceneOf(group), locale);
        // What is named is meant in whatever state it is, unless a state is asked for.
        var typed = filters.TryRead(name, out var asked, out _) && asked.Has(AlertFilters.State)
            ? name
            : $"{AlertFilters.State}:all {name}";
        return await ListAsync(typed, 0, locale, cancellationToken);
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
            row.Id, row.Matchers, row.EndsAt, row.ByUserId, row.ByName, row.Reason, groups.GetValueOrDefault(row.GroupId ?? "")?.Name ?? "",
            row.IsLocal, row.State != "ending")
        { AlertmanagerId = row.AlertmanagerId }).ToList();
        var faults = new List<string>();
        foreach (var server in servers.All)
        {
            try
            {
                var ours = own.Select(row => row.AlertmanagerId).ToHashSet();
                lines.AddRange((await server.SilencesAsync(cancellationToken))
                    .Where(silence => silence.State != SilenceState.Expired && !ours.Contains(silence.Id))
                    .Select(silence => new SilenceLine(
                        silence.Id, silence.Matchers, silence.EndsAt, null, silence.CreatedBy, silence.Comment, "", false, true)
                    { AlertmanagerId = silence.Id }));
                var active = await server.AlertsAsync(cancellationToken);
                lines = [.. lines.Select(line => active.Where(alert => alert.SilencedBy.Contains(line.AlertmanagerId ?? "")).ToList() is
                    { Count: > 0 } held ? line with { Holds = [.. held.Select(alert => alert.Labels)] } : line)];
            }
            catch (AlertmanagerException refusal)
            {
                faults.Add(server.Name.Length > 0 ? $"{server.Name}: {refusal.Message}" : refusal.Message);
            }
        }

        var fault = faults.Count == 0 ? null : string.Join('\n', faults);
        return AlertListMessage.Render([.. lines.OrderBy(line => line.EndsAt)], fault, policy.Value, locale);
    }

    /// <summary>
    /// The server at which matchers are to be silenced: the one that was named, the only one, or the only one that has such alerts.
    /// </summary>
    /// <exception cref="UserFacingException">There are several.</exception>
    public async Task<string?> ServerOfAsync(string? named, IReadOnlyList<Matcher> matchers, CancellationToken cancellationToken)
    {
        if (servers.All.Count < 2 && named is null) return servers.All is [var only] ? only.Name : null;
        if (servers.Named(named) is { } server) return server.Name;
        var holding = new List<string>();
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var each in named is null ? servers.All : [])
        {
            var firing = await AlertStore.FiringOfAsync(connection, each.Name, cancellationToken);
            if (firing.SelectMany(entry => entry.Group.Alerts).Any(alert => matchers.All(matcher => matcher.Matches(alert.Labels))))
                holding.Add(each.Name);
        }

        return holding is [var single] ? single : throw new UserFacingException(
            "alert.silence.which-server",
            ("names", string.Join(", ", servers.All.Where(each => each.Name.Length > 0).Select(each => each.Name))));
    }

    /// <summary>The values of an expression, as a table and a picture; the server's own words when it refuses.</summary>
    public async Task<Message> QueryAsync(string typed, Locale locale, CancellationToken cancellationToken)
    {
        var (expression, hours, over) = Asked(typed);
        if (expression.Length == 0) return AlertListMessage.Help(filters.Grammar, locale, "query");
        if (hours is not { } length)
            return new Message { Text = locale.Text("alert.query.over", ("text", Mrkdwn.Code(TextCut.Plain(over, 80)))) };
        try
        {
            var samples = await prometheus.QueryAsync(expression, time.GetUtcNow(), cancellationToken);
            (string File, string Alt)? shown = null;
            if (await graph.DrawAsync(expression, length, locale, cancellationToken) is { } picture)
                shown = (await pictures.UploadAsync(picture, "query.png", cancellationToken), picture.Alt);
            return QueryMessage.Render(expression, length, samples, shown, locale);
        }
        catch (PrometheusException fault)
        {
            var text = fault.Fault == PrometheusFault.NotConfigured
                ? locale.Text("alert.query.not-configured")
                : Mrkdwn.Cut(fault.Message, 1000);
            return new Message
            {
                Text = text,
                Blocks = [new SectionBlock(new Mrkdwn($"{text}\n{Mrkdwn.CodeBlock(TextCut.Plain(expression, 1000))}", Verbatim: true))],
            };
        }
    }

    /// <summary>
    /// The expression and how far back: <c>rate(x[5m]) over:12h</c>; no hours when what stands after <c>over:</c> is not one hour to seven
    /// days.
    /// Slack makes straight quotes curly; PromQL knows none of those.
    /// </summary>
    internal static (string Expression, int? Hours, string Over) Asked(string typed)
    {
        var text = typed.Trim().Trim('`').Replace('“', '"').Replace('”', '"').Replace('‘', '\'').Replace('’', '\'').Trim();
        var at = text.LastIndexOf(" over:", StringComparison.OrdinalIgnoreCase);
        var over = at < 0 ? "" : text[(at + " over:".Length)..];
        // A metric may be called 'over:requests'; a length begins with a digit.
        if (over is not [>= '0' and <= '9', ..] || over.Any(char.IsWhiteSpace)) return (text, PictureHours, "");
        var isLength = DurationText.TryParse(over, out var length) && length >= TimeSpan.FromHours(1) && length <= TimeSpan.FromDays(7);
        return (text[..at].Trim(), isLength ? (int)Math.Ceiling(length.TotalHours) : null, $"over:{over}");
    }
}
