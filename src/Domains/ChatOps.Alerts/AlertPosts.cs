using System.Globalization;

namespace ChatOps.Alerts;

/// <summary>
/// The messages that a group has in a channel. An update makes no sound in Slack, so what fires anew, gets worse, or outgrows its
/// acknowledgement is posted anew, and the former message points to the newer one. The first message's subject is the group's id, the
/// second's <c>id.2</c>. Pure.
/// </summary>
internal static class AlertPosts
{
    /// <summary>An acknowledged group that has grown to this many times what it was is another outage.</summary>
    private const int GrownTimes = 3;

    private const int GrownAtLeast = 10;

    /// <summary>The key of a message's subject.</summary>
    public static string KeyOf(string id, int post) => post <= 1 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}.{post}");

    /// <summary>Whose message a key names, and which of them.</summary>
    public static (string Id, int Post) Read(string key) =>
        key.LastIndexOf('.') is > 0 and var dot
            && int.TryParse(key.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var post)
            ? (key[..dot], post)
            : (key, 1);

    /// <summary>
    /// The group after a change: without the acknowledgement of what is worse by now, and with a further message when that is to be heard.
    /// </summary>
    public static AlertGroup After(AlertGroup before, AlertGroup after, DateTimeOffset now)
    {
        var outgrown = after is { IsFiring: true, Acknowledged: { } acknowledged } && IsOutgrown(before, after, acknowledged);
        if (outgrown) after = after with { Acknowledged = null };
        // Rows of earlier versions: what they have is posted.
        var postedAt = before.PostedAt ?? (before.Fired is [.., var fired] ? fired : before.UpdatedAt);
        var posted = before.PostedSeverity ?? before.Severity;
        // A turn that began while it was kept quiet is heard of when it no longer is.
        var isNewTurn = after.Fired is [.., var last] && (last > postedAt || !after.Fired.SequenceEqual(before.Fired));
        var isWorse = outgrown || isNewTurn || after.Severity < posted;
        return isWorse && after is { State: AlertState.Firing, IsFlapping: false }
            ? after with { Post = before.Post + 1, PostedAt = now, PostedSeverity = after.Severity }
            : after with { PostedAt = postedAt, PostedSeverity = posted };
    }

    private static bool IsOutgrown(AlertGroup before, AlertGroup after, AlertAcknowledgement acknowledged) =>
        after.Severity < (acknowledged.Severity ?? before.Severity)
        || after.Firing >= Math.Max(GrownAtLeast, GrownTimes * (acknowledged.Firing > 0 ? acknowledged.Firing : before.Firing));
}
