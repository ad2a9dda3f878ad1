using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace ChatOps.Aws;

/// <summary>Makes handlers that sign the requests of an <see cref="HttpClient"/>.</summary>
public interface IAwsSigning
{
    /// <summary>
    /// A handler that signs each attempt anew; put it innermost, behind whatever tries again. The credentials are those of
    /// <paramref name="account"/>'s role, or our own when it is null.
    /// </summary>
    /// <param name="service">The service's signing name: <c>aps</c>.</param>
    /// <param name="region">The Region that the signature is for.</param>
    /// <param name="account">An account of <c>ChatOps:Aws:Accounts</c>; null for our own credentials.</param>
    /// <exception cref="UnknownAwsAccountException">The account is not configured.</exception>
    DelegatingHandler HandlerFor(string service, string region, string? account = null);
}

/// <inheritdoc/>
internal sealed class AwsSigning(IAwsAccounts accounts, AwsCredentialSource credentials) : IAwsSigning
{
    public DelegatingHandler HandlerFor(string service, string region, string? account = null)
    {
        var role = account is null ? null : credentials.RoleOf(accounts.Find(account) ?? throw new UnknownAwsAccountException(account));
        // By the machine's clock, as the SDK signs: AWS compares it with its own, and a clock that somebody has moved is no excuse there.
        return new SigningHandler(cancellation => KeysOf(role, cancellation), service, region, TimeProvider.System);
    }

    private async Task<ImmutableCredentials> KeysOf(AssumedRoleCredentials? role, CancellationToken cancellation)
    {
        var source = role is not null
            ? await role.Get(cancellation)
            : credentials.Own ?? await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(null);
        return await source.GetCredentialsAsync();
    }
}

/// <summary>Signs requests on their way out.</summary>
internal sealed class SigningHandler(
    Func<CancellationToken, Task<ImmutableCredentials>> keys, string service, string region, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        var signer = await keys(cancellationToken);
        SignatureV4.Sign(request, body, signer, service, region, time.GetUtcNow());
        return await base.SendAsync(request, cancellationToken);
    }
}
