using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ChatOps.Aws.Tests;

/// <summary>Signs messages as SNS does, with a key of its own.</summary>
internal sealed class SnsSender : IDisposable
{
    private readonly RSA _key;

    public SnsSender(DateTimeOffset from, DateTimeOffset until, int keySize = 2048)
    {
        _key = RSA.Create(keySize);
        var request = new CertificateRequest("CN=sns.amazonaws.com", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(from, until);
        Pem = certificate.ExportCertificatePem();
    }

    public string Pem { get; }

    public SnsEnvelope Sign(SnsEnvelope envelope) => envelope with
    {
        Signature = Convert.ToBase64String(_key.SignData(
            Encoding.UTF8.GetBytes(SnsEnvelopeVerifier.StringToSign(envelope)),
            envelope.SignatureVersion == "1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1)),
    };

    public void Dispose() => _key.Dispose();
}
