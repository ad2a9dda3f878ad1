using ChatOps.Aws;

namespace ChatOps.Findings;

/// <summary>An account and Region.</summary>
internal sealed record AwsPlace(string Account, string Region);

/// <summary>
/// Where Security Hub is asked about a finding: in the finding's own account and Region when we look after that account, otherwise
/// at home, where the administrator's Security Hub aggregates the members'.
/// </summary>
internal sealed class SecurityHubAggregation(IAwsAccounts accounts)
{
    /// <summary>The place, or null when no account is configured at all.</summary>
    public AwsPlace? Of(Finding finding)
    {
        if (accounts.Find(finding.Account) is not null) return new AwsPlace(finding.Account, finding.Region);
        return accounts.All is [var first, ..] ? new AwsPlace(first.Id, accounts.HomeRegion) : null;
    }

    /// <summary>What people call the account; null when it has no name of its own.</summary>
    public string? NameOf(string account) => accounts.Find(account) is { } known && known.Name != known.Id ? known.Name : null;
}
