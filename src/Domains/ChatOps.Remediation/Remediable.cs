using ChatOps.Findings;
using ChatOps.Platform.Policy;

namespace ChatOps.Remediation;

/// <summary>Answers findings from the catalogue.</summary>
internal sealed class Remediable(IPolicy<RemediationCatalogue> catalogue) : IRemediable
{
    public string ActionId => RemediateModal.Action;

    public string AllActionId => RemediateAllModal.Action;

    public bool Offers(Finding finding) => catalogue.Value.Find(finding) is not null;
}
