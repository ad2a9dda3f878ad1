using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Aws;

/// <summary>
/// Verifies as https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html says, and more strictly: listed
/// topics only, nothing older than <see cref="SnsOptions.MaxAge"/>, certificates from SNS's own hosts only.
/// </summary>
internal sealed partial class SnsEnvelopeVerifier(
    SnsCertificates certificates, IHttpClientFactory http, IOptions<AwsOptions> aws, IOptions<SnsOptions> options, TimeProvider time,
    ILogger<SnsEnvelopeVerifier> logger) : ISnsEnvelopeVerifier
{
    private static readonly TimeSpan FutureTolerance = TimeSpan.FromMinutes(5);

    private readonly SnsAddress _addresses = new(aws.Value.ServiceUrl);
    private readonly HashSet<string> _topics = new(options.Value.TopicArns, StringComparer.Ordinal);

    public bool AllowsTopic(string topicArn) => _topics.Contains(topicArn);

    public async ValueTask<SnsVerification> Verify(SnsEnvelope envelope, CancellationToken cancellation = default)
    {
        var verified = await Check(envelope, cancellation);
        if (!verified.IsOk)
            LogNotVerified(logger, verified.Verdict, verified.Reason);
        return verified;
    }

    public async Task<SnsVerification> ConfirmSubscription(SnsEnvelope envelope, CancellationToken cancellation = default)
    {
        if (envelope.Type != SnsEnvelope.SubscriptionConfirmation)
            return SnsVerification.Rejected($"A {envelope.Type} confirms no subscription.");
        if (!AllowsTopic(envelope.TopicArn))
            return UnlistedTopic;
        if (_addresses.Subscription(envelope.SubscribeUrl) is not { } address)
            return SnsVerification.Rejected("SubscribeURL is not an address of SNS.");
        try
        {
            using var client = http.CreateClient(SnsCertificates.HttpClient);
            using var response = await client.GetAsync(address, cancellation);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                LogConfirmed(logger, envelope.TopicArn);
                return SnsVerification.Ok;
            }
            var status = $"SNS answered {(int)response.StatusCode} to the confirmation.";
            return (int)response.StatusCode >= 500 ? SnsVerification.Unavailable(status) : SnsVerification.Rejected(status);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException
            || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return SnsVerification.Unavailable("SNS could not be reached to confirm the subscription.");
        }
    }

    /// <summary>What is signed: names and values on a line each, in this order; an absent Subject is left out.</summary>
    internal static string StringToSign(SnsEnvelope envelope)
    {
        var text = new StringBuilder();
        void Add(string name, string? value) => text.Append(name).Append('\n').Append(value).Append('\n');

        Add("Message", envelope.Message);
        Add("MessageId", envelope.MessageId);
        if (envelope.Type == SnsEnvelope.Notification)
        {
            if (envelope.Subject is not null)
                Add("Subject", envelope.Subject);
        }
        else
        {
            Add("SubscribeURL", envelope.SubscribeUrl);
        }
        Add("Timestamp", envelope.Timestamp);
        if (envelope.Type != SnsEnvelope.Notification)
            Add("Token", envelope.Token);
        Add("TopicArn", envelope.TopicArn);
        Add("Type", envelope.Type);
        return text.ToString();
    }

    private static SnsVerification UnlistedTopic { get; } =
        SnsVerification.Rejected($"The topic is not listed in {SnsOptions.Section}:TopicArns.");

    private async ValueTask<SnsVerification> Check(SnsEnvelope envelope, CancellationToken cancellation)
    {
        if (!AllowsTopic(envelope.TopicArn))
            return UnlistedTopic;
        if (CheckAge(envelope) is { IsOk: false } stale)
            return stale;
        if (Algorithm(envelope.SignatureVersion) is not { } algorithm)
            return SnsVerification.Rejected("SignatureVersion must be 1 or 2.");
        if (Decode(envelope.Signature) is not { } signature)
            return SnsVerification.Rejected("Signature is missing or not base64.");
        if (envelope.Type != SnsEnvelope.Notification && (envelope.Token is null || envelope.SubscribeUrl is null))
            return SnsVerification.Rejected("A confirmation needs Token and SubscribeURL.");
        if (_addresses.Certificate(envelope.SigningCertUrl) is not { } address)
            return SnsVerification.Rejected("SigningCertURL is not the address of a certificate of SNS.");

        var found = await certificates.Get(address, cancellation);
        if (found.Key is not { } key)
            return found.Fault;
        var now = time.GetUtcNow();
        if (now < found.NotBefore || now > found.NotAfter)
            return SnsVerification.Rejected("The signing certificate is not valid now.");
        using var rsa = RSA.Create(key);
        return rsa.VerifyData(Encoding.UTF8.GetBytes(StringToSign(envelope)), signature, algorithm, RSASignaturePadding.Pkcs1)
            ? SnsVerification.Ok
            : SnsVerification.Rejected("The signature does not match the message.");
    }

    private SnsVerification CheckAge(SnsEnvelope envelope)
    {
        if (!DateTimeOffset.TryParseExact(
            envelope.Timestamp, ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var sent))
        {
            return SnsVerification.Rejected("Timestamp is not an ISO 8601 time in UTC.");
        }
        var now = time.GetUtcNow();
        if (now - sent > options.Value.MaxAge)
            return SnsVerification.Rejected($"The message is older than {options.Value.MaxAge.TotalMinutes:0} minutes.");
        return sent - now > FutureTolerance
            ? SnsVerification.Rejected("The message's time is in the future; check this machine's clock.")
            : SnsVerification.Ok;
    }

    private static HashAlgorithmName? Algorithm(string? version) => version switch
    {
        "1" => HashAlgorithmName.SHA1,
        "2" => HashAlgorithmName.SHA256,
        _ => null,
    };

    private static byte[]? Decode(string? base64)
    {
        if (string.IsNullOrEmpty(base64) || base64.Length > 4096)
            return null;
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An SNS message was not verified ({Verdict}): {Reason}")]
    private static partial void LogNotVerified(ILogger logger, SnsVerdict verdict, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Confirmed the subscription of {TopicArn}")]
    private static partial void LogConfirmed(ILogger logger, string topicArn);
}
