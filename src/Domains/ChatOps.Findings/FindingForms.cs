namespace ChatOps.Findings;

/// <summary>
/// One finding told in several forms: by the service that found it, and by either generation of Security Hub. The better form describes it,
/// the newer one says how it stands, and neither takes away what only the other knew; so the order in which they come does not matter.
/// Pure.
/// </summary>
internal static class FindingForms
{
    /// <summary>The finding that both tell of; workflow and note are the better form's.</summary>
    public static Finding Join(Finding known, Finding incoming)
    {
        var (better, other) = incoming.Form < known.Form ? (incoming, known) : (known, incoming);
        var newer = incoming.UpdatedAt == known.UpdatedAt ? better : incoming.UpdatedAt > known.UpdatedAt ? incoming : known;
        var older = ReferenceEquals(newer, incoming) ? known : incoming;
        return better with
        {
            Severity = newer.Severity,
            Archived = newer.Archived,
            GoneAt = newer.GoneAt,
            Compliance = newer.Compliance ?? older.Compliance,
            ComplianceReason = newer.ComplianceReason ?? (newer.Compliance == older.Compliance ? older.ComplianceReason : null),
            Threat = Threat(newer.Threat, older.Threat),
            Actors = First(newer.Actors, older.Actors),
            Signals = First(newer.Signals, older.Signals),
            Related = First(newer.Related, older.Related),
            Vulnerabilities = First(newer.Vulnerabilities, older.Vulnerabilities),
            FirstSeen = better.FirstSeen < other.FirstSeen ? better.FirstSeen : other.FirstSeen,
            LastSeen = better.LastSeen > other.LastSeen ? better.LastSeen : other.LastSeen,
            CreatedAt = better.CreatedAt < other.CreatedAt ? better.CreatedAt : other.CreatedAt,
            UpdatedAt = newer.UpdatedAt,
            AsffUpdatedAt = AsffUpdatedAt(better, newer.UpdatedAt),
            Description = better.Description.Length > 0 ? better.Description : other.Description,
            ControlId = better.ControlId ?? other.ControlId,
            ControlName = better.ControlName ?? other.ControlName,
            Generator = better.Generator.Length > 0 ? better.Generator : other.Generator,
            Members = First(better.Members, other.Members),
            Standards = First(better.Standards, other.Standards),
            Requirements = First(better.Requirements, other.Requirements),
            Types = First(better.Types, other.Types),
            RemediationText = better.RemediationText ?? other.RemediationText,
            RemediationUrl = better.RemediationUrl ?? other.RemediationUrl,
            SourceUrl = better.SourceUrl ?? other.SourceUrl,
            Rule = better.Rule ?? other.Rule,
            Resources = Resources(better.Resources, other.Resources),
        };
    }

    /// <summary>
    /// What is said anew, with what only another form ever told of the same: for findings that have several, each form would take away
    /// what the other gave.
    /// </summary>
    public static Finding Complete(Finding known, Finding incoming) => !NativeFindings.HasOwnEvents(incoming.ProductArn)
        ? incoming
        : incoming with
        {
            Resources = Resources(incoming.Resources, known.Resources),
            Threat = Threat(incoming.Threat, known.Threat),
            Actors = First(incoming.Actors, known.Actors),
            Signals = First(incoming.Signals, known.Signals),
            FirstSeen = incoming.FirstSeen < known.FirstSeen ? incoming.FirstSeen : known.FirstSeen,
        };

    /// <summary>A finding whose resources are known better now; nothing else is said.</summary>
    public static Finding WithResources(Finding known, Finding incoming) =>
        known with { Resources = Resources(incoming.Resources, known.Resources) };

    /// <summary>Whether two findings say the same.</summary>
    public static bool Same(Finding finding, Finding other) => FindingJson.Write(finding) == FindingJson.Write(other);

    /// <summary>The time of the ASFF copy, where another form is ahead of it.</summary>
    private static DateTimeOffset? AsffUpdatedAt(Finding better, DateTimeOffset updatedAt) =>
        better.Form != FindingForm.Asff || (better.AsffUpdatedAt ?? better.UpdatedAt) is var own && own == updatedAt
            ? null
            : better.AsffUpdatedAt ?? better.UpdatedAt;

    private static ThreatAction? Threat(ThreatAction? threatAction, ThreatAction? other) =>
        threatAction is null || other is null || threatAction.Ip != other.Ip
            ? threatAction ?? other
            : threatAction with
            {
                Country = threatAction.Country ?? other.Country,
                City = threatAction.City ?? other.City,
                Organization = threatAction.Organization ?? other.Organization,
                Api = threatAction.Api ?? other.Api,
                Service = threatAction.Service ?? other.Service,
                Port = threatAction.Port ?? other.Port,
                Domain = threatAction.Domain ?? other.Domain,
                Direction = threatAction.Direction ?? other.Direction,
                Blocked = threatAction.Blocked ?? other.Blocked,
                Count = threatAction.Count ?? other.Count,
            };

    private static IReadOnlyList<T> First<T>(IReadOnlyList<T> item, IReadOnlyList<T> other) => item.Count > 0 ? item : other;

    /// <summary>The better form's, with tags and details that only the other gives.</summary>
    private static IReadOnlyList<FindingResource> Resources(IReadOnlyList<FindingResource> better, IReadOnlyList<FindingResource> other)
    {
        if (better.Count == 0) return other;
        return [.. better.Select(
            resource => other.FirstOrDefault(findingResource => SameResource(findingResource.Arn, resource.Arn)) is { } known
                ? resource with
                {
                    Arn = resource.Arn.StartsWith("arn:", StringComparison.Ordinal) ? resource.Arn : known.Arn,
                    Region = resource.Region ?? known.Region,
                    Tags = resource.Tags.Count > 0 ? resource.Tags : known.Tags,
                    Details = resource.Details.Count > 0 ? resource.Details : known.Details,
                }
                : resource)];
    }

    private static bool SameResource(string text, string other) =>
        text == other || text.EndsWith($"/{other}", StringComparison.Ordinal) || text.EndsWith($":{other}", StringComparison.Ordinal)
        || other.EndsWith($"/{text}", StringComparison.Ordinal) || other.EndsWith($":{text}", StringComparison.Ordinal);
}
