using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;

namespace ChatOps.Findings;

/// <summary>What a view of a finding needs besides the finding.</summary>
/// <param name="AccountName">What people call its account; null when it has no name.</param>
/// <param name="RemediateActionId">The action id of Remediate when the catalogue offers one; null when it does not.</param>
internal sealed record FindingView(string? AccountName = null, string? RemediateActionId = null)
{
    /// <summary>The action id of Stop; null when nothing is remediated from here.</summary>
    public string? StopActionId { get; init; }

    /// <summary>The action id of Undo; null when nothing is remediated from here.</summary>
    public string? UndoActionId { get; init; }

    /// <summary>Which tag of its resources means what.</summary>
    public TagVocabulary Vocabulary { get; init; } = TagVocabulary.Bare;
}

/// <summary>Gathers the scene of a finding: what the accounts are called, and what the catalogue of remediations offers.</summary>
internal sealed class FindingViewReader(
    SecurityHubAggregation home, IEnumerable<IRemediable> remediables, IPolicy<TagVocabulary> vocabulary)
{
    /// <summary>The scene; quick, for it is asked while rendering.</summary>
    public FindingView Of(Finding finding) =>
        new(
            home.NameOf(finding.Account),
            remediables.FirstOrDefault(remediable => remediable.Offers(finding))?.ActionId)
        {
            Vocabulary = vocabulary.Value,
            StopActionId = remediables.FirstOrDefault()?.StopActionId,
            UndoActionId = remediables.FirstOrDefault()?.UndoActionId,
        };

    /// <summary>What its resource was like before it was remediated; null when nobody did, or nothing was read.</summary>
    public async Task<string?> BeforeOfAsync(string findingId, Locale locale, CancellationToken cancellationToken)
    {
        foreach (var remediable in remediables)
        {
            if (await remediable.DescribeBeforeAsync(findingId, locale, cancellationToken) is { } before) return before;
        }

        return null;
    }

    /// <summary>The tags that name a resource's owner, the first to win.</summary>
    public IReadOnlyList<string> OwnerTags => vocabulary.Value.KeysOf(TagMeaning.Owner);

    /// <summary>The action id of Remediate all, when the catalogue offers a remediation for any of these; null when it does not.</summary>
    public string? RemediateAllOf(IEnumerable<Finding> findings) =>
        remediables.FirstOrDefault(remediable => findings.Any(finding => finding.Open && remediable.Offers(finding)))?.AllActionId;
}
