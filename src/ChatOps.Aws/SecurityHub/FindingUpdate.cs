namespace ChatOps.Aws;

/// <summary>What BatchUpdateFindings changes; what is null stays as it is.</summary>
public sealed record FindingUpdate
{
    /// <summary>The most findings of one update or import.</summary>
    public const int MaxFindings = 100;

    /// <summary>Which findings, 1 to 100.</summary>
    public required IReadOnlyList<FindingIdentifier> FindingIdentifiers { get; init; }

    /// <summary>Replaces the note.</summary>
    public NoteUpdate? Note { get; init; }

    /// <summary>Replaces the workflow status.</summary>
    public FindingWorkflow? Workflow { get; init; }

    /// <summary>Replaces all user-defined fields; at most 50.</summary>
    public IReadOnlyDictionary<string, string>? UserDefinedFields { get; init; }
}

/// <summary>A note on a finding.</summary>
/// <param name="Text">Up to 512 characters; AWS refuses more.</param>
/// <param name="UpdatedBy">Who wrote it, up to 512 characters.</param>
public sealed record NoteUpdate(string Text, string UpdatedBy);

/// <summary>The state of the investigation.</summary>
/// <param name="Status">One of the constants here.</param>
public sealed record FindingWorkflow(string Status)
{
    /// <summary>Not looked at yet.</summary>
    public const string New = "NEW";
    /// <summary>Its owner was told.</summary>
    public const string Notified = "NOTIFIED";
    /// <summary>Reviewed: no action is needed.</summary>
    public const string Suppressed = "SUPPRESSED";
    /// <summary>Fixed.</summary>
    public const string Resolved = "RESOLVED";
}

/// <summary>What BatchUpdateFindings did.</summary>
public sealed record FindingUpdateResult(IReadOnlyList<FindingIdentifier> Processed, IReadOnlyList<UnprocessedFinding> Unprocessed);

/// <summary>A finding that was not updated, and AWS's reason.</summary>
public sealed record UnprocessedFinding(FindingIdentifier FindingIdentifier, string ErrorCode, string ErrorMessage);

/// <summary>What BatchUpdateFindingsV2 changes.</summary>
/// <param name="FindingIdentifiers">Which findings, 1 to 100.</param>
/// <param name="StatusId">One of the constants here: OCSF's <c>status_id</c>.</param>
public sealed record FindingUpdateV2(IReadOnlyList<OcsfFindingIdentifier> FindingIdentifiers, int StatusId)
{
    /// <summary>Not looked at yet.</summary>
    public const int New = 1;
    /// <summary>Somebody is at it.</summary>
    public const int InProgress = 2;
    /// <summary>Reviewed: no action is needed.</summary>
    public const int Suppressed = 3;
    /// <summary>Fixed.</summary>
    public const int Resolved = 4;
}

/// <summary>A finding's identity in Security Hub's second generation, all of it from the finding in OCSF.</summary>
/// <param name="CloudAccountUid">The account.</param>
/// <param name="FindingInfoUid">The provider's own id of it.</param>
/// <param name="MetadataProductUid">The product, <c>…::productv2/…</c>.</param>
public sealed record OcsfFindingIdentifier(string CloudAccountUid, string FindingInfoUid, string MetadataProductUid);

/// <summary>What BatchUpdateFindingsV2 did.</summary>
public sealed record FindingUpdateResultV2(IReadOnlyList<UnprocessedFindingV2> Unprocessed);

/// <summary>A finding that was not updated, and AWS's reason.</summary>
public sealed record UnprocessedFindingV2(OcsfFindingIdentifier? FindingIdentifier, string? ErrorCode, string? ErrorMessage);

/// <summary>What BatchImportFindings did.</summary>
public sealed record FindingImportResult(int SuccessCount, int FailedCount, IReadOnlyList<FailedImport> Failed);

/// <summary>A finding that was not imported, and AWS's reason.</summary>
public sealed record FailedImport(string Id, string ErrorCode, string ErrorMessage);
