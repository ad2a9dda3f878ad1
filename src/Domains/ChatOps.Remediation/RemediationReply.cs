using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>The lines that a remediation leaves in its finding's thread: who, what, when, step by step.</summary>
internal static class RemediationReply
{
    /// <summary>What all of them start with.</summary>
    public const string Prefix = "remediation.";

    public const string Requested = Prefix + "requested";
    public const string ApprovalRequested = Prefix + "approval_requested";
    public const string Approved = Prefix + "approved";
    public const string Denied = Prefix + "denied";
    public const string Expired = Prefix + "expired";
    public const string Started = Prefix + "started";
    public const string Step = Prefix + "step";
    public const string StepFailed = Prefix + "step_failed";
    public const string Verifying = Prefix + "verifying";
    public const string Resolved = Prefix + "resolved";
    public const string Unverified = Prefix + "unverified";
    public const string Failed = Prefix + "failed";
    public const string Void = Prefix + "void";
    public const string UndoRequested = Prefix + "undo_requested";
    public const string UndoApprovalRequested = Prefix + "undo_approval_requested";
    public const string Queued = Prefix + "queued";
    public const string Called = Prefix + "called";
    public const string Waiting = Prefix + "waiting";
    public const string Stopping = Prefix + "stopping";
    public const string Stopped = Prefix + "stopped";
    public const string StopRefused = Prefix + "stop_refused";
    public const string TimedOut = Prefix + "timed_out";
    public const string Right = Prefix + "right";
    public const string RightPeriodic = Prefix + "right_periodic";
    public const string Undone = Prefix + "undone";
    public const string UndoUnverified = Prefix + "undo_unverified";

    /// <summary>The line as it reads.</summary>
    public static Message Render(string reply, string data, Locale locale)
    {
        var incoming = JsonSerializer.Deserialize(data, ReplyJson.Default.RemediationReplyData)!;
        var text = locale.Text($"remediation.reply.{reply[Prefix.Length..]}", Values(incoming, locale));
        if (incoming.Reason is { Length: > 0 } reason) text += $"\n{Quote(reason)}";
        if (incoming.Message is { Length: > 0 } message) text += $"\n{Mrkdwn.CodeBlock(AccountText.MaskAll(message))}";
        List<Block> blocks = [new SectionBlock(new Mrkdwn(text))];
        if (reply is Failed or Unverified or TimedOut)
        {
            blocks.Add(new ActionsBlock(new Button(RemediateModal.Action, locale.Text("remediation.button.retry"), incoming.FindingId)));
        }

        return new Message { Text = text, Blocks = blocks };
    }

    private static (string, object?)[] Values(RemediationReplyData incoming, Locale locale) =>
    [
        ("by", incoming.By is { } by ? Mrkdwn.User(by) : ""),
        ("to", incoming.To is { } to && to != incoming.By ? Mrkdwn.User(to) + " " : ""),
        ("document", Mrkdwn.Code(incoming.Document)),
        ("region", Mrkdwn.Literal(incoming.Region)),
        ("execution", incoming is { Execution: { } execution, Region: { } region } ? Execution(region, execution) : ""),
        ("step", Mrkdwn.Code(incoming.Step)),
        ("status", incoming.Status is { } status && locale.Has($"remediation.status.{status}")
            ? locale.Text($"remediation.status.{status}")
            : Mrkdwn.Literal(incoming.Status)),
        ("duration", incoming.Seconds is { } seconds ? locale.Duration(TimeSpan.FromSeconds(seconds)) : "–"),
        ("until", incoming.Until is { } until ? Mrkdwn.Date(until, "{time}", locale.Time(until)) : ""),
        ("why", incoming.Cause is { } why && locale.Has($"remediation.void.{why.ToLowerInvariant()}")
            ? RemediationRecheck.Why(why, locale)
            : ""),
        ("cause", Verdict(incoming.Cause ?? nameof(VerdictCause.StillOpen), locale)),
        ("channel", Mrkdwn.Literal(incoming.Channel is { } channel ? "#" + channel.TrimStart('#') : "")),
    ];

    /// <summary>Why nothing confirms it, in a language.</summary>
    internal static string Verdict(string cause, Locale locale) =>
        locale.Has($"remediation.verdict.{cause.ToLowerInvariant()}") ? locale.Text($"remediation.verdict.{cause.ToLowerInvariant()}") : "";

    private static string Execution(string region, string execution)
    {
        var id = execution[..Math.Min(8, execution.Length)];
        return ConsoleLinks.AutomationExecution(region, execution) is { } page ? Mrkdwn.Link(page, id) : Mrkdwn.Code(id);
    }

    private static string Quote(string text) => string.Join('\n', Mrkdwn.Literal(text).Split('\n').Select(line => "> " + line));
}

/// <summary>What is kept for a line in the thread.</summary>
internal sealed record RemediationReplyData
{
    public required string FindingId { get; init; }

    public string? By { get; init; }

    /// <summary>Who waits to hear it: mentioned.</summary>
    public string? To { get; init; }

    public string? Reason { get; init; }

    public string? Document { get; init; }

    public string? Region { get; init; }

    public string? Execution { get; init; }

    public string? Step { get; init; }

    public string? Status { get; init; }

    public double? Seconds { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? Channel { get; init; }

    /// <summary>Why it is void, a <see cref="VoidCause"/> by name; or why nothing confirms it, a <see cref="VerdictCause"/>.</summary>
    public string? Cause { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, ReplyJson.Default.RemediationReplyData);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RemediationReplyData))]
internal sealed partial class ReplyJson : JsonSerializerContext;
