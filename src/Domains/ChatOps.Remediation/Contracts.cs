namespace ChatOps.Remediation;

/// <summary>What the jobs ask of remediations.</summary>
public interface IRemediations
{
    /// <summary>
    /// Looks at a remediation and does what is next: starts its automation, follows it, reads the finding back, lets an approval expire.
    /// Safe to call at any time, from anywhere, however often.
    /// </summary>
    /// <param name="id">The remediation.</param>
    /// <param name="due">The time it was to be looked at, when that was planned; nothing happens when it was planned anew since. Null: now.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When to look again; null when there is nothing to wait for, or somebody else is looking.</returns>
    Task<DateTimeOffset?> AdvanceAsync(string id, DateTimeOffset? due, CancellationToken cancellationToken);

    /// <summary>What is under way but overdue, because a watch was lost in a crash. Forgets old plans on the way.</summary>
    /// <param name="overdueBy">How late is lost.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<IReadOnlyList<string>> RecoverAsync(TimeSpan overdueBy, CancellationToken cancellationToken);

    /// <summary>What a process that is gone has left. Before anybody looks at anything.</summary>
    Task<IReadOnlyList<string>> RecoverAtStartAsync(CancellationToken cancellationToken);
}

/// <summary>Has somebody look at remediations; the jobs implement it. Quick, and never throws: what is lost, a sweep finds.</summary>
public interface IRemediationWatch
{
    /// <summary>Looks now.</summary>
    void Wake(string remediationId);

    /// <summary>Looks at that time.</summary>
    void Follow(string remediationId, DateTimeOffset due);
}
