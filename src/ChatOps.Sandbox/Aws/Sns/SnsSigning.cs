using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.Sns;

/// <summary>
/// Signs messages as SNS does, with a key made at the start and a certificate served where SigningCertURL points.
/// The string to sign: names and values on lines of their own, in byte order of the names; Subject only when there is one.
/// </summary>
internal sealed class SnsSigning : IDisposable
{
    private static readonly string[] NotificationFields = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
    private static readonly string[] ConfirmationFields =
    [
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ];

    private readonly RSA _key = RSA.Create(2048);

    public SnsSigning(TimeProvider time)
    {
        var request = new CertificateRequest("CN=sns.amazonaws.com, O=Sandbox", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(time.GetUtcNow().AddDays(-1), time.GetUtcNow().AddDays(365));
        Pem = Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n");
        Path = $"/SimpleNotificationService-{AwsIds.Hex(32)}.pem";
    }

    /// <summary>The certificate's path under the public address.</summary>
    public string Path { get; }

    public byte[] Pem { get; }

    /// <summary>Adds SignatureVersion and Signature to a message that has all its other members.</summary>
    /// <param name="message">The message.</param>
    /// <param name="version"><c>1</c> for SHA-1, <c>2</c> for SHA-256.</param>
    public void Sign(JsonObject message, string version)
    {
        var fields = (string?)message["Type"] == "Notification" ? NotificationFields : ConfirmationFields;
        var text = new StringBuilder();
        foreach (var field in fields)
        {
            if ((string?)message[field] is { } value)
                text.Append(field).Append('\n').Append(value).Append('\n');
        }

        var hash = version == "2" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
        message["SignatureVersion"] = version;
        message["Signature"] = Convert.ToBase64String(
            _key.SignData(Encoding.UTF8.GetBytes(text.ToString()), hash, RSASignaturePadding.Pkcs1));
    }

    public void Dispose() => _key.Dispose();
}
