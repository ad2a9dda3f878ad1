using System.Text.Json;
using ChatOps.Platform.Routing;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// Tells by its content what a message of an SNS topic is: topics are named by whoever made them, and one topic may carry alarms,
/// budgets and alerts alike. A domain registers its own with <see cref="IngestFeature.AddSnsRecognizer{T}"/>, and reads the kinds it gives.
/// </summary>
public interface ISnsRecognizer
{
    /// <summary>
    /// The kind, <c>sns/{what}</c> (<c>sns/cloudwatch-alarm</c>), or null for a message that is somebody else's. The message comes from
    /// outside: it may be of any form. Asked while the sender waits, so a look at its outline must do.
    /// </summary>
    string? KindOf(SnsContent content);

    /// <summary>
    /// Whose channels a message that nobody can read goes to, by its topic or its words; null when it is somebody else's. One that nobody
    /// claims goes where alerts go.
    /// </summary>
    RouteKind? RouteOf(SnsContent content) => null;
}

/// <summary>What recognizers look at.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Subject">The message's subject; null when it has none.</param>
/// <param name="Text">The message itself.</param>
/// <param name="Json">The message as a JSON object; null when it is anything else, such as text or broken JSON.</param>
public sealed record SnsContent(string Topic, string? Subject, string Text, JsonElement? Json)
{
    /// <summary>Whether it is a JSON object that has all these properties.</summary>
    public bool Has(params ReadOnlySpan<string> properties)
    {
        if (Json is not { } json) return false;
        foreach (var property in properties)
        {
            if (!json.TryGetProperty(property, out _)) return false;
        }

        return true;
    }
}
