using System.Text.Json;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>The lines of a finding's thread, one short sentence each: who, what.</summary>
internal sealed class FindingThread(IEnumerable<IFindingReplyRenderer> renderers)
{
    /// <summary>A line.</summary>
    public Message Render(Finding finding, string reply, string data, Locale locale)
    {
        if (renderers.FirstOrDefault(renderer => reply.StartsWith(renderer.Prefix, StringComparison.Ordinal)) is { } other)
            return other.Render(finding, reply, data, locale);
        return new Message { Text = Say(finding, reply, JsonSerializer.Deserialize(data, FindingJson.Default.ReplyData) ?? new ReplyData(), locale) };
    }

    /// <summary>A line in the thread of a group or storm.</summary>
    public Message RenderGroup(string reply, string json, Locale locale)
    {
        if (renderers.FirstOrDefault(renderer => reply.StartsWith($"finding.{renderer.Prefix}", StringComparison.Ordinal)) is { } other) return other.RenderGroup(reply, json, locale);
        var data = JsonSerializer.Deserialize(json, FindingJson.Default.ReplyData) ?? new ReplyData();
        var (who, count, all) = (Mrkdwn.User(data.ByUserId ?? ""), data.Count ?? 0, data.All ?? 0);
        return new Message
        {
            Text = reply switch
            {
                Replies.AllStarted => locale.Text("finding.group.reply.started", ("who", who), ("count", all)),
                Replies.AllProgress => locale.Text("finding.group.reply.progress", ("count", count), ("all", all)),
                Replies.AllDone => locale.Text(count == all ? "finding.group.reply.done" : "finding.group.reply.done-some", ("count", count), ("others", all - count)),
                _ => Mrkdwn.Literal(reply),
            },
        };
    }

    /// <summary>A sentence of our own, as markup.</summary>
    internal static string Say(Finding finding, string reply, ReplyData data, Locale locale)
    {
        var by = data.ByUserId is { } user ? Mrkdwn.User(user) : "";
        var text = TextCut.Markup(Mrkdwn.Literal(data.Text), 500);
        return reply switch
        {
            Replies.Severity => locale.Text(
                "finding.reply.severity", ("from", FindingText.Severity(data.From ?? finding.Severity, locale)), ("to", FindingText.Severity(data.To ?? finding.Severity, locale))),
            Replies.Resolved => $"✅ {locale.Text("finding.reply.resolved", ("who", FindingText.Teller(finding)))}",
            Replies.Archived => $"⚪ {locale.Text("finding.reply.archived", ("who", FindingText.Teller(finding)))}",
            Replies.Imported => locale.Text("finding.reply.imported"),
            Replies.Returned => $"{FindingText.Sign(finding.Severity)} {locale.Text("finding.reply.returned")}",
            Replies.SuppressedElsewhere => $"⚪ {locale.Text("finding.reply.suppressed-elsewhere")}",
            Replies.AcknowledgedElsewhere => locale.Text("finding.reply.acknowledged-elsewhere"),
            Replies.ReopenedElsewhere => locale.Text("finding.reply.reopened-elsewhere"),
            Replies.Note => locale.Text("finding.reply.note", ("who", Mrkdwn.Literal(data.By)), ("text", text)),
            Replies.CustomAction => locale.Text("finding.reply.custom-action", ("name", text)),
            Replies.Acknowledged => locale.Text("finding.reply.acknowledged", ("who", by)),
            Replies.Assigned => locale.Text("finding.reply.assigned", ("who", by), ("to", Mrkdwn.User(data.ToUserId ?? ""))),
            Replies.Suppressed => $"⚪ {locale.Text(
                "finding.reply.suppressed", ("who", by), ("until", FindingText.Day(data.Until ?? finding.UpdatedAt, locale)), ("reason", text))}",
            Replies.SuppressionExpired => $"{FindingText.Sign(finding.Severity)} {locale.Text("finding.reply.suppression-expired")}",
            Replies.Reopened => $"{FindingText.Sign(finding.Severity)} {locale.Text("finding.reply.reopened", ("who", by))}",
            Replies.WriteFailed => $"⚠️ {locale.Text("finding.reply.write-failed", ("code", Mrkdwn.Literal(data.Code)), ("message", text))}",
            // A line of a version newer than this one: better its name than nothing.
            _ => Mrkdwn.Literal(reply),
        };
    }
}
