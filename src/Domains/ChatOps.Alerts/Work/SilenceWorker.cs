using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Alerts;

/// <summary>
/// The life of a silence: requested → active → ended, or failed. Tells Alertmanager, reads back what it made of it, and ends what is over.
/// Each look takes a lease on the row and says when to look again.
/// </summary>
internal sealed partial class SilenceWorker(
    IDatabase database, IAlertmanagers servers, AlertService recorder, IOptions<AlertsOptions> options, TimeProvider time,
    ILogger<SilenceWorker> logger)
    : IWorkProcessor<SilenceRow>
{
    public async Task ProcessAsync(WorkBatch<SilenceRow> batch, CancellationToken cancellationToken)
    {
        var row = batch.Items[0];
        try
        {
            if (row is { IsLocal: false } && ServerOf(row) is null)
                throw new AlertmanagerException("Its Alertmanager is not configured any more.", mayPass: false);
            await (row switch
            {
                { State: "requested" } => CreateAsync(batch, row, cancellationToken),
                { State: "ending" } => ExpireAsync(batch, row, cancellationToken),
                _ when row.EndsAt <= time.GetUtcNow() => EndAsync(batch, row, AlertReplies.SilenceEnded, cancellationToken),
                { IsLocal: true } => MoveAsync(batch, row, "active", row.EndsAt, cancellationToken),
                _ => ReadBackAsync(batch, row, cancellationToken),
            });
        }
        catch (AlertmanagerException fault) when (row.State != "active" && !fault.MayPass)
        {
            await database.WriteAsync(
                async uow =>
                {
                    await batch.CloseAsync(uow, row);
                    await FailAsync(uow, row, fault.Message, cancellationToken);
                },
                cancellationToken);
        }
        catch (AlertmanagerException fault)
        {
            batch.Retry(row, fault);
        }
    }

    public Task GiveUpAsync(UnitOfWork uow, SilenceRow item, Exception fault, CancellationToken cancellationToken) =>
        // What holds is not given up: it is read back until it is over.
        item.State == "active"
            ? SilenceStore.MoveAsync(
                uow, item.Id, "active", "active", time.GetUtcNow() + SilenceStore.Work.Retry.Longest, cancellationToken,
                error: fault.Message)
            : FailAsync(uow, item, fault.Message, cancellationToken);

    private async Task CreateAsync(WorkBatch<SilenceRow> batch, SilenceRow row, CancellationToken cancellationToken)
    {
        var alertmanager = ServerOf(row)!;
        // After a crash between Alertmanager's yes and our note of it, or an answer that never came, it is there already.
        var id = row is { Attempts: > 1, AlertmanagerId: null }
            ? (await alertmanager.SilencesAsync(cancellationToken)).FirstOrDefault(
                silence => silence.State != SilenceState.Expired && silence.Comment.EndsWith(Mark(row), StringComparison.Ordinal))?.Id
            : null;
        id ??= await alertmanager.CreateSilenceAsync(
            new NewSilence(
                row.Matchers, row.StartsAt, row.EndsAt, row.ByName,
                $"{(row.Reason.Length > 0 ? row.Reason : "Silenced in Slack")} {Mark(row)}")
            { Id = row.AlertmanagerId },
            cancellationToken);
        var made = await alertmanager.SilenceAsync(id, cancellationToken);
        if (made is null or { State: SilenceState.Expired })
            throw new AlertmanagerException("Alertmanager took the silence and does not have it.", mayPass: true);
        await database.WriteAsync(
            async uow =>
            {
                await batch.CloseAsync(uow, row);
                if (!await SilenceStore.MoveAsync(
                    uow, row.Id, "requested", "active", time.GetUtcNow() + options.Value.ReadBackEvery, cancellationToken, id))
                {
                    // Somebody has unsilenced it meanwhile: end what was just made.
                    await SilenceStore.MoveAsync(uow, row.Id, "ending", "ending", time.GetUtcNow(), cancellationToken, id);
                    return;
                }

                await MarkAsync(
                    uow, row, silence => silence with { Progress = SilenceProgress.Active, Until = made.EndsAt },
                    // An extension was told when it was asked for.
                    row.AlertmanagerId is not null ? null
                        : (AlertReplies.Silenced, new AlertReplyData { ByUserId = row.ByUserId, Text = row.Reason, Until = made.EndsAt }),
                    cancellationToken);
            },
            cancellationToken);
    }

    private async Task ExpireAsync(WorkBatch<SilenceRow> batch, SilenceRow row, CancellationToken cancellationToken)
    {
        var alertmanager = ServerOf(row)!;
        var id = row.AlertmanagerId
            ?? (await alertmanager.SilencesAsync(cancellationToken)).FirstOrDefault(
                silence => silence.State != SilenceState.Expired && silence.Comment.EndsWith(Mark(row), StringComparison.Ordinal))?.Id;
        if (id is not null) await alertmanager.ExpireSilenceAsync(id, cancellationToken);
        await EndAsync(batch, row, AlertReplies.Unsilenced, cancellationToken);
    }

    /// <summary>What holds may have been ended by somebody else, or extended.</summary>
    private async Task ReadBackAsync(WorkBatch<SilenceRow> batch, SilenceRow row, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await ServerOf(row)!.SilenceAsync(row.AlertmanagerId!, cancellationToken) is not { } silence
            || silence.State == SilenceState.Expired)
        {
            await EndAsync(batch, row, AlertReplies.SilenceGone, cancellationToken);
            return;
        }

        await database.WriteAsync(
            async uow =>
            {
                await batch.CloseAsync(uow, row);
                if (row.GroupId is { } group)
                    await recorder.ChangeAsync(
                        uow, group,
                        known => known.Silence is { } held && held.Id == row.Id && held.Until != silence.EndsAt
                            ? known with { Silence = held with { Until = silence.EndsAt }, UpdatedAt = now }
                            : null,
                        null, cancellationToken);
                await SilenceStore.MoveAsync(uow, row.Id, "active", "active", now + options.Value.ReadBackEvery, cancellationToken);
            },
            cancellationToken);
    }

    private Task EndAsync(WorkBatch<SilenceRow> batch, SilenceRow row, string reply, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async uow =>
            {
                await batch.CloseAsync(uow, row);
                if (!await SilenceStore.MoveAsync(uow, row.Id, row.State, "ended", null, cancellationToken)) return;
                await MarkAsync(uow, row, _ => null, (reply, new AlertReplyData { ByUserId = row.ByUserId }), cancellationToken);
            },
            cancellationToken);

    private async Task FailAsync(UnitOfWork uow, SilenceRow row, string fault, CancellationToken cancellationToken)
    {
        LogFailed(row.Id, row.State, fault);
        if (!await SilenceStore.MoveAsync(uow, row.Id, row.State, "failed", null, cancellationToken, error: fault)) return;
        await MarkAsync(
            uow, row, silence => silence with { Progress = SilenceProgress.Failed, Fault = fault },
            (AlertReplies.SilenceFailed, new AlertReplyData { Text = fault }), cancellationToken);
    }

    private Task MoveAsync(
        WorkBatch<SilenceRow> batch, SilenceRow row, string to, DateTimeOffset due,
        CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await batch.CloseAsync(uow, row);
            await SilenceStore.MoveAsync(uow, row.Id, row.State, to, due, cancellationToken);
        },
        cancellationToken);

    /// <summary>Brings the group of a silence up to date, if it still has that silence.</summary>
    private async Task MarkAsync(
        UnitOfWork uow, SilenceRow row, Func<AlertSilence, AlertSilence?> mark, (string, AlertReplyData)? line,
        CancellationToken cancellationToken)
    {
        if (row.GroupId is not { } group) return;
        var change = await recorder.ChangeAsync(
            uow, group, known => known.Silence is { } silence && silence.Id == row.Id ? Marked(known, mark(silence)) : null, null,
            cancellationToken);
        // What is over needs no line about its silence.
        if (line is { } said && change is { After.IsFiring: true } made) await recorder.SayAsync(uow, made.After, said, cancellationToken);
    }

    /// <summary>What its end makes audible is not to wait until Alertmanager is asked again.</summary>
    private static AlertGroup Marked(AlertGroup group, AlertSilence? silence)
    {
        if (silence is not null) return group with { Silence = silence };
        var own = group.Suppressors.Where(suppressor => suppressor.OwnId == group.Silence?.Id)
            .Select(suppressor => suppressor.Key).ToList();
        return group with
        {
            Silence = null,
            Suppressors = [.. group.Suppressors.Where(suppressor => !own.Contains(suppressor.Key))],
            Alerts = own.Count == 0
                ? group.Alerts
                : [.. group.Alerts.Select(alert => alert with { SuppressedBy = [.. alert.SuppressedBy.Except(own)] })],
        };
    }

    /// <summary>Rows of earlier versions name none: there was one.</summary>
    private IAlertmanager? ServerOf(SilenceRow row) =>
        row.Server is null ? servers.Named("") ?? (servers.All is [var only] ? only : null) : servers.Named(row.Server);

    private static string Mark(SilenceRow row) => $"(ChatOps {row.Id})";

    [LoggerMessage(Level = LogLevel.Error, Message = "Silence {Id} ({State}) is given up: {Reason}")]
    private partial void LogFailed(string id, string state, string reason);
}
