using System.Security.Cryptography;
using System.Text.Json;
using ChatOps.Platform.Access;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Alerts;

/// <summary>Somebody who acts.</summary>
/// <param name="UserId">Their Slack id.</param>
/// <param name="Name">Their handle, for Alertmanager, to which an id says nothing.</param>
internal sealed record AlertActor(string UserId, string Name);

/// <summary>
/// What people decide about alerts. Each act is checked, claimed by compare-and-set, audited and said in the thread in one transaction;
/// Alertmanager is told afterwards by <see cref="SilenceWorker"/>. A second click finds it done.
/// </summary>
internal sealed class AlertActions(
    IDatabase database, IAccess access, IAudit audit, SubjectActions actions, AlertService changes, IAlertmanagers servers,
    WorkSignal<SilenceRow> signal, TimeProvider time)
{
    /// <summary>The longest silence: longer ones are forgotten.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromDays(30);

    /// <summary>Somebody looks after it.</summary>
    public Task AcknowledgeAsync(AlertActor by, string id, CancellationToken cancellationToken) => ActAsync(
        new UserAction(by.UserId, AlertAcknowledgeButton.ActionId, AlertGroup.SubjectOf(id), Role.Operator),
        group => group.State == AlertState.Firing
            ? group with
            {
                Acknowledged = new AlertAcknowledgement(by.UserId, time.GetUtcNow()) { Severity = group.Severity, Firing = group.Firing },
            }
            : null,
        group => group.Acknowledged?.ByUserId == by.UserId,
        (AlertReplies.Acknowledged, new AlertReplyData { ByUserId = by.UserId }), null, cancellationToken);

    /// <summary>It is over, whatever its source says. Fired anew, or told again, it is posted again.</summary>
    public Task CloseAsync(AlertActor by, string id, CancellationToken cancellationToken) => ActAsync(
        new UserAction(by.UserId, AlertCloseButton.ActionId, AlertGroup.SubjectOf(id), Role.Operator),
        group => group.IsFiring ? changes.Normalize(AlertMerge.Closed(group, by.UserId, time.GetUtcNow())) : null,
        group => group.Closed?.ByUserId == by.UserId,
        (AlertReplies.Closed, new AlertReplyData { ByUserId = by.UserId }), null, cancellationToken);

    /// <summary>It is kept quiet for a time: by Alertmanager where it comes from one, by ourselves where it does not.</summary>
    /// <param name="by">Who asks for it.</param>
    /// <param name="id">The group.</param>
    /// <param name="until">When it ends.</param>
    /// <param name="reason">Why; may be empty.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="matchers">What is silenced; null for the alerts of the group's message and no others.</param>
    public async Task SilenceAsync(
        AlertActor by, string id, DateTimeOffset until, string reason, CancellationToken cancellationToken,
        IReadOnlyList<Matcher>? matchers = null)
    {
        var now = time.GetUtcNow();
        var silence = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
        await ActAsync(
            new UserAction(by.UserId, SilenceMenu.ActionId, AlertGroup.SubjectOf(id), Role.Operator),
            group => group.IsFiring && group.Silence is null or { Progress: SilenceProgress.Failed }
                ? group with
                {
                    Silence = new AlertSilence(
                        silence, by.UserId, reason, until,
                        IsLocal(group) ? SilenceProgress.Active : SilenceProgress.Requested)
                    { Local = IsLocal(group) },
                }
                : null,
            group => group.Silence?.ByUserId == by.UserId,
            null,
            async (uow, _, group) =>
            {
                var local = group.Silence!.Local;
                var chosen = matchers ?? group.Matchers;
                if (!local && !SilenceMatchers.NameAlert(chosen)) throw new UserFacingException("alert.silence.no-labels");
                await SilenceStore.AddAsync(
                    uow,
                    new SilenceRow
                    {
                        Id = silence,
                        GroupId = id,
                        IsLocal = local,
                        Server = local ? null : group.Server,
                        Matchers = chosen,
                        StartsAt = now,
                        EndsAt = until,
                        ByUserId = by.UserId,
                        ByName = by.Name,
                        Reason = reason,
                        State = local ? "active" : "requested",
                    },
                    local ? until : now, cancellationToken);
                return local ? (AlertReplies.Muted, new AlertReplyData { ByUserId = by.UserId, Text = reason, Until = until }) : null;
            },
            cancellationToken);
        signal.Wake();
    }

    /// <summary>The alerts that matchers match are kept quiet for a time, at Alertmanager; the id of the silence.</summary>
    public async Task<string> SilenceAsync(
        AlertActor by, IReadOnlyList<Matcher> matchers, DateTimeOffset until, string reason, CancellationToken cancellationToken,
        string? server = null)
    {
        var silence = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
        var act = new UserAction(by.UserId, SilenceMenu.ActionId, new SubjectId("silence", silence), Role.Operator);
        await access.DemandAsync(act, cancellationToken);
        if (server is null && servers.All.Count == 0) throw new UserFacingException("alert.silence.no-alertmanager");
        var now = time.GetUtcNow();
        await database.WriteAsync(
            async uow =>
            {
                await SilenceStore.AddAsync(
                    uow,
                    new SilenceRow
                    {
                        Id = silence,
                        Server = server ?? servers.All[0].Name,
                        Matchers = matchers,
                        StartsAt = now,
                        EndsAt = until,
                        ByUserId = by.UserId,
                        ByName = by.Name,
                        Reason = reason,
                    },
                    now, cancellationToken);
                await audit.AppendAsync(
                    uow, act, "done", Details(new { matchers = matchers.Select(matcher => matcher.ToString()), until, reason }),
                    cancellationToken);
            },
            cancellationToken);
        signal.Wake();
        return silence;
    }

    /// <summary>It may be heard again.</summary>
    public async Task UnsilenceAsync(AlertActor by, string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await ActAsync(
            new UserAction(by.UserId, UnsilenceButton.ActionId, AlertGroup.SubjectOf(id), Role.Operator),
            group => group.Silence switch
            {
                { Local: true } => group with { Silence = null },
                { Progress: SilenceProgress.Requested or SilenceProgress.Active } silence =>
                    group with { Silence = silence with { Progress = SilenceProgress.Ending } },
                { Progress: SilenceProgress.Failed } => group with { Silence = null },
                _ => null,
            },
            group => group.Silence is null or { Progress: SilenceProgress.Ending },
            null,
            async (uow, before, group) =>
            {
                // Alertmanager is told, and then it is over; a mute of our own is over at once.
                if (group.Silence is not null) await SilenceStore.EndAsync(uow, group.Silence.Id, now, cancellationToken);
                else await SilenceStore.MoveAsync(uow, before.Silence!.Id, "active", "ended", null, cancellationToken);
                return group.Silence is null ? (AlertReplies.Unsilenced, new AlertReplyData { ByUserId = by.UserId }) : null;
            },
            cancellationToken);
        signal.Wake();
    }

    /// <summary>Ends a silence of the list, ours or one that somebody made at Alertmanager.</summary>
    public async Task ExpireAsync(AlertActor by, string id, CancellationToken cancellationToken)
    {
        SilenceRow? row;
        await using (var connection = await database.OpenAsync(cancellationToken))
            row = await SilenceStore.FindAsync(connection, id, cancellationToken);
        // One of ours that is over, or was given up, is Alertmanager's alone: it may hold there still, and its group may have another by
        // now.
        var server = row?.Server;
        if (row is { IsLive: false })
        {
            id = row.AlertmanagerId ?? id;
            row = null;
        }

        if (row?.GroupId is { } group)
        {
            await UnsilenceAsync(by, group, cancellationToken);
            return;
        }

        var act = new UserAction(by.UserId, ExpireSilenceButton.ActionId, new SubjectId("silence", id), Role.Operator);
        await access.DemandAsync(act, cancellationToken);
        var known = row;
        if (known is null) await ExpireAtAsync(id, server, cancellationToken);
        await database.WriteAsync(
            async uow =>
            {
                if (known is not null) await SilenceStore.EndAsync(uow, known.Id, time.GetUtcNow(), cancellationToken);
                await audit.AppendAsync(uow, act, "done", "{}", cancellationToken);
            },
            cancellationToken);
        signal.Wake();
    }

    /// <summary>A silence holds longer than it was to; at Alertmanager too.</summary>
    public async Task ExtendAsync(AlertActor by, string id, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await ActAsync(
            new UserAction(by.UserId, SilenceMenu.ActionId, AlertGroup.SubjectOf(id), Role.Operator),
            group => group.Silence is { Progress: SilenceProgress.Active } held && held.Until != until
                ? group with { Silence = held with { Until = until } }
                : null,
            group => group.Silence?.Until == until,
            (AlertReplies.Extended, new AlertReplyData { ByUserId = by.UserId, Until = until }),
            async (uow, _, group) =>
            {
                await SilenceStore.ExtendAsync(uow, group.Silence!.Id, until, now, cancellationToken);
                return null;
            },
            cancellationToken);
        signal.Wake();
    }

    /// <summary>Whether a group can only be kept quiet here: no server of ours has it.</summary>
    internal bool IsLocal(AlertGroup group) => group.Source == AlertSource.CloudWatch || servers.Named(group.Server) is null;

    /// <summary>Ends a silence that somebody else made, at the server that has it.</summary>
    private async Task ExpireAtAsync(string id, string? name, CancellationToken cancellationToken)
    {
        if (servers.Named(name) is { } known)
        {
            await known.ExpireSilenceAsync(id, cancellationToken);
            return;
        }

        foreach (var server in servers.All)
        {
            if (servers.All.Count > 1 && await server.SilenceAsync(id, cancellationToken) is null) continue;
            await server.ExpireSilenceAsync(id, cancellationToken);
            return;
        }
    }

    private Task ActAsync(
        UserAction action, Func<AlertGroup, AlertGroup?> decide, Func<AlertGroup, bool> isDone, (string, AlertReplyData)? line,
        Func<UnitOfWork, AlertGroup, AlertGroup, Task<(string Reply, AlertReplyData Data)?>>? also,
        CancellationToken cancellationToken) => actions.RunAsync(
        changes,
        new SubjectAction<AlertGroup>(action)
        {
            Decide = decide,
            IsDone = isDone,
            Reply = _ => line is { } given ? AlertService.ReplyOf(given) : null,
            Details = change => Details(
                new { before = change.Before.State.ToString(), after = change.After.State.ToString(), silence = change.After.Silence }),
            Also = also is null ? null : async (uow, change) =>
            {
                if (await also(uow, change.Before, change.After) is { } reply)
                    await changes.SayAsync(uow, change.After, reply, cancellationToken);
            },
        },
        cancellationToken);

    private static string Details<T>(T details) => JsonSerializer.Serialize(details, AuditJson);

    private static readonly JsonSerializerOptions AuditJson = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}
