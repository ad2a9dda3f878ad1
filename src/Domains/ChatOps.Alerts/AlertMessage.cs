using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts;

/// <summary>What a view of a group needs besides the group.</summary>
/// <param name="CanGraph">Whether its expression can be drawn.</param>
internal sealed record AlertView(bool CanGraph = false);

/// <summary>A group's living message. Pure.</summary>
internal static class AlertMessage
{
    private const int AlertsShown = 6;
    private const int MaxText = 600;

    /// <summary>The message.</summary>
    public static Message Render(AlertGroup group, AlertView view, Locale locale) => new()
    {
        Text = Notification(group, locale),
        Blocks = Blocks(group, view, locale),
    };

    /// <summary>A message that a newer one has taken the place of: without figures, which would grow old here.</summary>
    public static Message Former(AlertGroup group, Locale locale)
    {
        var text = locale.Text("alert.former", ("name", Mrkdwn.Cut(group.Name, 200)));
        return new Message { Text = text, Blocks = [Section($"↘️ {text}")] };
    }

    /// <summary>The blocks, for wherever the group is shown whole: its message, and the modal opened from a list.</summary>
    public static IReadOnlyList<Block> Blocks(AlertGroup group, AlertView view, Locale locale)
    {
        var blocks = new List<Block> { Section(Headline(group, locale)) };
        if (group.Unread is { } unread)
            blocks.Add(Section($"{locale.Text("alert.unread")}\n{Mrkdwn.CodeBlock(TextCut.Plain(unread, 2500))}"));
        if (Story(group) is { Length: > 0 } story) blocks.Add(Section(story));
        blocks.Add(SectionBlock.OfFields([.. Fields(group, locale).Select(field => new Mrkdwn(field, Verbatim: true))]));
        if (Alerts(group, locale) is { Length: > 0 } alerts) blocks.Add(Section(alerts));
        if (group.Picture is { } picture)
            blocks.Add(
                new ImageBlock(TextCut.Plain(picture.Alt, 1000)) { SlackFile = new SlackFile(picture.FileId), BlockId = "alert.picture" });
        if (AlertButtons.Of(group, view, locale) is { } buttons) blocks.Add(buttons);
        var context = Context(group, locale);
        if (context.Count > 0) blocks.Add(new ContextBlock([.. context.Select(line => new Mrkdwn(line, Verbatim: true))]));
        return blocks;
    }

    /// <summary>Tells the story alone: <c>CRITICAL: InstanceDown, 2 of 3 firing (job node)</c>.</summary>
    private static string Notification(AlertGroup group, Locale locale)
    {
        var word = group.Open ? locale.Severity(group.Severity) : AlertText.State(group.State, locale);
        return locale.Text(
            "alert.notification", ("word", word), ("name", Mrkdwn.Cut(group.Name)), ("count", AlertText.Count(group, locale)),
            ("summary", Mrkdwn.Cut(
                TextCut.Plain(group.Annotation("summary") ?? group.Annotation("description") ?? group.Alarm?.Reason ?? "", 120))));
    }

    private static string Headline(AlertGroup group, Locale locale)
    {
        var what = $"*{AlertText.Severity(group, locale)}* · {AlertText.Name(group)}";
        return StateLine(group, locale) is { } state ? $"{state}\n{what}" : $"{group.Severity.Sign()} {what}";
    }

