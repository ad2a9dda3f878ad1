using ChatOps.Platform.Ingest;

namespace ChatOps.Alerts;

/// <summary>Brings what was said into a group. Repetition changes nothing, nor does what comes late. Pure.</summary>
internal static class AlertMerge
{
    /// <summary>What comes back within this time after its end goes on in the same message.</summary>
    public static readonly TimeSpan SameWithin = TimeSpan.FromMinutes(30);

    /// <summary>The time in which returns are counted.</summary>
    public static readonly TimeSpan FlappingWithin = TimeSpan.FromMinutes(15);

    /// <summary>This many returns within that time are flapping.</summary>
    public const int ReturnsOfFlapping = 3;

    private const int AlertsKept = 200;
    private const int FiredKept = 16;

    /// <summary>The group as it is after what was said; null when that changes nothing.</summary>
    public static MergeResult? Apply(AlertGroup? known, IncomingAlertGroup incoming, AlertPolicy policy, DateTimeOffset now)
    {
        var alerts = (known?.Alerts ?? []).ToDictionary(alert => alert.Key, StringComparer.Ordinal);
        var changed = new List<Alert>();
        foreach (var alert in incoming.Alerts)
        {
            if (Next(alerts.GetValueOrDefault(alert.Key), alert, now) is not { } next) continue;
            changed.Add(next);
            alerts[next.Key] = next;
        }

        var unread = incoming.Unread is not null && incoming.Unread != known?.Unread;
        if (changed.Count == 0 && !unread) return null;

        var fires = unread || changed.Exists(alert => alert.Status == AlertStatus.Firing);
        if (known is null || (fires && known.EndedAt is { } ended && now - ended > SameWithin))
            return new MergeResult(Normalize(Begin(incoming, changed, known, now), policy, now), [], IsNew: true);

        var after = Normalize(
            known with
            {
                Alerts = [.. alerts.Values],
                Truncated = incoming.Truncated,
                GroupLabels = incoming.GroupLabels.Count > 0 ? incoming.GroupLabels : known.GroupLabels,
                ExternalUrl = incoming.ExternalUrl ?? known.ExternalUrl,
                Account = incoming.Account ?? known.Account,
                Region = incoming.Region ?? known.Region,
                Alarm = Newer(known.Alarm, incoming.Alarm),
                Unread = incoming.Unread ?? known.Unread,
                UpdatedAt = now,
            },
            policy, now);
        return new MergeResult(after, Lines(known, after, changed), IsNew: false);
    }

    /// <summary>What follows from the alerts: the name, how bad it is, since when, and until when.</summary>
    public static AlertGroup Normalize(AlertGroup group, AlertPolicy policy, DateTimeOffset now)
    {
        var ordered = group.Alerts
            .OrderBy(alert => alert.Status == AlertStatus.Firing ? 0 : 1)
            .ThenByDescending(alert => alert.Status == AlertStatus.Firing ? alert.StartsAt : alert.EndsAt ?? alert.ChangedAt)
            .ThenBy(alert => alert.Key, StringComparer.Ordinal).ToList();
        var kept = group with
        {
            Alerts = [.. ordered.Take(AlertsKept)],
            Truncated = group.Truncated + Math.Max(0, ordered.Count - AlertsKept),
        };
        var (rank, word) = group.Source == AlertSource.CloudWatch
            ? (Severity.High, null)
            : kept.Telling.Select(alert => policy.SeverityOf(alert.Labels)).DefaultIfEmpty((policy.Unknown, null))
                .MinBy(severity => severity.Item1);
        var firing = kept.Firing > 0 || (kept.Unread is not null && kept.Alerts.Count == 0);
        var began = firing && (kept.EndedAt is not null || kept.Fired.Count == 0);
        return kept with
        {
            Severity = rank,
            SeverityWord = word,
            EndedAt = firing
                ? null
                : kept.EndedAt ?? (kept.Alerts.Count > 0 ? kept.Alerts.Max(alert => alert.EndsAt ?? alert.ChangedAt) : now),
            Fired = began ? [.. kept.Fired.Append(now).TakeLast(FiredKept)] : kept.Fired,
            // Whoever looked at it looked at what is over now.
            Acknowledged = began && kept.EndedAt is not null ? null : kept.Acknowledged,
        };
    }

    private static AlertGroup Begin(IncomingAlertGroup incoming, List<Alert> alerts, AlertGroup? before, DateTimeOffset now)
    {
        var started = alerts.Count > 0 ? alerts.Min(alert => alert.StartsAt) : now;
        return new AlertGroup
        {
            Id = Incoming.Hash($"{incoming.Identity}\n{started.ToUnixTimeMilliseconds()}\n{before?.Id}")[..20],
            Identity = incoming.Identity,
            Source = incoming.Source,
            Name = NameOf(incoming),
            Severity = Severity.Medium,
            GroupLabels = incoming.GroupLabels,
            Alerts = alerts,
            Truncated = incoming.Truncated,
            Unread = incoming.Unread,
            ExternalUrl = incoming.ExternalUrl,
            Account = incoming.Account,
            Region = incoming.Region,
            Alarm = incoming.Alarm,
            StartedAt = started,
            UpdatedAt = now,
            // A mute of ours is of the alert, not of one of its returns; a silence of Alertmanager's ends there.
            Silence = before?.Silence is { Holds: true, Local: true } mute && mute.Until > now ? mute : null,
        };
    }

