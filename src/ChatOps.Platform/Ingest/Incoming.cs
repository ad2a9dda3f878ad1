using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ChatOps.Aws;

namespace ChatOps.Platform.Ingest;

/// <summary>Makes events for the inbox out of what the transports carry: identity, kind, body.</summary>
public static class Incoming
{
    private const int MaxKind = 256;

    /// <summary>An index entry of PostgreSQL takes 2,704 bytes; identities beyond this are hashed.</summary>
    private const int MaxIdentity = 400;

    /// <summary>The kind of what AWS Config sends to a custom rule's function, which is no EventBridge event.</summary>
    public const string ConfigRuleInvocation = "aws.config/Config Rule Invocation";

    /// <summary>The kind of a queue's message that nobody recognizes.</summary>
    internal const string UnknownOfQueue = "sqs/unknown";

    /// <summary>The same event has one identity whichever way it comes: straight from EventBridge, or through SNS or SQS.</summary>
    public static IncomingEvent Of(EventBridgeEnvelope envelope, string source) =>
        new(Key("eventbridge", envelope.Id), source, Kind($"{envelope.Source}/{envelope.DetailType}"), envelope.Raw.GetRawText());

    /// <summary>What an SNS topic carries: the EventBridge event inside, or the message itself as what it is recognized to be.</summary>
    public static IReadOnlyList<IncomingEvent> Of(SnsEnvelope envelope, string source, SnsKinds kinds)
    {
        // Only now: the signature was of the text as it came.
        var message = Encoding.UTF8.GetBytes(StorableText.CleanJson(envelope.Message));
        return TryEventBridge(message, out var events) ? [.. events.Select(item => Of(item, source))]
            : TryConfigRule(message, source, out var rule) ? [rule]
            : [new IncomingEvent(Key("sns", envelope.MessageId), source, Kind(kinds.Of(envelope)), envelope.Message)];
    }

    /// <summary>A message of a queue: EventBridge events, an SNS envelope of an allowed topic, or something not yet understood.</summary>
    /// <param name="body">The message.</param>
    /// <param name="messageId">SQS's id of it, the identity of what has none of its own.</param>
    /// <param name="allowsTopic">The topic allow-list.</param>
    /// <param name="kinds">What topics carry.</param>
    /// <param name="events">What it carries; empty for what is dropped.</param>
    /// <returns>False when it came from a topic that is not allowed.</returns>
    public static bool TryOfQueue(
        string body, string messageId, Func<string, bool> allowsTopic, SnsKinds kinds, out IReadOnlyList<IncomingEvent> events)
    {
        body = StorableText.CleanJson(body);
        var bytes = Encoding.UTF8.GetBytes(body);
        if (TryEventBridge(bytes, out var inside))
        {
            events = [.. inside.Select(item => Of(item, "sqs"))];
        }
        else if (SnsEnvelope.TryParse(bytes, out var envelope, out _))
        {
            if (!allowsTopic(envelope.TopicArn))
            {
                events = [];
                return false;
            }

            events = envelope.Type == SnsEnvelope.Notification ? Of(envelope, "sqs", kinds) : [];
        }
        else if (TryConfigRule(bytes, "sqs", out var rule))
        {
            events = [rule];
        }
        else
        {
            events = [new IncomingEvent(Key("sqs", messageId), "sqs", Kind(kinds.OfRaw(body) ?? UnknownOfQueue), body)];
        }

        return true;
    }

    /// <summary>The invocation of a custom Config rule, forwarded by the rule's function; false for anything else.</summary>
    public static bool TryConfigRule(ReadOnlyMemory<byte> json, string source, [NotNullWhen(true)] out IncomingEvent? invocation)
    {
        invocation = Aws.ConfigRuleInvocation.TryParse(json, out var read)
            ? new IncomingEvent(Key("config", read.Token), source, ConfigRuleInvocation, Encoding.UTF8.GetString(json.Span))
            : null;
        return invocation is not null;
    }

    /// <summary>An identity within its source, short enough for an index.</summary>
    public static string Key(string source, string identity) =>
        identity.Length <= MaxIdentity ? $"{source}:{identity}" : $"{source}:sha256:{Hash(identity)}";

    /// <summary>SHA-256 in hexadecimal.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Kind(string kind) => StorableText.Cut(kind, MaxKind);

    private static bool TryEventBridge(byte[] json, [NotNullWhen(true)] out IReadOnlyList<EventBridgeEnvelope>? events)
    {
        events = null;
        return json is [(byte)'{' or (byte)'[' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t', ..]
            && EventBridgeEnvelope.TryParse(json, out events, out _);
    }
}
