using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Microsoft.Extensions.Options;

namespace ChatOps.Aws;

/// <summary>Whom AWS takes us for.</summary>
/// <param name="Account">Twelve digits.</param>
/// <param name="Arn">The role or user.</param>
public sealed record CallerIdentity(string Account, string Arn);

/// <summary>Asks AWS whom it takes us for in an account (STS, GetCallerIdentity; it needs no permission).</summary>
public interface IAwsIdentity
{
    /// <summary>The caller in an account.</summary>
    /// <exception cref="UnknownAwsAccountException">The account is not configured.</exception>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">STS refuses: the role cannot be assumed, the keys are wrong.</exception>
    Task<CallerIdentity> OfAsync(string account, CancellationToken cancellationToken);
}

internal sealed class AwsIdentity(IOptions<AwsOptions> options, IAwsAccounts accounts, AwsCredentialSource credentials) : IAwsIdentity
{
    public async Task<CallerIdentity> OfAsync(string account, CancellationToken cancellationToken)
    {
        var known = accounts.Find(account) ?? throw new UnknownAwsAccountException(account);
        var role = credentials.RoleOf(known);
        // The SDK would ask without credentials where they cannot be had, and tell of that instead of the role's refusal.
        if (role is not null) await role.Get(cancellationToken);
        using var sts = new AmazonSecurityTokenServiceClient(
            new AmazonSecurityTokenServiceConfig { MaxErrorRetry = 1 }
                .Apply(options.Value, options.Value.Region, credentials.Own, role));
        var caller = await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken);
        return new CallerIdentity(caller.Account, caller.Arn);
    }
}