    /// <summary>An alert after what was said of it; null when that is old, or known.</summary>
    private static Alert? Next(Alert? known, IncomingAlert incoming, DateTimeOffset now)
    {
        var at = incoming.At ?? (incoming.Status == AlertStatus.Firing ? incoming.StartsAt : incoming.EndsAt ?? incoming.StartsAt) ?? now;
        var starts = incoming.StartsAt ?? (known is not null && incoming.Status != AlertStatus.Firing ? known.StartsAt : at);
        var next = new Alert(incoming.Key, incoming.Labels, incoming.Annotations, incoming.Status, starts, at)
        {
            EndsAt = incoming.Status == AlertStatus.Firing ? null : incoming.EndsAt ?? at,
            GeneratorUrl = incoming.GeneratorUrl,
        };
        if (known is null) return next;
        // CloudWatch says the moment of the change.
        if (incoming.At is not null) return at <= known.ChangedAt ? null : next;
        if (incoming.StartsAt is { } start)
        {
            if (start < known.StartsAt) return null;
            if (start == known.StartsAt && known.Status != AlertStatus.Firing) return null;
            if (start == known.StartsAt && incoming.Status == AlertStatus.Firing)
                return SaysTheSame(known, next) ? null : next with { ChangedAt = known.ChangedAt };
            return next;
        }

        // The plain text says no times: only a change of status is one.
        if (incoming.Status == known.Status)
            return SaysTheSame(known, next)
                ? null
                : next with { StartsAt = known.StartsAt, ChangedAt = known.ChangedAt, EndsAt = known.EndsAt };
        return incoming.Status == AlertStatus.Firing ? next with { StartsAt = now } : next with { StartsAt = known.StartsAt };
    }

    private static bool SaysTheSame(Alert alert, Alert other) =>
        alert.MissedAt is null && alert.GeneratorUrl == other.GeneratorUrl && alert.Annotations.Count == other.Annotations.Count
        && alert.Annotations.All(pair => other.Annotations.TryGetValue(pair.Key, out var value) && value == pair.Value);

    /// <summary>EventBridge does not say the comparison, SNS does: what is known already stays.</summary>
    private static AlarmFacts? Newer(AlarmFacts? known, AlarmFacts? incoming) => incoming is null || known is null
        ? incoming ?? known
        : incoming with { Metric = incoming.Metric ?? known.Metric, Condition = known.Condition ?? incoming.Condition };

    private static string NameOf(IncomingAlertGroup incoming)
    {
        if (incoming.Name is not null) return incoming.Name;
        var names = incoming.Alerts.Select(alert => alert.Labels.GetValueOrDefault("alertname")).OfType<string>()
            .Where(name => name.Length > 0).Distinct().ToList();
        if (names.Count == 1) return names[0];
        if (incoming.GroupLabels.Count > 0)
            return string.Join(
                " · ", incoming.GroupLabels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => label.Value));
        return names.Count > 1 ? string.Join(", ", names.Take(3)) + (names.Count > 3 ? "…" : "") : "Alert";
    }

    /// <summary>What is told in the thread: the turns, until they are too many.</summary>
    private static List<(string Reply, AlertReplyData Data)> Lines(AlertGroup before, AlertGroup after, List<Alert> changed)
    {
        var lines = new List<(string, AlertReplyData)>();
        // Silence means silence.
        if (after.Silence is { Holds: true }) return lines;
        var returned = !before.IsFiring && after.IsFiring;
        if (after.IsFlapping)
        {
            if (!before.IsFlapping && returned)
                lines.Add(
                    (AlertReplies.Flapping, new AlertReplyData { Count = after.Fired.Count(at => at > after.UpdatedAt - FlappingWithin) }));
            return lines;
        }

        if (returned) lines.Add((AlertReplies.Returned, new AlertReplyData { Count = after.Firing }));
        else if (before.IsFiring && !after.IsFiring)
            lines.Add((
                after.State == AlertState.NoData ? AlertReplies.NoData : AlertReplies.Resolved,
                new AlertReplyData { Text = after.Alarm?.Reason ?? "" }));
        else if (after.Firing != before.Firing
            || changed.Exists(alert => alert.Status == AlertStatus.Firing && before.Alerts.All(known => known.Key != alert.Key)))
            lines.Add((AlertReplies.Counts, new AlertReplyData { Count = after.Firing, Before = before.Firing }));
        return lines;
    }
}

/// <summary>A group after what was said.</summary>
/// <param name="Group">The group.</param>
/// <param name="Lines">What is told in the thread.</param>
/// <param name="IsNew">Whether it is a new group: there was none, or it was over long ago.</param>
internal sealed record MergeResult(AlertGroup Group, IReadOnlyList<(string Reply, AlertReplyData Data)> Lines, bool IsNew);
