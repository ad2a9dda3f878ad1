using System.Text.Json;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Findings;

/// <summary>
/// Accepting a high risk for long takes a second person: somebody asks, an approver decides, and whatever has changed meanwhile voids it.
/// </summary>
internal sealed class SuppressionApprovals(
    IDatabase database, IAccess access, SubjectActions actions, IOutbox outbox, FindingChanges changes, FindingRoutes routes,
    WorkSignal<FindingWrite> signal, TimeProvider time)
{
    public const string Kind = "suppression";
    public const string ApproveVerb = "suppression.approve";
    public const string DenyVerb = "suppression.deny";

    /// <summary>The shortest reason, in characters.</summary>
    public const int MinReason = 10;

    /// <summary>How long approvers have.</summary>
    public static readonly TimeSpan ExpiresAfter = TimeSpan.FromHours(24);

    /// <summary>The longest suppression that one person decides.</summary>
    private static readonly TimeSpan Alone = TimeSpan.FromDays(30);

    /// <summary>Whether a suppression takes an approver and a reason of some length. Pure.</summary>
    public static bool Needs(Finding finding, DateTimeOffset until, DateTimeOffset now) =>
        finding.Severity <= Severity.High && until - now > Alone;

    /// <summary>The delivery subject of what is asked for a finding.</summary>
    public static SubjectId SubjectOf(string id) => new(Kind, id);

    /// <summary>Asks approvers.</summary>
    /// <exception cref="UserFacingException">Nobody could ever approve, the reason is too short, or one waits already.</exception>
    public async Task AskAsync(FindingActor by, string id, string reason, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (reason.Trim().Length < MinReason) throw new UserFacingException("finding.suppress.reason-short", ("count", MinReason));
        await actions.RunAsync(
            changes,
            new SubjectAction<Finding>(new UserAction(by.UserId, SuppressModal.CallbackId, Finding.SubjectOf(id), Role.Operator))
            {
                Decide = finding => finding is { Open: true, SuppressionAsked: not { State: SuppressionRequestState.Waiting } }
                    ? finding with { SuppressionAsked = new SuppressionRequest(by.UserId, by.Name, reason, until, now) }
                    : null,
                IsDone = finding => finding.SuppressionAsked is { State: SuppressionRequestState.Waiting } asked
                    && asked.ByUserId == by.UserId,
                Reply = _ => FindingChanges.ReplyOf(
                    FindingReplies.SuppressionAsked, new FindingReplyData { ByUserId = by.UserId, Text = reason, Until = until }),
                Details = _ => JsonSerializer.Serialize(new { asked = reason, until }),
                Also = async (uow, change) =>
                {
                    var requests = routes.ApprovalRequestsFor(change.After).ToList();
                    if (requests.Count == 0) throw new UserFacingException("finding.suppress.no-route");
                    await outbox.RequestAsync(uow, requests, cancellationToken);
                },
            },
            cancellationToken);
    }

    /// <summary>Agrees to what somebody else asked for.</summary>
    /// <exception cref="AccessDeniedException">The user may not approve.</exception>
    /// <exception cref="UserFacingException">It is their own request, is decided, or whoever asked may no longer suppress.</exception>
    public async Task ApproveAsync(FindingActor by, string id, CancellationToken cancellationToken)
    {
        var asked = await DemandAsync(by, id, ApproveVerb, cancellationToken);
        // Who asked may have lost the role since.
        var roles = await access.RolesOfAsync(asked.ByUserId, cancellationToken);
        if (!roles.Contains(Role.Operator) && !roles.Contains(Role.Admin))
        {
            await database.WriteAsync(
                uow => changes.ChangeAsync(
                    uow, id, finding => Decided(finding, SuppressionRequestState.Void, null),
                    (FindingReplies.SuppressionVoid, new FindingReplyData()), cancellationToken),
                cancellationToken);
            throw new UserFacingException("finding.suppress.asker-lost");
        }

        var now = time.GetUtcNow();
        await actions.RunAsync(
            changes,
            new SubjectAction<Finding>(new UserAction(by.UserId, ApproveVerb, Finding.SubjectOf(id), Role.Approver))
            {
                Decide = finding => finding.Open && finding.SuppressionAsked == asked && asked.Until > now
                    ? Decided(finding, SuppressionRequestState.Approved, by) is { } decided
                        ? decided with
                        {
                            Suppressed = new Suppression(asked.ByUserId, asked.Reason, now, asked.Until),
                            Workflow = WorkflowStatus.Suppressed,
                            WorkflowActedAt = now,
                        }
                        : null
                    : null,
                IsDone = finding => finding.SuppressionAsked is { State: SuppressionRequestState.Approved } done
                    && done.DecidedBy == by.UserId,
                Reply = _ => FindingChanges.ReplyOf(
                    FindingReplies.Suppressed,
                    new FindingReplyData { ByUserId = asked.ByUserId, Text = asked.Reason, Until = asked.Until }),
                Details = _ => JsonSerializer.Serialize(new { asked.ByUserId, asked.Reason, asked.Until }),
                Also = async (uow, change) =>
                {
                    if (!change.After.InSecurityHub) return;
                    var note = FormattableString.Invariant($"Suppressed in Slack by {asked.ByName}, approved by {by.Name}, until ")
                        + FormattableString.Invariant($"{asked.Until:yyyy-MM-dd HH:mm} UTC: {asked.Reason}");
                    await FindingWrites.AddAsync(
                        uow, change.After, WorkflowStatus.Suppressed, note, FindingChanges.FieldsOf(change.After, null), by.UserId, now,
                        cancellationToken);
                    uow.AfterCommit(signal.Wake);
                },
            },
            cancellationToken);
    }

    /// <summary>Says no.</summary>
    /// <exception cref="AccessDeniedException">The user may not deny.</exception>
    /// <exception cref="UserFacingException">It is their own request, or is decided.</exception>
    public async Task DenyAsync(FindingActor by, string id, CancellationToken cancellationToken)
    {
        var asked = await DemandAsync(by, id, DenyVerb, cancellationToken);
        await actions.RunAsync(
            changes,
            new SubjectAction<Finding>(new UserAction(by.UserId, DenyVerb, Finding.SubjectOf(id), Role.Approver))
            {
                Decide = finding => finding.SuppressionAsked == asked ? Decided(finding, SuppressionRequestState.Denied, by) : null,
                IsDone = finding => finding.SuppressionAsked is { State: SuppressionRequestState.Denied } done
                    && done.DecidedBy == by.UserId,
                Reply = _ => FindingChanges.ReplyOf(
                    FindingReplies.SuppressionDenied, new FindingReplyData { ByUserId = by.UserId, ToUserId = asked.ByUserId }),
                Details = _ => JsonSerializer.Serialize(new { asked.ByUserId, asked.Reason, asked.Until }),
            },
            cancellationToken);
    }

    /// <summary>Ends what nobody answered.</summary>
    /// <returns>Whether it did.</returns>
    public Task<bool> ExpireAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        async uow => await changes.ChangeAsync(
            uow, id,
            finding => finding.SuppressionAsked is { State: SuppressionRequestState.Waiting } asked
                && asked.At + ExpiresAfter <= time.GetUtcNow()
                ? Decided(finding, SuppressionRequestState.Expired, null)
                : null,
            (FindingReplies.SuppressionUnanswered, new FindingReplyData()), cancellationToken) is not null,
        cancellationToken);

    private async Task<SuppressionRequest> DemandAsync(FindingActor by, string id, string verb, CancellationToken cancellationToken)
    {
        await access.DemandAsync(new UserAction(by.UserId, verb, Finding.SubjectOf(id), Role.Approver), cancellationToken);
        Finding? finding;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            finding = await FindingStore.FindAsync(connection, null, id, cancellationToken);
        }

        if (finding?.SuppressionAsked is not { State: SuppressionRequestState.Waiting } asked
            || asked.At + ExpiresAfter <= time.GetUtcNow())
            throw new UserFacingException("finding.suppress.decided");
        if (asked.ByUserId == by.UserId) throw new UserFacingException("finding.suppress.own");
        return asked;
    }

    private Finding? Decided(Finding finding, SuppressionRequestState state, FindingActor? by) =>
        finding.SuppressionAsked is { State: SuppressionRequestState.Waiting } asked
            ? finding with { SuppressionAsked = asked with { State = state, DecidedBy = by?.UserId, DecidedAt = time.GetUtcNow() } }
            : null;
}
