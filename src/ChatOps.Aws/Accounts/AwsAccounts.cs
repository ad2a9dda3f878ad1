using Microsoft.Extensions.Options;

namespace ChatOps.Aws;

/// <summary>An account we look after.</summary>
/// <param name="Id">Twelve digits.</param>
/// <param name="Name">What people call it; its id when it has no name.</param>
/// <param name="RoleArn">The role assumed there; null where our own credentials serve.</param>
/// <param name="Regions">The Regions looked after; never empty.</param>
public sealed record AwsAccount(string Id, string Name, string? RoleArn, IReadOnlyList<string> Regions);

/// <summary>The configured accounts, in the order they are written down.</summary>
public interface IAwsAccounts
{
    /// <summary>All of them.</summary>
    IReadOnlyList<AwsAccount> All { get; }

    /// <summary>The home Region, <c>ChatOps:Aws:Region</c>.</summary>
    string HomeRegion { get; }

    /// <summary>The account with this id, or null when it is not one of ours.</summary>
    AwsAccount? Find(string id);
}

/// <summary>An account was asked for that <c>ChatOps:Aws:Accounts</c> does not list.</summary>
public sealed class UnknownAwsAccountException(string id)
    : Exception($"The AWS account '{id}' is not configured. Add it to ChatOps:Aws:Accounts.")
{
    /// <summary>The id that was asked for.</summary>
    public string AccountId { get; } = id;
}

internal sealed class AwsAccounts : IAwsAccounts
{
    public AwsAccounts(IOptions<AwsOptions> options)
    {
        HomeRegion = options.Value.Region;
        All = [.. options.Value.Accounts.Select(account => new AwsAccount(
            account.Id,
            string.IsNullOrWhiteSpace(account.Name) ? account.Id : account.Name,
            string.IsNullOrWhiteSpace(account.RoleArn) ? null : account.RoleArn,
            account.Regions.Count == 0 ? [HomeRegion] : [.. account.Regions]))];
    }

    public IReadOnlyList<AwsAccount> All { get; }

    public string HomeRegion { get; }

    public AwsAccount? Find(string id) => All.FirstOrDefault(account => account.Id == id);
}
