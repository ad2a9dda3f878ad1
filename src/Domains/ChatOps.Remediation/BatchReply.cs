using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>
/// The lines that remediating all of a group leaves in the group's thread: who began, what failed, how far it is, how it ended.
/// </summary>
internal static class BatchReply
{
    /// <summary>A group's lines carry the kind of its members before ours.</summary>
    public const string Prefix = "finding." + RemediationReply.Prefix;

    /// <summary>What did not begin and is named; the rest is counted.</summary>
    public const int RefusedShown = 5;

    public const string Started = Prefix + "all_started";
    public const string Asked = Prefix + "all_asked";
    public const string Refused = Prefix + "all_refused";
    public const string Failed = Prefix + "all_failed";
    public const string Progress = Prefix + "all_progress";
    public const string Done = Prefix + "all_done";
    public const string Approved = Prefix + "all_approved";
    public const string Denied = Prefix + "all_denied";

    /// <summary>The line as it reads.</summary>
    public static Message Render(string reply, string data, Locale locale)
    {
        var incoming = JsonSerializer.Deserialize(data, BatchReplyJson.Default.BatchReplyData)!;
        var name = Mrkdwn.Literal(TextCut.Plain(incoming.Name ?? "", 150));
        var text = reply switch
        {
            Started => locale.Text("remediation.all.reply.started", ("by", Mrkdwn.User(incoming.By ?? "")), ("count", incoming.All)),
            Approved => locale.Text(
                "remediation.all.reply.approved", ("to", Mrkdwn.User(incoming.To ?? "")), ("by", Mrkdwn.User(incoming.By ?? "")),
                ("count", incoming.Count), ("all", incoming.All)),
            Denied => locale.Text(
                "remediation.all.reply.denied", ("to", Mrkdwn.User(incoming.To ?? "")), ("by", Mrkdwn.User(incoming.By ?? ""))),
            Asked => locale.Text("remediation.all.reply.asked", ("count", incoming.Count), ("all", incoming.All)),
            Refused => Refusals(incoming, locale),
            Failed => locale.Text(
                "remediation.all.reply.failed", ("name", name),
                ("state", incoming.State is { } state && locale.Has($"remediation.all.state.{state}")
                    ? locale.Text($"remediation.all.state.{state}")
                    : Mrkdwn.Literal(incoming.State))),
            Progress => locale.Text("remediation.all.reply.progress", ("count", incoming.Count), ("all", incoming.All)),
            Done when incoming.Resolved == incoming.All => locale.Text("remediation.all.reply.done", ("count", incoming.All)),
            Done => locale.Text(
                "remediation.all.reply.done_some", ("count", incoming.Resolved), ("all", incoming.All),
                ("others", incoming.All - incoming.Resolved)),
            // A line of a version newer than this one: better its name than nothing.
            _ => Mrkdwn.Literal(reply),
        };
        if (incoming.Reason is { Length: > 0 } reason)
            text += $"\n{string.Join('\n', Mrkdwn.Literal(reason).Split('\n').Select(line => "> " + line))}";
        if (incoming.Message is { Length: > 0 } message) text += $"\n{Mrkdwn.CodeBlock(TextCut.Plain(AccountText.MaskAll(message), 1000))}";
        return new Message { Text = text };
    }

    private static string Refusals(BatchReplyData incoming, Locale locale)
    {
        var lines = new List<string> { locale.Text("remediation.all.reply.refused", ("count", incoming.Count), ("all", incoming.All)) };
        lines.AddRange(incoming.Refused.Select(batchRefusal =>
            $"• *{Mrkdwn.Literal(TextCut.Plain(batchRefusal.Name, 100))}*: {TextCut.Markup(batchRefusal.Why(locale), 300)}"));
        if (incoming.Count > incoming.Refused.Count)
            lines.Add(locale.Text("list.more", ("count", incoming.Count - incoming.Refused.Count)));
        return string.Join('\n', lines);
    }
}

/// <summary>What is kept for a line in a group's thread.</summary>
internal sealed record BatchReplyData
{
    public string? By { get; init; }

    /// <summary>Who waits to hear it: mentioned.</summary>
    public string? To { get; init; }

    public int Count { get; init; }

    public int All { get; init; }

    public int Resolved { get; init; }

    public string? Reason { get; init; }

    /// <summary>The resource of one that was not remediated.</summary>
    public string? Name { get; init; }

    /// <summary>How it ended: <c>failed</c>, <c>unverified</c>, <c>denied</c>.</summary>
    public string? State { get; init; }

    /// <summary>AWS's words, or the approver's.</summary>
    public string? Message { get; init; }

    /// <summary>Some of what did not begin.</summary>
    public IReadOnlyList<BatchRefusal> Refused { get; init; } = [];

    public string ToJson() => JsonSerializer.Serialize(this, BatchReplyJson.Default.BatchReplyData);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(BatchReplyData))]
internal sealed partial class BatchReplyJson : JsonSerializerContext;
