using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts;

/// <summary>The lines of a group's thread, one short sentence each. Pure.</summary>
internal static class AlertThread
{
    public static string Say(AlertGroup group, string reply, AlertReplyData data, Locale locale)
    {
        var by = data.ByUserId is { } user ? Mrkdwn.User(user) : "";
        var text = Mrkdwn.Cut(data.Text, 500);
        var until = data.Until is { } moment ? AlertText.Moment(moment, locale) : "";
        var reason = text.Length > 0 ? $": “{text}”" : "";
        return reply switch
        {
            AlertReplies.Counts => data.Count > data.Before
                ? $"{group.Severity.Sign()} {locale.Text("alert.reply.more", ("count", data.Count), ("before", data.Before))}"
                : locale.Text("alert.reply.fewer", ("count", data.Count), ("before", data.Before)),
            AlertReplies.Resolved => $"✅ {locale.Text("alert.reply.resolved")}{(text.Length > 0 ? $"\n{text}" : "")}",
            AlertReplies.NoData => $"⚪ {locale.Text("alert.reply.no-data")}{(text.Length > 0 ? $"\n{text}" : "")}",
            AlertReplies.Returned => $"{group.Severity.Sign()} {locale.Text("alert.reply.returned", ("count", data.Count))}",
            AlertReplies.Flapping => $"↕️ {locale.Text("alert.reply.flapping", ("count", data.Count))}",
            AlertReplies.Acknowledged => $"👀 {locale.Text("alert.reply.acknowledged", ("who", by))}",
            AlertReplies.Silenced => $"🔇 {locale.Text("alert.reply.silenced", ("who", by), ("until", until))}{reason}",
            AlertReplies.Muted => $"🔇 {locale.Text("alert.reply.muted", ("who", by), ("until", until))}{reason}",
            AlertReplies.Unsilenced => $"🔔 {locale.Text("alert.reply.unsilenced", ("who", by))}",
            AlertReplies.SilenceEnded => $"🔔 {locale.Text("alert.reply.silence-ended")}",
            AlertReplies.SilenceGone => $"🔔 {locale.Text("alert.reply.silence-gone")}",
            AlertReplies.SilenceFailed => $"⚠️ {locale.Text("alert.reply.silence-failed", ("fault", text))}",
            AlertReplies.Extended => $"🔇 {locale.Text("alert.reply.extended", ("who", by), ("until", until))}",
            AlertReplies.Suppressed =>
                $"🔇 {locale.Text(
                    until.Length > 0 ? "alert.reply.suppressed-until" : "alert.reply.suppressed", ("who", text), ("until", until))}",
            AlertReplies.Audible => $"🔔 {locale.Text("alert.reply.audible")}",
            AlertReplies.Over => $"✅ {locale.Text("alert.reply.over")}",
            AlertReplies.NotTold => $"✅ {locale.Text("alert.reply.not-told")}",
            AlertReplies.Closed => $"✅ {locale.Text("alert.reply.closed", ("who", by))}",
            // A line of a version newer than this one: better its name than nothing.
            _ => Mrkdwn.Literal(reply),
        };
    }
}
