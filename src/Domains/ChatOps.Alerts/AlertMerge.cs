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

    /// <summary>
    /// What an alert's start may move by without being another outage: replicas of Prometheus count from their own evaluations.
    /// </summary>
    private static readonly TimeSpan SameStart = TimeSpan.FromMinutes(2);

    /// <summary>The group as it is after what was said; null when that changes nothing.</summary>
    public static MergeResult? Apply(AlertGroup? known, IncomingAlertGroup incoming, AlertPolicy policy, DateTimeOffset now)
    {
        var alerts = (known?.Alerts ?? []).ToDictionary(alert => alert.Key, StringComparer.Ordinal);
        // Keys of earlier versions were of all labels.
        if (incoming is { Source: AlertSource.CloudWatch, Alerts: [var single] } && alerts.Values.ToList() is [var former]
            && former.Key != single.Key && !former.Labels.ContainsKey("contributor"))
            alerts = new(StringComparer.Ordinal) { [single.Key] = former with { Key = single.Key } };
        var changed = new List<Alert>();
        var (isOld, refires) = (false, false);
        foreach (var alert in incoming.Alerts)
        {
            var before = alerts.GetValueOrDefault(alert.Key);
            // Of what we do not keep, we cannot tell what comes late: the end of its group is later than its start.
            if (before is null && known is { Truncated: > 0, EndedAt: { } over } && alert.StartsAt <= over && !alert.IsHeld) continue;
            if (Next(before, alert, now) is not { } next)
            {
                isOld |= before is not null && alert.StartsAt is { } start
                    && (start < before.StartsAt || (alert.Status == AlertStatus.Firing && before.Status != AlertStatus.Firing));
                continue;
            }

            refires |= before is not null && IsRefire(before, next, known!);
            changed.Add(next);
            alerts[next.Key] = next;
        }

        if (incoming is { IsWhole: true, MoreFiring: 0, MoreResolved: > 0 }
            && incoming.Alerts.All(alert => alert.Status != AlertStatus.Firing))
        {
            // All of it is over, and not all of it is named.
            foreach (var alert in alerts.Values.Where(alert => alert.Status == AlertStatus.Firing).ToList())
            {
                alerts[alert.Key] = alert with { Status = AlertStatus.Resolved, EndsAt = now, ChangedAt = now, MissedAt = null };
                changed.Add(alerts[alert.Key]);
            }
        }

        var (moreFiring, truncated) = isOld ? (known!.MoreFiring, known.Truncated) : More(known, incoming, alerts);
        var unread = incoming.Unread is not null && incoming.Unread != known?.Unread;
        if (changed.Count == 0 && !unread && (known is null || known.MoreFiring == moreFiring)) return null;

        var fires = unread || changed.Exists(alert => alert.Status == AlertStatus.Firing);
        if (known is null || (fires && known.EndedAt is { } ended && now - ended > SameWithin))
            return new MergeResult(Normalize(Begin(incoming, changed, known, now), policy, now), [], IsNew: true);

        var after = Normalize(
            known with
            {
                Identity = incoming.Identity,
                Alerts = [.. alerts.Values],
                Truncated = truncated,
                MoreFiring = moreFiring,
                GroupLabels = incoming.GroupLabels.Count > 0 ? incoming.GroupLabels : known.GroupLabels,
                ExternalUrl = incoming.ExternalUrl ?? known.ExternalUrl,
                Account = incoming.Account ?? known.Account,
                Region = incoming.Region ?? known.Region,
                Server = incoming.Server ?? known.Server,
                IsServerAssumed = incoming.Server is null ? known.IsServerAssumed : incoming.IsServerAssumed,
                Receiver = incoming.Receiver ?? known.Receiver,
                Suppressors = Joined(known.Suppressors, incoming.Suppressors),
                Closed = fires ? null : known.Closed,
                Alarm = Newer(known.Alarm, incoming.Alarm),
                Unread = incoming.Unread ?? known.Unread,
                UpdatedAt = now,
            },
            policy, now);
        // Nobody told the end of what fires anew: it is another outage all the same, and nobody has said that they look at it.
        if (refires && known.IsFiring)
            after = after with { Fired = [.. after.Fired.Append(now).TakeLast(FiredKept)], Acknowledged = null };
        after = AlertPosts.After(known, after, now);
        return new MergeResult(after, Lines(known, after, changed, refires), IsNew: false);
    }

    private static bool IsRefire(Alert before, Alert next, AlertGroup known) =>
        before.Status == AlertStatus.Firing && next.Status == AlertStatus.Firing && next.StartsAt > before.StartsAt
        && (next.StartsAt - before.StartsAt > SameStart || (known.Fired is [.., var told] && next.StartsAt > told));

    /// <summary>How many fire beside those that we know one by one, and how many there are beside them.</summary>
    private static (int Firing, int All) More(AlertGroup? known, IncomingAlertGroup incoming, Dictionary<string, Alert> alerts)
    {
        if (!incoming.IsWhole)
        {
            // Nothing is said of the others.
            return (Math.Max(known?.MoreFiring ?? 0, incoming.MoreFiring), Math.Max(known?.Truncated ?? 0, incoming.MoreFiring));
        }

        var firing = alerts.Values.Count(alert => alert.Status == AlertStatus.Firing);
        var told = incoming.Alerts.Count(alert => alert.Status == AlertStatus.Firing) + incoming.MoreFiring;
        // What is left out may be what we know from before.
        var more = incoming.MoreFiring > 0 ? Math.Max(0, told - firing) : 0;
        return (more, more + incoming.MoreResolved);
    }

    private static IReadOnlyList<Suppressor> Joined(IReadOnlyList<Suppressor> known, IReadOnlyList<Suppressor> told) =>
        told.Count == 0 ? known : [.. told, .. known.Where(suppressor => told.All(other => other.Key != suppressor.Key))];

    /// <summary>The group as over although its source did not tell that: somebody closed it, or it was not told of any longer.</summary>
    public static AlertGroup Closed(AlertGroup group, string? byUserId, DateTimeOffset now) => group with
    {
        Alerts =
        [
            .. group.Alerts.Select(alert => alert.Status == AlertStatus.Firing
                ? alert with
                {
                    Status = AlertStatus.Resolved, EndsAt = now, ChangedAt = alert.ChangedAt, MissedAt = null, IsEndInferred = true,
                    SuppressedBy = [],
                }
                : alert),
        ],
        MoreFiring = 0,
        EndedAt = now,
        Closed = new AlertClosing(byUserId, now),
        UpdatedAt = now,
    };

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
            MoreFiring = group.MoreFiring + ordered.Skip(AlertsKept).Count(alert => alert.Status == AlertStatus.Firing),
        };
        kept = kept with { Suppressors = InUse(kept) };
        var (rank, word) = group.Source == AlertSource.CloudWatch
            ? policy.SeverityOfAlarm(kept.Name, kept.CommonLabels)
            : (group.Alerts.Count > AlertsKept ? group : kept).Telling
                .Select(alert => policy.SeverityOf(alert.Labels)).DefaultIfEmpty((policy.Unknown, null))
                .MinBy(severity => severity.Item1);
        var firing = kept.Firing > 0 || (kept is { Unread: not null, Closed: null } && kept.Alerts.Count == 0);
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

    private static AlertReplyData DataOf(AlertGroup suppressed) => suppressed.Suppressors is [var first, ..]
        ? new AlertReplyData { Text = $"{first.Who}{(first.Reason.Length > 0 ? $": {first.Reason}" : "")}", Until = first.Until }
        : new AlertReplyData();

    private static IReadOnlyList<Suppressor> InUse(AlertGroup group)
    {
        if (group.Suppressors.Count == 0) return group.Suppressors;
        var used = group.Alerts.Where(alert => alert.Status == AlertStatus.Firing).SelectMany(alert => alert.SuppressedBy)
            .ToHashSet(StringComparer.Ordinal);
        return group.Suppressors.All(suppressor => used.Contains(suppressor.Key))
            ? group.Suppressors
            : [.. group.Suppressors.Where(suppressor => used.Contains(suppressor.Key))];
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
            Truncated = incoming.MoreFiring + incoming.MoreResolved,
            MoreFiring = incoming.MoreFiring,
            Server = incoming.Server,
            IsServerAssumed = incoming.IsServerAssumed,
            Receiver = incoming.Receiver ?? before?.Receiver,
            Suppressors = incoming.Suppressors,
            PostedAt = now,
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
            SuppressedBy = incoming.SuppressedBy,
            HeldAt = known?.HeldAt ?? (incoming.IsHeld ? now : null),
        };
        if (known is null) return next;
        // CloudWatch says the moment of the change.
        if (incoming.At is not null)
        {
            next = next with { Labels = Union(incoming.Labels, known.Labels) };
            // At the end of a mute its actions are made up for: the same change, told now.
            var isAudible = at == known.ChangedAt && known.Status == AlertStatus.Firing && incoming.Status == AlertStatus.Firing
                && known.SuppressedBy.Count > 0 && incoming.SuppressedBy.Count == 0;
            return at > known.ChangedAt || isAudible ? next : null;
        }

        if (incoming.StartsAt is { } start)
        {
            if (start < known.StartsAt) return null;
            if (start == known.StartsAt && known.Status != AlertStatus.Firing)
                // Its end was our conclusion, and it is told again: it was a false one.
                return known.IsEndInferred && incoming.Status == AlertStatus.Firing ? next : null;
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

    private static Dictionary<string, string> Union(
        IReadOnlyDictionary<string, string> told, IReadOnlyDictionary<string, string> known)
    {
        var union = new Dictionary<string, string>(told, StringComparer.Ordinal);
        foreach (var (key, value) in known) union.TryAdd(key, value);
        return union;
    }

    private static bool SaysTheSame(Alert alert, Alert other) =>
        alert.MissedAt is null && alert.GeneratorUrl == other.GeneratorUrl && alert.SuppressedBy.SequenceEqual(other.SuppressedBy)
        && alert.HeldAt == other.HeldAt && alert.Annotations.Count == other.Annotations.Count
        && alert.Annotations.All(pair => other.Annotations.TryGetValue(pair.Key, out var value) && value == pair.Value);

    /// <summary>EventBridge does not say the comparison, SNS does: what is known already stays.</summary>
    private static AlarmFacts? Newer(AlarmFacts? known, AlarmFacts? incoming) => incoming is null || known is null
        ? incoming ?? known
        : incoming with
        {
            Metric = incoming.Metric ?? known.Metric,
            Condition = known.Condition ?? incoming.Condition,
            Inputs = incoming.Inputs.Count > 0 ? incoming.Inputs : known.Inputs,
        };

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
    private static List<(string Reply, AlertReplyData Data)> Lines(
        AlertGroup before, AlertGroup after, List<Alert> changed, bool refires)
    {
        var lines = new List<(string, AlertReplyData)>();
        if (before.IsFiring && after.IsFiring && before.IsSuppressed != after.IsSuppressed
            && !(after.IsSuppressed ? after : before).IsSuppressedByOwn)
            lines.Add(after.IsSuppressed ? (AlertReplies.Suppressed, DataOf(after)) : (AlertReplies.Audible, new AlertReplyData()));
        // Silence means silence.
        if (after.Silence is { Holds: true } || after.IsSuppressed) return lines;
        var returned = !before.IsFiring && after.IsFiring;
        if (after.IsFlapping)
        {
            if (!before.IsFlapping && returned)
                lines.Add(
                    (AlertReplies.Flapping, new AlertReplyData { Count = after.Fired.Count(at => at > after.UpdatedAt - FlappingWithin) }));
            return lines;
        }

        if (returned || refires) lines.Add((AlertReplies.Returned, new AlertReplyData { Count = after.Firing }));
        else if (before.IsFiring && !after.IsFiring)
            lines.Add((
                after.State == AlertState.NoData ? AlertReplies.NoData : AlertReplies.Resolved,
                new AlertReplyData { Text = after.Alarm?.Reason ?? "" }));
        else if (after.Firing != before.Firing
            || (before.Truncated == 0
                && changed.Exists(alert => alert.Status == AlertStatus.Firing && before.Alerts.All(known => known.Key != alert.Key))))
            lines.Add((AlertReplies.Counts, new AlertReplyData { Count = after.Firing, Before = before.Firing }));
        return lines;
    }
}

/// <summary>A group after what was said.</summary>
/// <param name="Group">The group.</param>
/// <param name="Lines">What is told in the thread.</param>
/// <param name="IsNew">Whether it is a new group: there was none, or it was over long ago.</param>
internal sealed record MergeResult(AlertGroup Group, IReadOnlyList<(string Reply, AlertReplyData Data)> Lines, bool IsNew);
