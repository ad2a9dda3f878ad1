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
        return new Message
        {
            Text = Say(
            finding, reply, JsonSerializer.Deserialize(data, FindingJson.Default.FindingReplyData) ?? new FindingReplyData(), locale)
        };
    }

    /// <summary>A line in the thread of a group or storm.</summary>
    public Message RenderGroup(string reply, string json, Locale locale)
    {
        if (renderers.FirstOrDefault(renderer => reply.StartsWith($"finding.{renderer.Prefix}", StringComparison.Ordinal)) is { } other)
            return other.RenderGroup(reply, json, locale);
        var data = JsonSerializer.Deserialize(json, FindingJson.Default.FindingReplyData) ?? new FindingReplyData();
        var (who, count, all) = (Mrkdwn.User(data.ByUserId ?? ""), data.Count ?? 0, data.All ?? 0);
        return new Message
        {
            Text = reply switch
            {
                FindingReplies.AllStarted => locale.Text("finding.group.reply.started", ("who", who), ("count", all)),
                FindingReplies.AllProgress => locale.Text("finding.group.reply.progress", ("count", count), ("all", all)),
                FindingReplies.AllDone => locale.Text(
                    count == all ? "finding.group.reply.done" : "finding.group.reply.done-some", ("count", count), ("others", all - count)),
                _ => Mrkdwn.Literal(reply),
            },
        };
    }

    /// <summary>A sentence of our own, as markup.</summary>
    internal static string Say(Finding finding, string reply, FindingReplyData data, Locale locale)
    {
        var by = data.ByUserId is { } user ? Mrkdwn.User(user) : "";
        var text = Mrkdwn.Cut(data.Text, 500);
        return reply switch
        {
            FindingReplies.Severity => locale.Text(
                "finding.reply.severity", ("from", locale.Severity(data.From ?? finding.Severity)),
                ("to", locale.Severity(data.To ?? finding.Severity))),
            FindingReplies.Resolved => $"✅ {locale.Text("finding.reply.resolved", ("who", FindingText.Teller(finding)))}",
            FindingReplies.Archived => $"⚪ {locale.Text("finding.reply.archived", ("who", FindingText.Teller(finding)))}",
            FindingReplies.Gone => $"⚪ {locale.Text("finding.reply.gone")}",
            FindingReplies.Imported => locale.Text("finding.reply.imported"),
            FindingReplies.Returned => $"{finding.Severity.Sign()} {locale.Text("finding.reply.returned")}",
            FindingReplies.SuppressedElsewhere => $"⚪ {locale.Text("finding.reply.suppressed-elsewhere")}",
            FindingReplies.AcknowledgedElsewhere => locale.Text("finding.reply.acknowledged-elsewhere"),
            FindingReplies.ReopenedElsewhere => locale.Text("finding.reply.reopened-elsewhere"),
            FindingReplies.Note => locale.Text("finding.reply.note", ("who", Mrkdwn.Literal(data.By)), ("text", text)),
            FindingReplies.CustomAction => locale.Text("finding.reply.custom-action", ("name", text)),
            FindingReplies.Acknowledged => locale.Text("finding.reply.acknowledged", ("who", by)),
            FindingReplies.Assigned => locale.Text("finding.reply.assigned", ("who", by), ("to", Mrkdwn.User(data.ToUserId ?? ""))),
            FindingReplies.Suppressed => $"⚪ {locale.Text(
                "finding.reply.suppressed", ("who", by), ("until", FindingText.Day(data.Until ?? finding.UpdatedAt, locale)),
                ("reason", text))}",
            FindingReplies.SuppressionExpired => $"{finding.Severity.Sign()} {locale.Text("finding.reply.suppression-expired")}",
            FindingReplies.Reopened => $"{finding.Severity.Sign()} {locale.Text("finding.reply.reopened", ("who", by))}",
            FindingReplies.WriteFailed =>
                $"⚠️ {locale.Text("finding.reply.write-failed", ("code", Mrkdwn.Literal(data.Code)), ("message", text))}",
            FindingReplies.SuppressionAsked => $"⏳ {locale.Text(
                "finding.reply.suppression-asked", ("who", by), ("until", FindingText.Day(data.Until ?? finding.UpdatedAt, locale)),
                ("reason", text))}",
            FindingReplies.SuppressionDenied => $"🚫 {locale.Text(
                "finding.reply.suppression-denied", ("who", by), ("to", Mrkdwn.User(data.ToUserId ?? "")))}",
            FindingReplies.SuppressionVoid => $"🚫 {locale.Text("finding.reply.suppression-void")}",
            FindingReplies.SuppressionUnanswered => $"⌛ {locale.Text("finding.reply.suppression-unanswered")}",
            FindingReplies.SentAgain => locale.Text("finding.reply.sent-again", ("who", by)),
            // A line of a version newer than this one: better its name than nothing.
            _ => Mrkdwn.Literal(reply),
        };
    }
}
