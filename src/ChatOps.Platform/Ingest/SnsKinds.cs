using System.Text.Json;
using ChatOps.Aws;

namespace ChatOps.Platform.Ingest;

/// <summary>The kind of what an SNS topic carries: as the first recognizer knows it, else under the topic's name.</summary>
public sealed class SnsKinds(IEnumerable<ISnsRecognizer> recognizers)
{
    private const int MaxDepth = 32;

    private readonly ISnsRecognizer[] _recognizers = [.. recognizers];

    /// <summary>The kind of event that a message is: what a domain recognizes it as, or <c>sns/TOPIC</c>.</summary>
    public string Of(SnsEnvelope envelope)
    {
        var topic = TopicName(envelope.TopicArn);
        using var document = Parse(envelope.Message);
        var json = document?.RootElement is { ValueKind: JsonValueKind.Object } root ? root : (JsonElement?)null;
        var content = new SnsContent(topic, envelope.Subject, envelope.Message, json);
        foreach (var recognizer in _recognizers)
        {
            if (recognizer.KindOf(content) is { } kind) return kind;
        }

        return $"sns/{topic}";
    }

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
