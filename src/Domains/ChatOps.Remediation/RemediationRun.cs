namespace ChatOps.Remediation;

/// <summary>One attempt to remediate one finding.</summary>
internal sealed record RemediationRun
{
    /// <summary>A GUID, which is also the ClientToken of its automation.</summary>
    public required string Id { get; init; }

    public required string FindingId { get; init; }

    public required RemediationRunState State { get; init; }

    public required RemediationPlan Plan { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Why, in the requester's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Until when an approval is waited for.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Who approved or denied.</summary>
    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Why it was denied.</summary>
    public string? Decision { get; init; }

    /// <summary>The automation's execution; null before it was started.</summary>
    public string? ExecutionId { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Until when the finding is read back.</summary>
    public DateTimeOffset? VerifyUntil { get; init; }

    public string? FailedStep { get; init; }

    /// <summary>AWS's message; for what is void, the cause.</summary>
    public string? Failure { get; init; }

    /// <summary>When its start was last sent to AWS without a definite refusal: it may run already.</summary>
    public DateTimeOffset? CalledAt { get; init; }

    /// <summary>Since when it waits for a free place in its account and Region; null when it did not meet the limit.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>What the automation waits for, as AWS names it; null when it goes on.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>Who stopped it.</summary>
    public string? StopBy { get; init; }

    public DateTimeOffset? StopAt { get; init; }

    /// <summary>Since when the resource was read as the control wants it.</summary>
    public DateTimeOffset? RightAt { get; init; }

    /// <summary>What the resource was like when it had succeeded, as JSON.</summary>
    public string? AfterState { get; init; }

    /// <summary>Until when it can be undone; null when it cannot.</summary>
    public DateTimeOffset? UndoUntil { get; init; }

    /// <summary>The remediation that this one undoes; null for a remediation proper.</summary>
    public string? Undoes { get; init; }

    /// <summary>When the approvers were reminded.</summary>
    public DateTimeOffset? RemindedAt { get; init; }

    /// <summary>How often the present state was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>The batch with which it was confirmed; null for one by itself.</summary>
    public string? Batch { get; init; }
}

/// <summary>Where an attempt stands.</summary>
internal enum RemediationRunState
{
    /// <summary>Shown in a modal, not yet confirmed.</summary>
    Planned,

    /// <summary>Waits for an approver.</summary>
    AwaitingApproval,

    /// <summary>Confirmed; the automation is being started.</summary>
    Starting,

    /// <summary>The automation runs.</summary>
    Running,

    /// <summary>The automation succeeded; the finding is read back.</summary>
    Verifying,

    /// <summary>The finding was read back as fixed.</summary>
    Resolved,

    /// <summary>The resource was read as right; Security Hub has not looked again yet.</summary>
    Corrected,

    /// <summary>The finding still stands.</summary>
    Unverified,

    /// <summary>The automation failed.</summary>
    Failed,

    /// <summary>An approver said no.</summary>
    Denied,

    /// <summary>Nobody answered in time.</summary>
    Expired,

    /// <summary>What was asked for has changed before it began.</summary>
    Void,

    /// <summary>Somebody stopped it.</summary>
    Stopped,

    /// <summary>The automation ran longer than it is watched.</summary>
    TimedOut,
}
