using ChatOps.Platform.Policy;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Alerts;

/// <summary>
/// Asks every configured Alertmanager what it has, once in <see cref="AlertsOptions.ReadBackEvery"/>, and brings the groups that it told
/// us of up to date. Replicas share the servers.
/// </summary>
internal sealed partial class AlertReadBackWorker(
    IDatabase database, IAlertmanagers servers, AlertService recorder, IPolicy<AlertPolicy> policy, IOptions<AlertsOptions> options,
    TimeProvider time, ILogger<AlertReadBackWorker> logger) : IWorkProcessor<AlertServer>
{
    /// <summary>Groups that are changed in one transaction: others wait for it.</summary>
    private const int GroupsAtOnce = 50;

    public async Task ProcessAsync(WorkBatch<AlertServer> batch, CancellationToken cancellationToken)
    {
        var row = batch.Items[0];
        if (servers.Named(row.Name) is not { } server) return;
        try
        {
            await ReadBackAsync(batch, row, server, cancellationToken);
        }
        catch (AlertmanagerException fault)
        {
            batch.Retry(row, fault, options.Value.ReadBackEvery);
        }
    }

    public Task GiveUpAsync(UnitOfWork uow, AlertServer item, Exception fault, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Has a row for each server, and ends what nobody tells of any longer and no server can be asked about.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var (names, now) = (servers.All.Select(server => server.Name).ToList(), time.GetUtcNow());
        await database.WriteAsync(uow => AlertServerStore.ConfigureAsync(uow, names, now, cancellationToken), cancellationToken);
        IReadOnlyList<(AlertGroup Group, DateTimeOffset HeardAt)> silent;
        await using (var connection = await database.OpenAsync(cancellationToken))
            silent = await AlertStore.SilentAsync(connection, now - policy.Value.NotToldAfter, cancellationToken);
        await CloseAsync(
            silent.Where(entry => entry.Group.Unread is null && servers.Named(entry.Group.Server) is null).Select(entry => entry.Group.Id),
            now, cancellationToken);
    }

    private async Task ReadBackAsync(
        WorkBatch<AlertServer> batch, AlertServer row, IAlertmanager server, CancellationToken cancellationToken)
    {
        // Its state after its list: a restart between the two makes us wait, never conclude.
        var active = await server.AlertsAsync(cancellationToken);
        var state = await StateAsync(server, cancellationToken);
        var silences = active.Any(alert => alert.SilencedBy.Count > 0) ? await server.SilencesAsync(cancellationToken) : [];
        var now = time.GetUtcNow();

        List<(AlertGroup Group, DateTimeOffset HeardAt)> firing, over = [];
        AlertmanagerView view;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            firing = [.. await AlertStore.FiringOfAsync(connection, row.Name, cancellationToken)];
            row = row with { Peer = state?.Peer ?? row.Peer, Since = SinceOf(row, state, now) };
            view = new AlertmanagerView(row, active, silences, state?.StartedAt is not null, options.Value.ReadBackEvery, now);
            if (row.ExternalUrl is null && firing.Find(entry => view.Holds(entry.Group)).Group is { } held)
            {
                row = row with { ExternalUrl = held.ExternalUrl };
                view = new AlertmanagerView(row, active, silences, state?.StartedAt is not null, options.Value.ReadBackEvery, now);
            }

            // What is over here and fires there: the end was a false one, or it fires again and Alertmanager thinks that it was told.
            if (view.HasOthersThan([.. firing.Select(entry => entry.Group)]))
                over = [.. await AlertStore.OverOfAsync(connection, row.Name, now - policy.Value.NotToldAfter, cancellationToken)];
        }

        await database.WriteAsync(
            async uow =>
            {
                await batch.CloseAsync(uow, row);
                await AlertServerStore.AnsweredAsync(uow, row, now, now + options.Value.ReadBackEvery, cancellationToken);
            },
            cancellationToken);
        var news = firing.Concat(over).Select(entry => view.NewsOf(entry.Group)).OfType<IncomingAlertGroup>().ToList();
        foreach (var chunk in news.Chunk(GroupsAtOnce))
            await database.WriteAsync(uow => recorder.ApplyReadAsync(uow, chunk, cancellationToken), cancellationToken);
        var changed = firing.Where(entry => view.Compared(entry.Group) is not null).Select(entry => entry.Group.Id).ToList();
        foreach (var chunk in changed.Chunk(GroupsAtOnce))
        {
            await database.WriteAsync(
                async uow =>
                {
                    foreach (var id in chunk) await CompareAsync(uow, id, view, cancellationToken);
                },
                cancellationToken);
        }

        await CloseAsync(
            firing.Where(entry => entry.Group.Unread is null && entry.HeardAt < now - policy.Value.NotToldAfter && !view.Holds(entry.Group))
                .Select(entry => entry.Group.Id),
            now, cancellationToken);
    }

    private async Task CompareAsync(UnitOfWork uow, string id, AlertmanagerView view, CancellationToken cancellationToken)
    {
        var change = await recorder.ChangeAsync(
            uow, id, known => view.Compared(known) is { } compared ? recorder.Normalize(compared) : null, null, cancellationToken);
        if (change is not { } made) return;
        if (made.Before.IsFiring && !made.After.IsFiring)
            await recorder.SayAsync(uow, made.After, (AlertReplies.Over, new AlertReplyData()), cancellationToken);
        else if (made.Before.Firing != made.After.Firing && made.After.State != AlertState.Silenced)
            await recorder.SayAsync(
                uow, made.After, (AlertReplies.Counts, new AlertReplyData { Count = made.After.Firing, Before = made.Before.Firing }),
                cancellationToken);
    }

    private async Task CloseAsync(IEnumerable<string> ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var chunk in ids.Chunk(GroupsAtOnce))
        {
            await database.WriteAsync(
                async uow =>
                {
                    foreach (var id in chunk)
                    {
                        var change = await recorder.ChangeAsync(
                            uow, id, known => known.IsFiring ? recorder.Normalize(AlertMerge.Closed(known, null, now)) : null, null,
                            cancellationToken);
                        if (change is { } made)
                            await recorder.SayAsync(uow, made.After, (AlertReplies.NotTold, new AlertReplyData()), cancellationToken);
                    }
                },
                cancellationToken);
        }
    }

    /// <summary>Since when the server that answers knows what it knows: its start, or the moment from which another peer answers.</summary>
    internal static DateTimeOffset SinceOf(AlertServer row, AlertmanagerState? state, DateTimeOffset now)
    {
        if (state?.StartedAt is not { } started) return row.Since ?? now;
        var peer = row.Peer is null || row.Peer == state.Peer ? row.Since ?? started : now;
        return peer > started ? peer : started;
    }

    private async Task<AlertmanagerState?> StateAsync(IAlertmanager server, CancellationToken cancellationToken)
    {
        try
        {
            return await server.StateAsync(cancellationToken);
        }
        catch (AlertmanagerException fault)
        {
            LogNoState(server.Name, fault.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Alertmanager '{Name}' does not say since when it runs: {Reason}")]
    private partial void LogNoState(string name, string reason);
}
