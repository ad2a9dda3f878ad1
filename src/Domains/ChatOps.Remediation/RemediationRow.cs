namespace ChatOps.Remediation;

/// <summary>A row of the table <c>remediation</c>.</summary>
internal sealed class RemediationRow
{
    public string Id { get; init; } = "";
    public string FindingId { get; init; } = "";
    public string State { get; init; } = "";
    public string Plan { get; init; } = "";
    public string RequestedBy { get; init; } = "";
    public long RequestedAt { get; init; }
    public string? Reason { get; init; }
    public long? ExpiresAt { get; init; }
    public string? DecidedBy { get; init; }
    public long? DecidedAt { get; init; }
    public string? Decision { get; init; }
    public string? ExecutionId { get; init; }
    public long? StartedAt { get; init; }
    public long? EndedAt { get; init; }
    public long? VerifyUntil { get; init; }
    public string? FailedStep { get; init; }
    public string? Failure { get; init; }
    public long Attempts { get; init; }
    public string? Batch { get; init; }
    public long? CalledAt { get; init; }
    public long? QueuedAt { get; init; }
    public string? WaitsFor { get; init; }
    public string? StopBy { get; init; }
    public long? StopAt { get; init; }
    public long? RightAt { get; init; }
    public string? AfterState { get; init; }
    public long? UndoUntil { get; init; }
    public string? Undoes { get; init; }
    public long? RemindedAt { get; init; }

    public RemediationRun ToAttempt() => new()
    {
        Id = Id,
        FindingId = FindingId,
        State = Enum.Parse<RemediationRunState>(State.Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
        Plan = RemediationPlan.FromJson(Plan),
        RequestedBy = RequestedBy,
        RequestedAt = Time(RequestedAt)!.Value,
        Reason = Reason,
        ExpiresAt = Time(ExpiresAt),
        DecidedBy = DecidedBy,
        DecidedAt = Time(DecidedAt),
        Decision = Decision,
        ExecutionId = ExecutionId,
        StartedAt = Time(StartedAt),
        EndedAt = Time(EndedAt),
        VerifyUntil = Time(VerifyUntil),
        FailedStep = FailedStep,
        Failure = Failure,
        Attempts = (int)Attempts,
        Batch = Batch,
        CalledAt = Time(CalledAt),
        QueuedAt = Time(QueuedAt),
        WaitsFor = WaitsFor,
        StopBy = StopBy,
        StopAt = Time(StopAt),
        RightAt = Time(RightAt),
        AfterState = AfterState,
        UndoUntil = Time(UndoUntil),
        Undoes = Undoes,
        RemindedAt = Time(RemindedAt),
    };

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
