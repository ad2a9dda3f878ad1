using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Routing;

namespace ChatOps.Platform.Ingest;

/// <summary>The kind of what an SNS topic carries: as the first recognizer knows it, else under the topic's name.</summary>
public sealed class SnsKinds(IEnumerable<ISnsRecognizer> recognizers)
{
    /// <summary>What kinds of messages that nobody recognizes begin with; the topic follows.</summary>
    internal const string TopicPrefix = "sns/";

    private const int MaxDepth = 32;

    private readonly ISnsRecognizer[] _recognizers = [.. recognizers];

    /// <summary>The kind of event that a message is: what a domain recognizes it as, or <c>sns/TOPIC</c>.</summary>
    public string Of(SnsEnvelope envelope)
    {
        var topic = TopicName(envelope.TopicArn);
        using var document = Parse(envelope.Message);
        var content = ContentOf(topic, envelope.Subject, envelope.Message, document);
        foreach (var recognizer in _recognizers)
        {
            if (recognizer.KindOf(content) is { } kind) return kind;
        }

        return $"{TopicPrefix}{topic}";
    }

    /// <summary>
    /// The same of a message without an envelope, as a subscription with raw message delivery sends it; null when nobody recognizes it.
    /// </summary>
    public string? OfRaw(string message)
    {
        using var document = Parse(message);
        var content = ContentOf("", null, message, document);
        return _recognizers.Select(recognizer => recognizer.KindOf(content)).FirstOrDefault(kind => kind is not null);
    }

    /// <summary>Whose channels a message goes to that nobody can read.</summary>
    /// <param name="kind">As what it came: <c>sns/TOPIC</c>, or the kind of an unknown message of a queue.</param>
    /// <param name="message">The message.</param>
    public RouteKind RouteOf(string kind, string message)
    {
        using var document = Parse(message);
        var topic = kind.StartsWith(TopicPrefix, StringComparison.Ordinal) ? kind[TopicPrefix.Length..] : "";
        var content = ContentOf(topic, null, message, document);
        return _recognizers.Select(recognizer => recognizer.RouteOf(content)).FirstOrDefault(route => route is not null)
            ?? RouteKind.Alerts;
    }

    private static SnsContent ContentOf(string topic, string? subject, string message, JsonDocument? document) => new(
        topic, subject, message, document?.RootElement is { ValueKind: JsonValueKind.Object } root ? root : null);

    private static JsonDocument? Parse(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal)) return null;
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string TopicName(string arn) => arn[(arn.LastIndexOf(':') + 1)..] is { Length: > 0 } name ? name : "unknown";
}
