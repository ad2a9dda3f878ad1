using System.Text.Json;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Findings;

/// <summary>Somebody who acts.</summary>
/// <param name="UserId">Their Slack id.</param>
/// <param name="Name">Their handle, for Security Hub's notes, where an id says nothing.</param>
internal sealed record FindingActor(string UserId, string Name)
{
    /// <summary>The bot itself.</summary>
    public static FindingActor Bot { get; } = new("chatops", FindingMerge.OurName);
}

/// <summary>
/// What people decide about findings. Each act is checked, claimed by compare-and-set, audited, said in the thread and recorded for
/// Security Hub, in one transaction; a second click finds it done.
/// </summary>
internal sealed class FindingActions(
    IDatabase database, IAccess access, SubjectActions actions, IOutbox outbox, FindingChanges changes, SuppressionApprovals approvals,
    WorkSignal<FindingWrite> signal, TimeProvider time) : ISuppressions
{
    private const int ExpiryBatchSize = 200;

    /// <summary>So many of a group in one transaction: others get their turn in between.</summary>
    private const int BatchSize = 50;

    /// <summary>So many batches between two lines of progress.</summary>
    private const int BatchesPerProgressReply = 5;

    /// <summary>Somebody looks after it.</summary>
    public Task AcknowledgeAsync(FindingActor by, string id, CancellationToken cancellationToken) =>
        ActAsync(Acknowledging(by, id), cancellationToken);

    /// <summary>
    /// Somebody looks after all that nobody has acknowledged in a group. A batch at a time, each finding audited by itself; what is left
    /// when the bot stops in between is still unacknowledged, and a second press takes it.
    /// </summary>
    public async Task AcknowledgeAllAsync(FindingActor by, MessageGroup group, CancellationToken cancellationToken)
    {
        await access.DemandAsync(new UserAction(by.UserId, AcknowledgeAllButton.ActionId, group.Subject, Role.Operator), cancellationToken);
        List<string> waiting;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            var found = await FindingStore.FindAsync(connection, null, group.Open, cancellationToken);
            waiting = [.. group.Open.Where(id => found.GetValueOrDefault(id) is { State: FindingState.New })];
        }

        if (waiting.Count == 0) throw new UserFacingException("finding.group.nothing");
        await SayAsync(FindingReplies.AllStarted, 0);
        var (done, batches) = (0, 0);
        foreach (var batch in waiting.Chunk(BatchSize))
        {
            // Always in the same order, so that two who act on the same group never wait for each other crosswise.
            done += await database.WriteAsync(
                async uow =>
                {
                    var changed = 0;
                    foreach (var id in batch.Order(StringComparer.Ordinal))
                    {
                        if ((await actions.TryAsync(uow, changes, ActionOf(Acknowledging(by, id), cancellationToken), cancellationToken))
                            .IsChanged)
                            changed++;
                    }

                    return changed;
                },
                cancellationToken);
            if (++batches % BatchesPerProgressReply == 0 && batches * BatchSize < waiting.Count)
                await SayAsync(FindingReplies.AllProgress, done);
        }

        await SayAsync(FindingReplies.AllDone, done);

        Task SayAsync(string reply, int count)
        {
            var data = JsonSerializer.Serialize(
                new FindingReplyData { ByUserId = by.UserId, Count = count, All = waiting.Count }, FindingJson.Default.FindingReplyData);
            return database.WriteAsync(uow => outbox.ReplyAsync(uow, group.Subject, reply, data, cancellationToken), cancellationToken);
        }
    }

    private FindingAction Acknowledging(FindingActor by, string id)
    {
        var now = time.GetUtcNow();
        return new FindingAction(by, FindingAcknowledgeButton.ActionId, id)
        {
            Decide = finding => finding.Open && finding.Acknowledged is null
                ? finding with
                {
                    Acknowledged = new Acknowledgement(by.UserId, now),
                    Workflow = WorkflowStatus.Notified,
                    WorkflowActedAt = now,
                }
                : null,
            IsMine = finding => finding.Acknowledged?.ByUserId == by.UserId,
            Status = WorkflowStatus.Notified,
            Note = $"Acknowledged in Slack by {by.Name}",
            Reply = FindingReplies.Acknowledged,
            Data = new FindingReplyData { ByUserId = by.UserId },
        };
    }

    /// <summary>Somebody shall look after it.</summary>
    public Task AssignAsync(FindingActor by, string id, FindingActor to, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return ActAsync(
            new FindingAction(by, AssignModal.ActionId, id)
            {
                Decide = finding => finding.Open && finding.Assigned?.ToUserId != to.UserId
                    ? finding with
                    {
                        Assigned = new Assignment(to.UserId, by.UserId, now),
                        Acknowledged = finding.Acknowledged ?? new Acknowledgement(by.UserId, now),
                        Workflow = WorkflowStatus.Notified,
                        WorkflowActedAt = now,
                    }
                    : null,
                IsMine = finding => finding.Assigned?.ToUserId == to.UserId,
                Status = WorkflowStatus.Notified,
                Note = $"Assigned to {to.Name} in Slack by {by.Name}",
                Assignee = to.Name,
                Reply = FindingReplies.Assigned,
                Data = new FindingReplyData { ByUserId = by.UserId, ToUserId = to.UserId },
            },
            cancellationToken);
    }

    /// <summary>The risk is accepted for a time.</summary>
    public Task SuppressAsync(FindingActor by, string id, string reason, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return ActAsync(
            new FindingAction(by, SuppressModal.CallbackId, id)
            {
                // Longer of something this bad takes an approver.
                Decide = finding => finding.Open && !SuppressionApprovals.Needs(finding, until, now)
                    ? finding with
                    {
                        Suppressed = new Suppression(by.UserId, reason, now, until),
                        Workflow = WorkflowStatus.Suppressed,
                        WorkflowActedAt = now,
                    }
                    : null,
                IsMine = finding => finding is { State: FindingState.Suppressed, Suppressed: { } suppression }
                    && suppression.ByUserId == by.UserId,
                Status = WorkflowStatus.Suppressed,
                Note = FormattableString.Invariant($"Suppressed in Slack by {by.Name} until {until:yyyy-MM-dd HH:mm} UTC: {reason}"),
                Reply = FindingReplies.Suppressed,
                Data = new FindingReplyData { ByUserId = by.UserId, Text = reason, Until = until },
            },
            cancellationToken);
    }

    /// <summary>It needs somebody again.</summary>
    public Task ReopenAsync(FindingActor by, string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return ActAsync(
            new FindingAction(by, ReopenButton.ActionId, id)
            {
                Decide = finding => ReopenButton.MakesSense(finding) ? Reopened(finding, now) : null,
                IsMine = finding => finding.State == FindingState.New,
                Status = WorkflowStatus.New,
                Note = $"Reopened in Slack by {by.Name}",
                Reply = FindingReplies.Reopened,
                Data = new FindingReplyData { ByUserId = by.UserId },
            },
            cancellationToken);
    }

    /// <summary>What Security Hub has not taken yet is sent now rather than in a minute.</summary>
    public Task SendAgainAsync(FindingActor by, string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return actions.RunAsync(
            changes,
            new SubjectAction<Finding>(new UserAction(by.UserId, SendAgainButton.ActionId, Finding.SubjectOf(id), Role.Operator))
            {
                Decide = finding => finding.WriteFault is { } fault
                    ? finding with { WriteFault = fault with { SentAgainAt = now } }
                    : null,
                IsDone = finding => finding.WriteFault is null,
                Reply = _ => FindingChanges.ReplyOf(FindingReplies.SentAgain, new FindingReplyData { ByUserId = by.UserId }),
                Details = change => JsonSerializer.Serialize(new { code = change.Before.WriteFault?.Code }, AuditJson),
                Also = async (uow, _) =>
                {
                    await FindingWrites.SendNowAsync(uow, id, now, cancellationToken);
                    uow.AfterCommit(signal.Wake);
                },
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> ExpireSuppressionsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> expired;
        var now = time.GetUtcNow();
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            expired = await FindingStore.ExpiredAsync(connection, now, ExpiryBatchSize, cancellationToken);
        }

        var back = 0;
        foreach (var id in expired)
        {
            if (await approvals.ExpireAsync(id, cancellationToken)) continue;
            var action = new FindingAction(FindingActor.Bot, "finding.expire", id)
            {
                Decide = finding => finding is { State: FindingState.Suppressed, Suppressed: { } suppression } && suppression.Until <= now
                    ? Reopened(finding, now)
                    : null,
                IsMine = _ => true,
                Status = WorkflowStatus.New,
                Note = "The accepted risk has expired",
                Reply = FindingReplies.SuppressionExpired,
                Data = new FindingReplyData(),
            };
            var outcome = await database.WriteAsync(
                uow => actions.TryAsync(uow, changes, ActionOf(action, cancellationToken), cancellationToken), cancellationToken);
            if (outcome.IsChanged) back++;
        }

        return back;
    }

    private static Finding Reopened(Finding finding, DateTimeOffset now) =>
        finding with { Workflow = WorkflowStatus.New, WorkflowActedAt = now, Suppressed = null, Acknowledged = null, Assigned = null };

    private Task ActAsync(FindingAction action, CancellationToken cancellationToken) =>
        actions.RunAsync(changes, ActionOf(action, cancellationToken), cancellationToken);

    private SubjectAction<Finding> ActionOf(FindingAction action, CancellationToken cancellationToken) => new(action.Action)
    {
        Decide = action.Decide,
        IsDone = action.IsMine,
        Reply = _ => FindingChanges.ReplyOf(action.Reply, action.Data),
        Details = change => JsonSerializer.Serialize(
            new { before = change.Before.State.ToString(), after = change.After.State.ToString(), data = action.Data }, AuditJson),
        Also = async (uow, change) =>
        {
            // What Security Hub does not have, it cannot be told; the message says so.
            if (!change.After.InSecurityHub) return;
            await FindingWrites.AddAsync(
                uow, change.After, action.Status, action.Note, FindingChanges.FieldsOf(change.After, action.Assignee), action.By.UserId,
                time.GetUtcNow(), cancellationToken);
            uow.AfterCommit(signal.Wake);
        },
    };

    private static readonly JsonSerializerOptions AuditJson = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>One act and everything that goes with it.</summary>
    private sealed record FindingAction(FindingActor By, string Verb, string Id)
    {
        public required Func<Finding, Finding?> Decide { get; init; }

        public required Func<Finding, bool> IsMine { get; init; }

        public required WorkflowStatus Status { get; init; }

        public required string Note { get; init; }

        /// <summary>The handle of whom it is assigned to by this; null for other acts.</summary>
        public string? Assignee { get; init; }

        public required string Reply { get; init; }

        public required FindingReplyData Data { get; init; }

        public UserAction Action => new(By.UserId, Verb, Finding.SubjectOf(Id), Role.Operator);
    }
}
