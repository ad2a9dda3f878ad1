namespace ChatOps.Findings;

/// <summary>
/// With consolidated control findings off, Security Hub has a finding of each standard for one control of one resource. To people it is
/// one: with one message, one decision and one remediation. It is open as long as one of them is, and what people decided in Security Hub
/// counts when they did so of all; taking one up again is enough to reopen it. Pure.
/// </summary>
internal static class FindingStandards
{
    private static readonly string[] WorstFirst = ["FAILED", "WARNING", "NOT_AVAILABLE", "PASSED"];

    /// <summary>Our id of it; null for other findings, which keep their own.</summary>
    /// <param name="arn">The finding's id at Security Hub.</param>
    /// <param name="productArn">Its product.</param>
    /// <param name="control">The control that all standards mean, such as S3.8; null when it is not said.</param>
    /// <param name="account">Its account.</param>
    /// <param name="region">Its Region.</param>
    /// <param name="resource">The resource; null when there is none.</param>
    public static string? IdOf(string arn, string productArn, string? control, string account, string region, string? resource) =>
        control is { Length: > 0 } && resource is { Length: > 0 } && arn.Contains(":subscription/", StringComparison.Ordinal)
            && productArn.EndsWith("::product/aws/securityhub", StringComparison.Ordinal)
            ? Finding.IdOf($"{control.ToUpperInvariant()}|{account}|{region}|{resource}", "standards")
            : null;

    /// <summary>What a copy of one standard's finding says of all; null when that standard has said something newer.</summary>
    /// <param name="known">As kept; null when it is new.</param>
    /// <param name="incoming">The copy.</param>
    public static IncomingFinding? Combine(Finding? known, IncomingFinding incoming)
    {
        if (incoming.Finding.Members is not [var member] || known is null) return incoming;
        // Known from before they were one, by its own id; or in another form so far.
        if (known.Members.Count == 0)
            return known.InSecurityHub ? incoming with { Finding = incoming.Finding with { Members = [] } } : incoming;
        var before = known.Members.FirstOrDefault(item => item.Arn == member.Arn);
        if (before is not null && (member.UpdatedAt, member.ObservedAt).CompareTo((before.UpdatedAt, before.ObservedAt)) < 0) return null;

        IReadOnlyList<StandardFinding> members = before is null
            ? [.. known.Members, member]
            : [.. known.Members.Select(item => item.Arn == member.Arn ? member : item)];
        var standing = members.Any(item => !item.Archived) ? members.Where(item => !item.Archived).ToList() : members;
        var isNewer = before is null || member.UpdatedAt > before.UpdatedAt;
        var copy = incoming.Finding;
        // The first describes it; the others name the same control by their own number.
        var basis = member.Arn == known.Arn ? copy : known with { Note = copy.Note, GoneAt = null, LastLabel = null };
        return incoming with
        {
            Finding = basis with
            {
                Arn = known.Arn,
                ProductArn = known.ProductArn,
                Members = members,
                Standards = [.. standing.Select(item => item.Standard).OfType<string>().Distinct()],
                Requirements = [.. known.Requirements.Union(copy.Requirements)],
                Severity = standing.Where(item => item.Compliance != "PASSED").Select(item => item.Severity)
                    .DefaultIfEmpty(member.Severity).Min(),
                Compliance = Worst(standing),
                Archived = members.All(item => item.Archived),
                Workflow = WorkflowOf(known, incoming, before, member, standing),
                LastSeen = copy.LastSeen > known.LastSeen ? copy.LastSeen : known.LastSeen,
                UpdatedAt = !isNewer ? known.UpdatedAt
                    : member.UpdatedAt > known.UpdatedAt ? member.UpdatedAt : known.UpdatedAt.AddTicks(1),
                ObservedAt = copy.ObservedAt > known.ObservedAt ? copy.ObservedAt : known.ObservedAt.AddTicks(1),
            },
        };
    }

    /// <summary>Whether two findings have the same of each standard, whenever it was said.</summary>
    public static bool Same(Finding finding, Finding other) => finding.Members.Count == other.Members.Count
        && finding.Members.Zip(other.Members).All(
            pair => pair.First with { ObservedAt = default } == pair.Second with { ObservedAt = default });

    private static WorkflowStatus WorkflowOf(
        Finding known, IncomingFinding incoming, StandardFinding? before, StandardFinding member, IReadOnlyList<StandardFinding> standing)
    {
        // Only what has changed says anything of what people decided; a standard that joins as new says nothing.
        var isChanged = incoming.Reading > 0 || (before?.Workflow ?? WorkflowStatus.New) != member.Workflow;
        return isChanged && (member.Workflow == WorkflowStatus.New || standing.All(item => item.Workflow == member.Workflow))
            ? member.Workflow
            : known.Workflow;
    }

    private static string? Worst(IReadOnlyList<StandardFinding> members) =>
        WorstFirst.FirstOrDefault(status => members.Any(item => item.Compliance == status));
}
