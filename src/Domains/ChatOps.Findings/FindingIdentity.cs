using ChatOps.Aws;

namespace ChatOps.Findings;

/// <summary>What a finding is called by Security Hub. Pure.</summary>
internal static class FindingIdentity
{
    /// <summary>All findings of Security Hub that this is.</summary>
    public static IReadOnlyList<FindingIdentifier> AllOf(Finding finding) => finding.Members.Count == 0
        ? [new FindingIdentifier(finding.Arn, finding.ProductArn)]
        : [.. finding.Members.Where(member => finding.Archived || !member.Archived).Select(
            member => new FindingIdentifier(member.Arn, member.ProductArn))];

    /// <summary>What its second generation calls it.</summary>
    public static OcsfFindingIdentifier OcsfOf(Finding finding) => new(
        finding.Account, finding.Arn, finding.ProductArn.Replace("::product/", "::productv2/", StringComparison.Ordinal));
}
