using System.Text.Json.Nodes;
using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation;

/// <summary>
/// Tells everybody what became of an attempt, in the transaction that changes it: the finding, its thread, the approval's message, the
/// audit.
/// </summary>
internal sealed class RemediationChanges(IFindings findings, IOutbox outbox, IAudit audit, TimeProvider time)
{
    /// <summary>The delivery subject of an attempt.</summary>
    public static SubjectId SubjectOf(string id) => new(ApprovalMessage.SubjectKind, id);

    /// <summary>So many ends between two lines of progress in a group's thread.</summary>
    private const int EndsALine = 10;

    /// <summary>The finding's first line shows it; what was begun with others counts there when it ends.</summary>
    public async Task MarkAsync(
        UnitOfWork uow, RemediationRun attempt, RemediationState state, string? detail, CancellationToken cancellationToken)
    {
        var mark = new RemediationMark(state, attempt.Id, attempt.RequestedBy, time.GetUtcNow(), detail)
        {
            RightSince = attempt.RightAt,
            UndoUntil = attempt.UndoUntil,
            IsPeriodic = attempt.Plan.IsPeriodic,
            IsUndo = attempt.Undoes is not null,
        };
        // An undoing that came to nothing leaves the remediation as it stood; the thread tells why.
        if (attempt.Undoes is { } undone && IsEnd(state) && state != RemediationState.Undone
            && await RemediationStore.FindAsync(uow, undone, cancellationToken) is { } done)
            mark = MarkOf(done);
        await findings.RecordRemediationAsync(uow, attempt.FindingId, mark, cancellationToken);
        if (IsEnd(state)) await EndOfBatchAsync(uow, attempt, (state, detail), cancellationToken);
    }

    private static bool IsEnd(RemediationState state) => state is not (
        RemediationState.AwaitingApproval or RemediationState.Running or RemediationState.Waiting or RemediationState.Verifying);

    /// <summary>How a remediation that has succeeded stands.</summary>
    private static RemediationMark MarkOf(RemediationRun done) => new(
        done.State switch
        {
            RemediationRunState.Resolved => RemediationState.Resolved,
            RemediationRunState.Corrected => RemediationState.Corrected,
            _ => RemediationState.Unverified,
        },
        done.Id, done.RequestedBy, done.EndedAt ?? done.RequestedAt, done.Failure)
    {
        RightSince = done.RightAt,
        UndoUntil = done.UndoUntil,
        IsPeriodic = done.Plan.IsPeriodic,
    };

    /// <summary>
    /// One of a batch came to an end, or did not begin (null): the group's thread hears of failures, of progress, and of the end of all.
    /// </summary>
    public async Task EndOfBatchAsync(
        UnitOfWork uow, RemediationRun attempt, (RemediationState State, string? Detail)? end, CancellationToken cancellationToken)
    {
        var resolved = end?.State is RemediationState.Resolved or RemediationState.Corrected;
        if (attempt.Batch is not { } id || await RemediationBatchStore.EndedAsync(uow, id, resolved, cancellationToken) is not { } batch)
            return;
        if (end is { } ended && !resolved)
        {
            var incoming = new BatchReplyData
            {
                Name = attempt.Plan.ResourceName,
                State = ended.State.ToString().ToLowerInvariant(),
                Message = ended.Detail,
            };
            await TellGroupAsync(uow, batch.Subject, BatchReply.Failed, incoming, cancellationToken);
        }

        if (batch.Ended == batch.Total)
            await TellGroupAsync(
                uow, batch.Subject, BatchReply.Done, new BatchReplyData { All = batch.Total, Resolved = batch.Resolved },
                cancellationToken);
        else if (batch.Ended % EndsALine == 0)
            await TellGroupAsync(
                uow, batch.Subject, BatchReply.Progress, new BatchReplyData { Count = batch.Ended, All = batch.Total }, cancellationToken);
    }

