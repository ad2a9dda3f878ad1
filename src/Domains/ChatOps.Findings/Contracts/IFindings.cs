using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;

namespace ChatOps.Findings;

/// <summary>What other domains may ask of findings and tell them. Nobody else reads or writes the findings' tables.</summary>
public interface IFindings
{
    /// <summary>The finding with that id (the short opaque one that travels in buttons), or null.</summary>
    Task<Finding?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Those of the findings that are known, by id: one question for many.</summary>
    Task<IReadOnlyDictionary<string, Finding>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>How many findings are open on these resources, by ARN; those without any are left out.</summary>
    Task<IReadOnlyDictionary<string, OpenFindings>> CountOpenAsync(IReadOnlyList<string> resourceArns, CancellationToken cancellationToken);

    /// <summary>The open findings of a resource, worst first.</summary>
    Task<IReadOnlyList<Finding>> OpenOfAsync(string resourceArn, int most, CancellationToken cancellationToken);

    /// <summary>Whether somebody is remediating it and how that went; shown in the finding's first line. Marks the finding dirty.</summary>
    Task RecordRemediationAsync(UnitOfWork uow, string id, RemediationMark mark, CancellationToken cancellationToken);

    /// <summary>
    /// A line in the finding's thread (see <c>IOutbox.ReplyAsync</c>); rendered by the reply renderer registered for its prefix.
    /// </summary>
    Task ReplyAsync(UnitOfWork uow, string id, string reply, string data, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the finding from Security Hub now, applies what it says, and returns it. Null when Security Hub does not know it any more.
    /// One that Security Hub never had comes as its own service last told it.
    /// </summary>
    Task<Finding?> ReadBackAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Writes workflow status and a note to Security Hub, durably and with retries: recorded in the given transaction, sent by a worker.
    /// For a finding that Security Hub does not have, the status is kept here alone.
    /// </summary>
    Task WriteToSecurityHubAsync(
        UnitOfWork uow, string id, WorkflowStatus? status, string note, string byUserId, CancellationToken cancellationToken);
}

/// <summary>What is open on a resource.</summary>
/// <param name="Count">How many findings.</param>
/// <param name="Worst">How bad the worst is.</param>
public sealed record OpenFindings(long Count, Severity Worst);

/// <summary>How a remediation of the finding stands.</summary>
/// <param name="State">Where it is.</param>
/// <param name="RemediationId">The remediation.</param>
/// <param name="ByUserId">Who asked for it.</param>
/// <param name="At">Since when.</param>
/// <param name="Detail">
/// For a failure, the failing step and AWS's message; while it waits, for what, as AWS names it, or <c>Limit</c>; for what was stopped, by
/// whom; for what is unverified, why; otherwise null.
/// </param>
public sealed record RemediationMark(RemediationState State, string RemediationId, string ByUserId, DateTimeOffset At, string? Detail)
{
    /// <summary>Since when the resource itself was read as the control wants it; null when it was not.</summary>
    public DateTimeOffset? RightSince { get; init; }

    /// <summary>Until when it can be undone; null when it cannot, or not any more.</summary>
    public DateTimeOffset? UndoUntil { get; init; }

    /// <summary>Whether Security Hub checks the control by the clock alone, within a day.</summary>
    public bool IsPeriodic { get; init; }

    /// <summary>Whether it is the undoing of a remediation.</summary>
    public bool IsUndo { get; init; }
}

/// <summary>The states of a remediation that a finding shows.</summary>
public enum RemediationState
{
    /// <summary>Waits for an approver.</summary>
    AwaitingApproval,

    /// <summary>The automation runs.</summary>
    Running,

    /// <summary>The automation succeeded; the finding is being read back.</summary>
    Verifying,

    /// <summary>The finding was read back as resolved.</summary>
    Resolved,

    /// <summary>The automation succeeded, but the finding still stands after the time we wait for it.</summary>
    Unverified,

    /// <summary>The automation failed, timed out or was cancelled.</summary>
    Failed,

    /// <summary>An approver said no.</summary>
    Denied,

    /// <summary>What was asked for has changed before it began.</summary>
    Void,

    /// <summary>It waits: for a free place in its account and Region, or within AWS for somebody.</summary>
    Waiting,

    /// <summary>The resource was read as right; Security Hub has not looked again yet.</summary>
    Corrected,

    /// <summary>Nobody answered in time.</summary>
    Expired,

    /// <summary>Somebody stopped it.</summary>
    Stopped,

    /// <summary>The automation ran longer than it is watched.</summary>
    TimedOut,

    /// <summary>It was undone: the resource is as it was before.</summary>
    Undone,

}

/// <summary>Security Hub's workflow status (ASFF <c>Workflow.Status</c>).</summary>
public enum WorkflowStatus
{
    /// <summary>NEW</summary>
    New,

    /// <summary>NOTIFIED: somebody was told; how we write 'acknowledged'.</summary>
    Notified,

    /// <summary>SUPPRESSED</summary>
    Suppressed,

    /// <summary>RESOLVED</summary>
    Resolved,
}

/// <summary>
/// Findings ask this which of them can be remediated; the Remediation domain answers from its catalogue. Pure and quick: called while
/// rendering.
/// </summary>
public interface IRemediable
{
    /// <summary>Whether the catalogue has a remediation for the finding's control and resource type.</summary>
    bool Offers(Finding finding);

    /// <summary>The <c>action_id</c> of the Remediate button; its value is the finding's id.</summary>
    string ActionId { get; }

    /// <summary>The <c>action_id</c> of the button that remediates all of a group; its value is the group's key.</summary>
    string AllActionId { get; }

    /// <summary>The <c>action_id</c> of the button that stops what runs for a finding; its value is the finding's id.</summary>
    string StopActionId { get; }

    /// <summary>The <c>action_id</c> of the button that undoes what was done for a finding; its value is the finding's id.</summary>
    string UndoActionId { get; }

    /// <summary>What was read of its resource before the last remediation, for whoever wants to know all; null when nothing was.</summary>
    Task<string?> DescribeBeforeAsync(string findingId, Locale locale, CancellationToken cancellationToken);
}
