using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>The lines that remediating all of a group leaves in the group's thread: who began, what failed, how far it is, how it ended.</summary>
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

    /// <summary>The line as it reads.</summary>
    public static Message Render(string reply, string data, Locale locale)
    {
        var told = JsonSerializer.Deserialize(data, BatchReplyJson.Default.BatchReplyData)!;
        var name = Mrkdwn.Literal(TextCut.Plain(told.Name ?? "", 150));
        var text = reply switch
        {
            Started => locale.Text("remediation.all.reply.started", ("by", Mrkdwn.User(told.By ?? "")), ("count", told.All)),
            Asked => locale.Text("remediation.all.reply.asked", ("count", told.Count), ("all", told.All)),
            Refused => Refusals(told, locale),
            Failed => locale.Text(
                "remediation.all.reply.failed", ("name", name),
                ("state", told.State is { } state && locale.Has($"remediation.all.state.{state}") ? locale.Text($"remediation.all.state.{state}") : Mrkdwn.Literal(told.State))),
            Progress => locale.Text("remediation.all.reply.progress", ("count", told.Count), ("all", told.All)),
            Done when told.Resolved == told.All => locale.Text("remediation.all.reply.done", ("count", told.All)),
            Done => locale.Text("remediation.all.reply.done_some", ("count", told.Resolved), ("all", told.All), ("others", told.All - told.Resolved)),
            // A line of a version newer than this one: better its name than nothing.
            _ => Mrkdwn.Literal(reply),
        };
        if (told.Reason is { Length: > 0 } reason) text += $"\n{string.Join('\n', Mrkdwn.Literal(reason).Split('\n').Select(line => "> " + line))}";
        if (told.Message is { Length: > 0 } message) text += $"\n{Mrkdwn.CodeBlock(TextCut.Plain(AccountText.MaskAll(message), 1000))}";
        return new Message { Text = text };
    }

    private static string Refusals(BatchReplyData told, Locale locale)
    {
        var lines = new List<string> { locale.Text("remediation.all.reply.refused", ("count", told.Count), ("all", told.All)) };
        lines.AddRange(told.Refused.Select(one => $"• *{Mrkdwn.Literal(TextCut.Plain(one.Name, 100))}*: {TextCut.Markup(one.Why(locale), 300)}"));
        if (told.Count > told.Refused.Count) lines.Add(locale.Text("list.more", ("count", told.Count - told.Refused.Count)));
        return string.Join('\n', lines);
    }
}

/// <summary>What is kept for a line in a group's thread.</summary>
internal sealed record BatchReplyData
{
    public string? By { get; init; }

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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(BatchReplyData))]
internal sealed partial class BatchReplyJson : JsonSerializerContext;