    /// <summary>The request is void: nothing runs, and whoever looks sees why. False when it is not in that state any more.</summary>
    public async Task<bool> VoidAsync(UnitOfWork uow, RemediationRun run, VoidCause cause, CancellationToken cancellationToken)
    {
        if (!await RemediationStore.EndAsync(
            uow, run.Id, run.State, RemediationRunState.Void, null, cause.ToString(), time.GetUtcNow(), cancellationToken))
            return false;
        await MarkAsync(uow, run, RemediationState.Void, null, cancellationToken);
        await TellAsync(
            uow, RemediationReply.Void,
            new RemediationReplyData { FindingId = run.FindingId, To = run.RequestedBy, Cause = cause.ToString() },
            cancellationToken);
        await MarkChangedAsync(uow, run, open: false, cancellationToken);
        await AuditAsync(uow, run, "chatops", "remediation.void", Role.Viewer, "done", cancellationToken, ("why", cause.ToString()));
        return true;
    }

    /// <summary>A line in the thread of a group.</summary>
    public Task TellGroupAsync(UnitOfWork uow, SubjectId group, string reply, BatchReplyData data, CancellationToken cancellationToken) =>
        outbox.ReplyAsync(uow, group, reply, data.ToJson(), cancellationToken);

    /// <summary>A line in the finding's thread.</summary>
    public Task TellAsync(UnitOfWork uow, string reply, RemediationReplyData data, CancellationToken cancellationToken) =>
        findings.ReplyAsync(uow, data.FindingId, reply, data.ToJson(), cancellationToken);

    /// <summary>The approval's message is brought up to date, where there is one; of a batch, that of all.</summary>
    public Task MarkChangedAsync(UnitOfWork uow, RemediationRun attempt, bool open, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(
            uow,
            [
                new ChangedSubject(SubjectOf(attempt.Batch ?? attempt.Id), attempt.Plan.Severity, open),
                new ChangedSubject(new SubjectId(ReminderMessage.SubjectKind, attempt.Batch ?? attempt.Id), attempt.Plan.Severity, open),
            ],
            cancellationToken);

    /// <summary>The message that asks for the approval of a batch is brought up to date.</summary>
    public Task MarkBatchChangedAsync(UnitOfWork uow, string id, bool open, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(uow, [new ChangedSubject(SubjectOf(id), Severity.High, open)], cancellationToken);

    /// <summary>The approvers are asked once for all of a batch, in every channel that the routes name for one of them.</summary>
    public Task AskAsync(
        UnitOfWork uow, string batch, Severity worst, IReadOnlyList<Destination> channels, CancellationToken cancellationToken) =>
        outbox.RequestAsync(uow, [.. channels.Select(to => new MessageRequest(
            SubjectOf(batch), to.Channel, to.Language, worst, Open: true, Group: null))], cancellationToken);

    /// <summary>The approvers are asked, in every channel that the routes name.</summary>
    public Task AskAsync(
        UnitOfWork uow, RemediationRun attempt, IReadOnlyList<Destination> channels, CancellationToken cancellationToken) =>
        outbox.RequestAsync(uow, [.. channels.Select(to => new MessageRequest(
            SubjectOf(attempt.Id), to.Channel, to.Language, attempt.Plan.Severity, Open: true, Group: null))], cancellationToken);

    /// <summary>An entry in the audit. The last thing in a transaction: appends stand in line.</summary>
    public Task AuditAsync(
        UnitOfWork uow, RemediationRun attempt, string userId, string verb, Role role, string outcome, CancellationToken cancellationToken,
        params (string Name, string? Value)[] details)
    {
        var plan = attempt.Plan;
        var written = new JsonObject
        {
            ["remediation"] = attempt.Id,
            ["control"] = plan.Control,
            ["document"] = plan.Document,
            ["account"] = plan.Account,
            ["region"] = plan.Region,
            ["resource"] = plan.ResourceArn,
        };
        foreach (var (name, value) in details) written[name] = value;
        if (outcome == "requested" && plan.Before is { } before) written["before"] = JsonNode.Parse(before.GetRawText());
        return audit.AppendAsync(
            uow, new UserAction(userId, verb, Finding.SubjectOf(attempt.FindingId), role), outcome, written.ToJsonString(),
            cancellationToken);
    }
}
