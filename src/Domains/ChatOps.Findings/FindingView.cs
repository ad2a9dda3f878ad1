using ChatOps.Platform.Policy;

namespace ChatOps.Findings;

/// <summary>What a view of a finding needs besides the finding.</summary>
/// <param name="AccountName">What people call its account; null when it has no name.</param>
/// <param name="RemediateActionId">The action id of Remediate when the catalogue offers one; null when it does not.</param>
internal sealed record FindingView(string? AccountName = null, string? RemediateActionId = null)
{
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
        { Vocabulary = vocabulary.Value };

    /// <summary>The tags that name a resource's owner, the first to win.</summary>
    public IReadOnlyList<string> OwnerTags => vocabulary.Value.KeysOf(TagMeaning.Owner);

    /// <summary>The action id of Remediate all, when the catalogue offers a remediation for any of these; null when it does not.</summary>
    public string? RemediateAllOf(IEnumerable<Finding> findings) =>
        remediables.FirstOrDefault(remediable => findings.Any(finding => finding.Open && remediable.Offers(finding)))?.AllActionId;
}
