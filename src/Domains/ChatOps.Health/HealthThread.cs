using System.Text.Json;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Health;

/// <summary>The lines of an event's thread: what AWS changed, and who looks after it. Pure.</summary>
internal static class HealthThread
{
    public const string Closed = "health.closed";
    public const string Reopened = "health.reopened";
    public const string Started = "health.started";
    public const string Moved = "health.moved";
    public const string Updated = "health.updated";
    public const string Acknowledged = "health.acknowledged";

    /// <summary>The lines that a change deserves.</summary>
    public static IEnumerable<(string Reply, HealthReplyData Data)> Lines(HealthEvent? known, HealthEvent next)
    {
        if (known is null || ReferenceEquals(known, next)) yield break;
        if (known.Status != next.Status)
            yield return (next.Status switch
            {
                HealthStatus.Closed => Closed,
                HealthStatus.Open when known.Status == HealthStatus.Upcoming => Started,
                _ => Reopened,
            }, new HealthReplyData());
        if (known.Start != next.Start && next.Start is { } start && next.Category == HealthCategory.ScheduledChange)
            yield return (Moved, new HealthReplyData { At = start });
        foreach (var (language, text) in next.Descriptions)
        {
            // Health appends: what is new stands at the end, or the whole of it is.
            if (known.Descriptions.GetValueOrDefault(language) is not { } before || before == text) continue;
            yield return (
                Updated,
                new HealthReplyData { Text = text.StartsWith(before, StringComparison.Ordinal) ? text[before.Length..].Trim() : text });
            break;
        }
    }

    /// <summary>A line.</summary>
    public static Message Render(string reply, string json, Locale locale)
    {
        var data = JsonSerializer.Deserialize(json, HealthJson.Default.HealthReplyData) ?? new HealthReplyData();
        return new Message
        {
            Text = reply switch
            {
                Closed => $"✅ {locale.Text("health.reply.closed")}",
                Started => $"🟠 {locale.Text("health.reply.started")}",
                Reopened => $"🟠 {locale.Text("health.reply.reopened")}",
                Moved => locale.Text("health.reply.moved", ("when", data.At is { } at ? HealthText.Moment(at, locale) : "")),
                Updated => locale.Text("health.reply.updated", ("text", Mrkdwn.Cut(data.Text, 600))),
                Acknowledged => locale.Text("health.reply.acknowledged", ("who", Mrkdwn.User(data.ByUserId ?? ""))),
                _ => Mrkdwn.Literal(reply),
            },
        };
    }
}

/// <summary>What a line needs to be said.</summary>
internal sealed record HealthReplyData
{
    /// <summary>Who did it.</summary>
    public string? ByUserId { get; init; }

    /// <summary>What AWS wrote.</summary>
    public string? Text { get; init; }

    /// <summary>When it is to be.</summary>
    public DateTimeOffset? At { get; init; }
}