    /// <summary>The first line once something has happened; null while nobody has done anything.</summary>
    private static string? StateLine(AlertGroup group, Locale locale) => group switch
    {
        { State: AlertState.Resolved, Alarm.IsDeleted: true } =>
            $"✅ {locale.Text("alert.line.deleted", ("when", AlertText.Moment(group.EndedAt ?? group.UpdatedAt, locale)))}",
        { State: AlertState.Resolved, Closed: { } closed } => $"✅ {Closing(closed, locale)}",
        { State: AlertState.Resolved } =>
            $"✅ {locale.Text(
                "alert.line.resolved", ("when", AlertText.Moment(group.EndedAt ?? group.UpdatedAt, locale)),
                ("length", Length(group, locale)))}",
        { State: AlertState.NoData } =>
            $"⚪ {locale.Text("alert.line.no-data", ("when", AlertText.Moment(group.EndedAt ?? group.UpdatedAt, locale)))}",
        { Silence: { Holds: true } silence } => $"🔇 {Silence(silence, locale)}",
        { IsSuppressed: true, Suppressors: [var first, ..] } => $"🔇 {Suppression(first, locale)}",
        { IsSuppressed: true } => $"🔇 {locale.Text("alert.line.suppressed")}",
        { Silence.Progress: SilenceProgress.Requested } =>
            $"⏳ {locale.Text("alert.line.silencing", ("who", Mrkdwn.User(group.Silence!.ByUserId)))}",
        { Acknowledged: { } acknowledged } =>
            $"👀 {locale.Text(
                "alert.line.acknowledged", ("who", Mrkdwn.User(acknowledged.ByUserId)),
                ("when", AlertText.Moment(acknowledged.At, locale)))}",
        _ => null,
    };

    private static string Silence(AlertSilence silence, Locale locale)
    {
        (string, object?)[] values = [("until", AlertText.Moment(silence.Until, locale)), ("who", Mrkdwn.User(silence.ByUserId))];
        var line = silence switch
        {
            { Progress: SilenceProgress.Ending } => locale.Text("alert.line.unsilencing", values),
            { Local: true } => locale.Text("alert.line.muted", values),
            _ => locale.Text("alert.line.silenced", values),
        };
        return silence.Reason.Length > 0 ? $"{line}: “{Mrkdwn.Cut(silence.Reason, 300)}”" : line;
    }

    private static string Closing(AlertClosing closed, Locale locale)
    {
        var when = AlertText.Moment(closed.At, locale);
        return closed.ByUserId is { } user
            ? locale.Text("alert.line.closed", ("who", Mrkdwn.User(user)), ("when", when))
            : locale.Text("alert.line.not-told", ("when", when));
    }

    private static string Suppression(Suppressor suppressor, Locale locale)
    {
        (string, object?)[] values =
        [
            ("who", Mrkdwn.Cut(suppressor.Who, 100)),
            ("until", suppressor.Until is { } until ? AlertText.Moment(until, locale) : ""),
        ];
        var line = suppressor.Kind switch
        {
            SuppressorKind.Silence when suppressor.Until is not null => locale.Text("alert.line.silenced-there", values),
            SuppressorKind.Inhibition => locale.Text("alert.line.inhibited", values),
            SuppressorKind.MuteInterval => locale.Text("alert.line.time-muted", values),
            SuppressorKind.CloudWatch when suppressor.Until is not null => locale.Text("alert.line.muted-there-until", values),
            SuppressorKind.CloudWatch => locale.Text("alert.line.muted-there", values),
            _ => locale.Text("alert.line.suppressed"),
        };
        return suppressor.Reason.Length > 0 ? $"{line}: “{Mrkdwn.Cut(suppressor.Reason, 300)}”" : line;
    }

    private static string Length(AlertGroup group, Locale locale) => locale.Duration((group.EndedAt ?? group.UpdatedAt) - group.StartedAt);

    /// <summary>What the rule says: its summary, its description, and CloudWatch's sentence.</summary>
    private static string Story(AlertGroup group)
    {
        var summary = group.Annotation("summary") ?? group.Annotation("message");
        var lines = new List<string>();
        if (!string.IsNullOrWhiteSpace(summary)) lines.Add(Mrkdwn.Cut(summary.Trim(), MaxText));
        if (group.Annotation("description") is { } description && description.Trim() is { Length: > 0 } text && text != summary?.Trim())
            lines.Add(Mrkdwn.Cut(text, MaxText));
        if (group.Alarm?.Reason is { } reason) lines.Add(Mrkdwn.Cut(reason, MaxText));
        return string.Join('\n', lines);
    }

    private static List<string> Fields(AlertGroup group, Locale locale)
    {
        var fields = new List<string>();
        void Add(string name, string value)
        {
            if (value.Length > 0) fields.Add($"*{name}*\n{value}");
        }

        Add(locale.Text("alert.field.count"), AlertText.Count(group, locale));
        Add(locale.Text("alert.field.since"), AlertText.Moment(group.StartedAt, locale));
        if (group.Alarm is { } alarm)
        {
            Add(
                locale.Text("alert.field.metric"),
                string.Join('\n', new[]
                {
                    Mrkdwn.Cut(string.Join(" ", new[] { alarm.Metric, alarm.Condition }.Where(part => part is not null)), 300),
                }.Concat(alarm.Inputs.Take(6).Select(input => Mrkdwn.Code(TextCut.Plain(input, 150))))));
            Add(locale.Text("alert.field.children"), string.Join(", ", alarm.Children.Take(10).Select(child => Mrkdwn.Cut(child, 100))));
            Add(
                locale.Text("alert.field.place"),
                string.Join(" · ", new[] { group.Account, group.Region }.Where(part => part is not null).Select(part => Mrkdwn.Cut(part))));
        }

        Add(
            locale.Text("alert.field.labels"),
            TextCut.Markup(AlertText.Labels(group.CommonLabels.Where(label => label.Key != "metric")), 1500));
        var links = Links(group, locale);
        if (links.Count > 0) Add(locale.Text("alert.field.links"), string.Join("  ·  ", links));
        return fields;
    }

    private static List<string> Links(AlertGroup group, Locale locale)
    {
        var links = new List<string>();
        if (RunbookButton.AddressOf(group) is { } runbook) links.Add(Mrkdwn.Link(runbook, locale.Text("alert.link.runbook")));
        if (group.Address("dashboard_url", "dashboard", "dashboardURL") is { } dashboard)
            links.Add(Mrkdwn.Link(dashboard, locale.Text("alert.link.dashboard")));
        if (group.Telling.Select(alert => alert.GeneratorUrl).FirstOrDefault(IsAddress) is { } rule)
            links.Add(Mrkdwn.Link(rule, locale.Text(group.Source == AlertSource.CloudWatch ? "alert.link.console" : "alert.link.rule")));
        if (IsAddress(group.ExternalUrl)) links.Add(Mrkdwn.Link(group.ExternalUrl!, locale.Text("alert.link.alertmanager")));
        return links;
    }

    private static bool IsAddress(string? url) =>
        url is { Length: < 1000 } && Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    /// <summary>The alerts of a group of several, each by what tells it apart.</summary>
    private static string Alerts(AlertGroup group, Locale locale)
    {
        if (group.Alerts.Count < 2) return "";
        var common = group.CommonLabels;
        var shown = group.Alerts.Take(AlertsShown).Select(alert =>
        {
            var labels = AlertText.Differing(alert, common);
            var sign = alert.Status == AlertStatus.Firing ? group.Severity.Sign() : "✅";
            var since = locale.Text(
                alert.Status == AlertStatus.Firing ? "alert.since" : "alert.until",
                ("when", AlertText.Moment(alert.Status == AlertStatus.Firing ? alert.StartsAt : alert.EndsAt ?? alert.ChangedAt, locale)));
            return TextCut.Markup(
                $"{sign} {(labels.Length > 0 ? labels : Mrkdwn.Cut(alert.Labels.GetValueOrDefault("alertname", alert.Key)))} · {since}",
                450);
        });
        var more = group.Total - AlertsShown;
        return string.Join('\n', more > 0 ? shown.Append(locale.Text("list.more", ("count", more))) : shown);
    }

    private static List<string> Context(AlertGroup group, Locale locale)
    {
        var lines = new List<string>();
        if (group.IsFlapping)
            lines.Add(
                $"↕️ {locale.Text(
                    "alert.context.flapping", ("count", group.Fired.Count(at => at > group.UpdatedAt - AlertMerge.FlappingWithin)))}");
        else if (group.Fired.Count > 1) lines.Add(locale.Text("alert.context.fired", ("count", group.Fired.Count)));
        if (group.Silence is { Progress: SilenceProgress.Failed, Fault: var fault })
            lines.Add($"⚠️ {locale.Text("alert.context.silence-failed", ("fault", Mrkdwn.Cut(fault, 300)))}");
        if (group.Silence is { Holds: true, Local: true }) lines.Add(locale.Text("alert.context.muted"));
        foreach (var suppressor in group.IsFiring ? group.Suppressors.Skip(group.IsSuppressed ? 1 : 0).Take(3) : [])
        {
            if (suppressor.OwnId is null || suppressor.OwnId != group.Silence?.Id) lines.Add($"🔇 {Suppression(suppressor, locale)}");
        }

        if (group is { IsFiring: true, Server: null, Source: AlertSource.Alertmanager, Unread: null, ExternalUrl: { } foreign }
            && IsAddress(foreign))
            lines.Add(locale.Text("alert.context.foreign", ("url", Mrkdwn.Cut(new Uri(foreign).Authority, 100))));
        if (group is { State: AlertState.Firing, Silence: null })
            lines.Add(locale.Text(
                "alert.context.unacknowledged",
                ("when", AlertText.Moment(group.Fired is [.., var last] ? last : group.StartedAt, locale))));
        return lines;
    }

    private static SectionBlock Section(string text) => new(new Mrkdwn(TextCut.Markup(text, 2990), Verbatim: true));
}
