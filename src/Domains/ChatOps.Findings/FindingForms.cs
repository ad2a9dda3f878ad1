namespace ChatOps.Findings;

/// <summary>
/// One finding told in several forms: by the service that found it, and by either generation of Security Hub. The better form describes it,
/// the newer one says how it stands, and neither takes away what only the other knew; so the order in which they come does not matter. Pure.
/// </summary>
internal static class FindingForms
{
    /// <summary>The finding that both tell of.</summary>
    public static Finding Join(Finding known, Finding said)
    {
        var (better, other) = said.Form < known.Form ? (said, known) : (known, said);
        var newer = said.UpdatedAt == known.UpdatedAt ? better : said.UpdatedAt > known.UpdatedAt ? said : known;
        var older = ReferenceEquals(newer, said) ? known : said;
        var speaker = Speaker(known, said, better);
        return better with
        {
            Severity = newer.Severity,
            Archived = newer.Archived,
            Compliance = newer.Compliance ?? older.Compliance,
            ComplianceReason = newer.ComplianceReason ?? (newer.Compliance == older.Compliance ? older.ComplianceReason : null),
            Threat = Threat(newer.Threat, older.Threat),
            Vulnerabilities = First(newer.Vulnerabilities, older.Vulnerabilities),
            FirstSeen = better.FirstSeen < other.FirstSeen ? better.FirstSeen : other.FirstSeen,
            LastSeen = better.LastSeen > other.LastSeen ? better.LastSeen : other.LastSeen,
            CreatedAt = better.CreatedAt < other.CreatedAt ? better.CreatedAt : other.CreatedAt,
            UpdatedAt = newer.UpdatedAt,
            Workflow = speaker.Workflow,
            Note = speaker.Note,
            ObservedAt = speaker.ObservedAt,
            Description = better.Description.Length > 0 ? better.Description : other.Description,
            ControlId = better.ControlId ?? other.ControlId,
            ControlName = better.ControlName ?? other.ControlName,
            Generator = better.Generator.Length > 0 ? better.Generator : other.Generator,
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
    public static Finding Complete(Finding known, Finding said) => !NativeFindings.HasOwnEvents(said.ProductArn)
        ? said
        : said with
        {
            Resources = Resources(said.Resources, known.Resources),
            Threat = Threat(said.Threat, known.Threat),
            FirstSeen = said.FirstSeen < known.FirstSeen ? said.FirstSeen : known.FirstSeen,
        };

    /// <summary>A finding whose resources are known better now; nothing else is said.</summary>
    public static Finding WithResources(Finding known, Finding said) => known with { Resources = Resources(said.Resources, known.Resources) };

    /// <summary>Whether two findings say the same.</summary>
    public static bool Same(Finding one, Finding other) => FindingJson.Write(one) == FindingJson.Write(other);

    /// <summary>Who knows what people decided: never a service; of Security Hub's two generations whoever spoke last.</summary>
    private static Finding Speaker(Finding known, Finding said, Finding better) => (known.Form, said.Form) switch
    {
        (_, FindingForm.Native) => known,
        (FindingForm.Native, _) => said,
        _ => said.ObservedAt == known.ObservedAt ? better : said.ObservedAt > known.ObservedAt ? said : known,
    };

    private static ThreatAction? Threat(ThreatAction? one, ThreatAction? other) => one is null || other is null || one.Ip != other.Ip
        ? one ?? other
        : one with
        {
            Country = one.Country ?? other.Country,
            City = one.City ?? other.City,
            Organization = one.Organization ?? other.Organization,
            Api = one.Api ?? other.Api,
            Service = one.Service ?? other.Service,
            Port = one.Port ?? other.Port,
            Domain = one.Domain ?? other.Domain,
            Direction = one.Direction ?? other.Direction,
            Blocked = one.Blocked ?? other.Blocked,
            Count = one.Count ?? other.Count,
        };

    private static IReadOnlyList<T> First<T>(IReadOnlyList<T> one, IReadOnlyList<T> other) => one.Count > 0 ? one : other;

    /// <summary>The better form's, with tags and details that only the other gives.</summary>
    private static IReadOnlyList<FindingResource> Resources(IReadOnlyList<FindingResource> better, IReadOnlyList<FindingResource> other)
    {
        if (better.Count == 0) return other;
        return [.. better.Select(resource => other.FirstOrDefault(one => SameResource(one.Arn, resource.Arn)) is { } known
            ? resource with
            {
                Arn = resource.Arn.StartsWith("arn:", StringComparison.Ordinal) ? resource.Arn : known.Arn,
                Region = resource.Region ?? known.Region,
                Tags = resource.Tags.Count > 0 ? resource.Tags : known.Tags,
                Details = resource.Details.Count > 0 ? resource.Details : known.Details,
            }
            : resource)];
    }

    private static bool SameResource(string one, string other) =>
        one == other || one.EndsWith($"/{other}", StringComparison.Ordinal) || one.EndsWith($":{other}", StringComparison.Ordinal)
        || other.EndsWith($"/{one}", StringComparison.Ordinal) || other.EndsWith($":{one}", StringComparison.Ordinal);
}
