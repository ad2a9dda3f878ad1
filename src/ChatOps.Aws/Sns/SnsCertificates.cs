using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace ChatOps.Aws;

/// <summary>A signing key and until when it may be used, or why there is none.</summary>
internal sealed record SnsSigningKey(RSAParameters? Key, DateTimeOffset NotBefore, DateTimeOffset NotAfter, SnsVerification Fault);

/// <summary>
/// Fetches SNS's signing certificates and keeps a few. Messages that arrive together share one fetch; a fault is remembered
/// briefly, so that a flood of made-up addresses does not become a flood of requests to SNS.
/// </summary>
internal sealed class SnsCertificates(IHttpClientFactory http, IOptions<SnsOptions> options, TimeProvider time)
{
    /// <summary>The named client: it follows no redirect and reads 64 KiB at most.</summary>
    public const string HttpClient = "ChatOps.Aws.Sns";

    private const int Capacity = 16;
    private static readonly TimeSpan KeepGood = TimeSpan.FromHours(24);
    private static readonly TimeSpan KeepFault = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly Dictionary<Uri, (Task<SnsSigningKey> Fetch, DateTimeOffset Until)> _kept = [];

    /// <summary>How many are kept.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _kept.Count;
        }
    }

    public Task<SnsSigningKey> Get(Uri address, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_kept.TryGetValue(address, out var kept) && now < kept.Until)
                return kept.Fetch.WaitAsync(cancellation);
            _kept.Remove(address);
            // What ends first goes first: faults before certificates.
            if (_kept.Count >= Capacity)
                _kept.Remove(_kept.MinBy(entry => entry.Value.Until).Key);
            // The fetch belongs to all who wait for it: no one's cancellation ends it, the client's timeout does.
            var fetch = Task.Run(() => Fetch(address), CancellationToken.None);
            _kept[address] = (fetch, now + KeepFault);
            return fetch.WaitAsync(cancellation);
        }
    }

    private async Task<SnsSigningKey> Fetch(Uri address)
    {
        var found = await Download(address);
        if (found.Key is not null)
        {
            lock (_gate)
            {
                if (_kept.TryGetValue(address, out var kept))
                    _kept[address] = kept with { Until = time.GetUtcNow() + KeepGood };
            }
        }
        return found;
    }

    private async Task<SnsSigningKey> Download(Uri address)
    {
        try
        {
            using var client = http.CreateClient(HttpClient);
            using var response = await client.GetAsync(address);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                var status = $"SNS answered {(int)response.StatusCode} for its signing certificate.";
                return Faulty((int)response.StatusCode >= 500 ? SnsVerification.Unavailable(status) : SnsVerification.Rejected(status));
            }
            return Read(await response.Content.ReadAsStringAsync());
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException)
        {
            return Faulty(SnsVerification.Unavailable("The signing certificate of SNS could not be fetched."));
        }
    }

    private SnsSigningKey Read(string pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            using var key = certificate.GetRSAPublicKey();
            if (key is null || key.KeySize < 2048)
                return Faulty(SnsVerification.Rejected("The signing certificate holds no RSA key of 2048 bits or more."));
            if (options.Value.CheckCertificateChain && !ChainsToTrustedRoot(certificate))
                return Faulty(SnsVerification.Rejected("The signing certificate does not chain to a trusted root."));
            return new SnsSigningKey(key.ExportParameters(false), certificate.NotBefore, certificate.NotAfter, SnsVerification.Ok);
        }
        catch (CryptographicException)
        {
            return Faulty(SnsVerification.Rejected("What SigningCertURL names is not a certificate."));
        }
    }

    private bool ChainsToTrustedRoot(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        return chain.Build(certificate);
    }

    private static SnsSigningKey Faulty(SnsVerification fault) => new(null, default, default, fault);
}
