using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ChatOps.Aws;

/// <summary>What SNS posts to an HTTPS endpoint (and puts into SQS): a message, or the request to confirm a subscription.</summary>
public sealed record SnsEnvelope
{
    /// <summary>A message to the topic.</summary>
    public const string Notification = "Notification";
    /// <summary>Someone subscribed us: confirm it by ConfirmSubscription.</summary>
    public const string SubscriptionConfirmation = "SubscriptionConfirmation";
    /// <summary>Someone unsubscribed us.</summary>
    public const string UnsubscribeConfirmation = "UnsubscribeConfirmation";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    /// <summary>One of the constants here.</summary>
    public required string Type { get; init; }
    /// <summary>The message's identity: redelivery repeats it.</summary>
    public required string MessageId { get; init; }
    /// <summary>The topic.</summary>
    public required string TopicArn { get; init; }
    /// <summary>What was published; often JSON inside the text.</summary>
    public required string Message { get; init; }
    /// <summary>Null when there is none; it is then no part of what is signed.</summary>
    public string? Subject { get; init; }
    /// <summary>When it was published, as SNS writes it: the signature covers this text.</summary>
    public required string Timestamp { get; init; }
    /// <summary><c>1</c> (SHA1) or <c>2</c> (SHA256).</summary>
    public string? SignatureVersion { get; init; }
    /// <summary>Base64.</summary>
    public string? Signature { get; init; }
    /// <summary>Where the certificate is; <c>SigningCertURL</c> over HTTP, <c>SigningCertUrl</c> in Lambda's form.</summary>
    public string? SigningCertUrl { get; init; }
    /// <summary>Of a confirmation: the token.</summary>
    public string? Token { get; init; }
    /// <summary>Of a confirmation: the address that confirms.</summary>
    public string? SubscribeUrl { get; init; }

    /// <summary>Reads an envelope. When it fails, <paramref name="error"/> says what is wrong. Never throws on hostile text.</summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out SnsEnvelope? envelope, [NotNullWhen(false)] out string? error)
    {
        envelope = null;
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return TryRead(document.RootElement, out envelope, out error);
        }
        catch (JsonException fault)
        {
            error = JsonFault.Describe(fault, Options.MaxDepth);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate parses as JSON but is no text.
            error = "A field of the SNS envelope is not valid Unicode text.";
        }
        return false;
    }

    private static bool TryRead(JsonElement json, [NotNullWhen(true)] out SnsEnvelope? envelope, [NotNullWhen(false)] out string? error)
    {
        envelope = null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            error = "Expected an SNS envelope (an object).";
            return false;
        }
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in json.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.String && !fields.TryAdd(field.Name, field.Value.GetString()!))
            {
                // Two values for one name: we could verify one and act on the other.
                error = $"'{field.Name}' is given twice.";
                return false;
            }
        }
        foreach (var name in (ReadOnlySpan<string>)["Type", "MessageId", "TopicArn", "Message", "Timestamp"])
        {
            if (!fields.ContainsKey(name))
            {
                error = $"'{name}' is missing or not text.";
                return false;
            }
        }
        if (fields["Type"] is not (Notification or SubscriptionConfirmation or UnsubscribeConfirmation))
        {
            error = $"'Type' must be {Notification}, {SubscriptionConfirmation} or {UnsubscribeConfirmation}.";
            return false;
        }
        envelope = new SnsEnvelope
        {
            Type = fields["Type"],
            MessageId = fields["MessageId"],
            TopicArn = fields["TopicArn"],
            Message = fields["Message"],
            Timestamp = fields["Timestamp"],
            Subject = fields.GetValueOrDefault("Subject"),
            SignatureVersion = fields.GetValueOrDefault("SignatureVersion"),
            Signature = fields.GetValueOrDefault("Signature"),
            SigningCertUrl = fields.GetValueOrDefault("SigningCertURL"),
            Token = fields.GetValueOrDefault("Token"),
            SubscribeUrl = fields.GetValueOrDefault("SubscribeURL"),
        };
        error = null;
        return true;
    }
}
