using System.Text.RegularExpressions;
using ChatOps.Platform.Prometheus;

namespace ChatOps.Alerts;

/// <summary>
/// What one Alertmanager says at a moment, laid beside the groups that it told us of: its webhook tells nothing of the end of what is
/// silenced, inhibited or muted, nor of what fires again meanwhile. Pure.
/// </summary>
/// <param name="server">The server, as it is known after its answer.</param>
/// <param name="active">All alerts that it has.</param>
/// <param name="silences">Its silences; needed only where alerts are silenced.</param>
/// <param name="isUptimeKnown">Whether it says since when it runs.</param>
/// <param name="every">How often it is asked.</param>
/// <param name="now">The moment.</param>
internal sealed partial class AlertmanagerView(
    AlertServer server, IReadOnlyList<ActiveAlert> active, IReadOnlyList<Silence> silences, bool isUptimeKnown, TimeSpan every,
    DateTimeOffset now)
{
    /// <summary>After its start it knows nothing until Prometheus tells it again: that takes an evaluation and a resend delay.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(5);

    /// <summary>The API counts milliseconds, the webhook nanoseconds.</summary>
    private static readonly TimeSpan SameMoment = TimeSpan.FromMilliseconds(10);

    private readonly Dictionary<string, ActiveAlert> _byKey = active
        .GroupBy(alert => IncomingAlertGroup.KeyOf(alert.Labels), StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    private readonly Dictionary<string, string> _names = active.GroupBy(alert => alert.Fingerprint, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => NameOf(group.First()), StringComparer.Ordinal);

    /// <summary>Whether it has an alert of a group.</summary>
    public bool Holds(AlertGroup group) => group.Alerts.Any(alert => _byKey.ContainsKey(alert.Key));

    /// <summary>Whether it has alerts that none of these groups explains, of a receiver that tells us.</summary>
    public bool HasOthersThan(IReadOnlyList<AlertGroup> groups)
    {
        var known = groups.SelectMany(group => group.Alerts).Select(alert => alert.Key).ToHashSet(StringComparer.Ordinal);
        return _byKey.Keys.Any(key => !known.Contains(key));
    }

    /// <summary>What it says of the alerts of a group that was not known; null when there is nothing new.</summary>
    public IncomingAlertGroup? NewsOf(AlertGroup group)
    {
        var news = group.Alerts.Where(alert => _byKey.TryGetValue(alert.Key, out var found) && IsNews(group, alert, found))
            .Select(alert => Incoming(alert, _byKey[alert.Key])).ToList();
        return news.Count == 0
            ? null
            : new IncomingAlertGroup(group.Identity, group.Source)
            {
                GroupLabels = group.GroupLabels,
                Alerts = news,
                ExternalUrl = group.ExternalUrl,
                Receiver = group.Receiver,
                Server = group.Server,
                IsServerAssumed = group.IsServerAssumed,
                Account = group.Account,
                Region = group.Region,
                Suppressors = [.. news.SelectMany(alert => alert.SuppressedBy).Distinct().Select(SuppressorOf)],
            };
    }

    /// <summary>
    /// The group without what the server no longer has; null when nothing changes. What the server was never seen to hold is not ended by
    /// being absent; nor is what it held before a restart, until it is up for a while and has other alerts of the receiver.
    /// </summary>
    public AlertGroup? Compared(AlertGroup group)
    {
        if (!group.IsFiring || group.Unread is not null) return null;
        var isForeign = group.IsServerAssumed && server.ExternalUrl is { } own && group.ExternalUrl is not null && group.ExternalUrl != own
            && !Holds(group) && group.Alerts.All(alert => alert.HeldAt is null);
        if (isForeign) return group with { Server = null, IsServerAssumed = false, UpdatedAt = now };

        var alerts = group.Alerts.Select(alert => alert.Status == AlertStatus.Firing ? Compared(group, alert) : alert).ToList();
        var (firing, more) = (alerts.Count(alert => alert.Status == AlertStatus.Firing), group.MoreFiring);
        if (more > 0)
        {
            // Those of which no details are kept are counted by the labels of the group.
            if (group.GroupLabels.Count > 0) more = Math.Max(0, CountOf(group) - firing);
            else if (firing == 0) more = 0;
        }

        return more == group.MoreFiring && alerts.SequenceEqual(group.Alerts, ReferenceEqualityComparer.Instance)
            ? null
            : group with { Alerts = alerts, MoreFiring = more, UpdatedAt = now };
    }

    private Alert Compared(AlertGroup group, Alert alert)
    {
        if (_byKey.ContainsKey(alert.Key))
            return alert.HeldAt is null || alert.HeldAt < server.Since || alert.MissedAt is not null
                ? alert with { HeldAt = now, MissedAt = null }
                : alert;
        if (!MayJudge(group, alert)) return alert.MissedAt is null ? alert : alert with { MissedAt = null };
        if (alert.MissedAt is not { } missed) return alert with { MissedAt = now };
        // Twice, for a list that is read in the middle of a reload is short; a server that does not say when it started, once more.
        return now - missed >= every * (isUptimeKnown ? 0.8 : 1.8)
            ? alert with
            {
                Status = AlertStatus.Resolved,
                EndsAt = missed,
                ChangedAt = now,
                MissedAt = null,
                IsEndInferred = true,
                SuppressedBy = [],
            }
            : alert;
    }

    private bool MayJudge(AlertGroup group, Alert alert) =>
        alert.HeldAt is { } held
        && (held >= server.Since
            || (now - server.Since > WarmUp && active.Any(
                other => group.Receiver is null || other.Receivers.Count == 0 || other.Receivers.Contains(group.Receiver))));

    private static bool IsNews(AlertGroup group, Alert alert, ActiveAlert found)
    {
        var isLater = found.StartsAt - alert.StartsAt > SameMoment;
        if (alert.Status != AlertStatus.Firing)
        {
            // What somebody closed by hand stays closed until it is told again, or fires anew.
            return isLater || (alert.IsEndInferred && group.Closed?.ByUserId is null && found.StartsAt - alert.StartsAt > -SameMoment);
        }

        return isLater || !alert.SuppressedBy.SequenceEqual(SuppressedBy(found))
            || (found.Annotations is { } annotations && !(annotations.Count == alert.Annotations.Count
                && annotations.All(pair => alert.Annotations.GetValueOrDefault(pair.Key) == pair.Value)));
    }

    private static IncomingAlert Incoming(Alert alert, ActiveAlert found) =>
        new(alert.Labels, found.Annotations ?? alert.Annotations, AlertStatus.Firing)
        {
            StartsAt = (found.StartsAt - alert.StartsAt).Duration() <= SameMoment ? alert.StartsAt : found.StartsAt,
            GeneratorUrl = found.GeneratorUrl ?? alert.GeneratorUrl,
            SuppressedBy = SuppressedBy(found),
            IsHeld = true,
        };

    private int CountOf(AlertGroup group) => active.Count(alert =>
        (group.Receiver is null || alert.Receivers.Count == 0 || alert.Receivers.Contains(group.Receiver))
        && group.GroupLabels.All(label => alert.Labels.GetValueOrDefault(label.Key, "") == label.Value));

    private static IReadOnlyList<string> SuppressedBy(ActiveAlert alert) =>
    [
        .. alert.SilencedBy.Select(id => $"{SuppressorKind.Silence}:{id}"),
        .. alert.InhibitedBy.Select(id => $"{SuppressorKind.Inhibition}:{id}"),
        .. alert.MutedBy.Select(id => $"{SuppressorKind.MuteInterval}:{id}"),
    ];

    private Suppressor SuppressorOf(string key)
    {
        var (kind, id) = (Enum.Parse<SuppressorKind>(key[..key.IndexOf(':', StringComparison.Ordinal)]),
            key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        if (kind == SuppressorKind.Inhibition) return new Suppressor(kind, id, _names.GetValueOrDefault(id, id));
        if (kind != SuppressorKind.Silence || silences.FirstOrDefault(silence => silence.Id == id) is not { } silence)
            return new Suppressor(kind, id, id);
        var mark = SilenceMark().Match(silence.Comment);
        return new Suppressor(kind, id, silence.CreatedBy)
        {
            Reason = mark.Success ? silence.Comment[..mark.Index].Trim() : silence.Comment,
            Until = silence.EndsAt,
            OwnId = mark.Success ? mark.Groups["id"].Value : null,
        };
    }

    private static string NameOf(ActiveAlert alert) => alert.Labels.GetValueOrDefault("alertname", alert.Fingerprint);

    /// <summary>What stands at the end of the comments of our own silences.</summary>
    [GeneratedRegex(@"\(ChatOps (?<id>[0-9a-f]+)\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex SilenceMark();
}
