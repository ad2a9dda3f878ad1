using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;

namespace ChatOps.Findings;

/// <summary>The results of a Security Hub insight that somebody sent to a custom action: counts, at that moment.</summary>
/// <param name="Id">Our id: of the event that brought it.</param>
/// <param name="Name">The insight's name.</param>
/// <param name="Arn">The insight.</param>
/// <param name="Action">The custom action's name.</param>
/// <param name="ResultType">What the findings are counted by: an attribute of findings, <c>ResourceAwsIamAccessKeyUserName</c>.</param>
/// <param name="Account">The account it was sent from.</param>
/// <param name="Region">The Region it was sent from.</param>
/// <param name="At">When.</param>
/// <param name="Results">By value of that attribute, how many findings; the most first.</param>
internal sealed record Insight(
    string Id, string Name, string Arn, string Action, string ResultType, string Account, string Region, DateTimeOffset At,
    IReadOnlyList<InsightResult> Results)
{
    private const int MaxResults = 200;

    /// <summary>Reads 'Security Hub Insight Results'.</summary>
    /// <exception cref="UnreadableEventException">It has no results.</exception>
    public static Insight Read(EventBridgeEnvelope envelope)
    {
        JsonElement? json = envelope.Detail;
        if (json.Child("insightResults") is not { ValueKind: JsonValueKind.Array })
            throw new UnreadableEventException("'detail.insightResults' is missing or not an array.");
        var results = json.Child("insightResults").Items().SelectMany(item => EventText.Map(item, MaxResults))
            .Select(pair => new InsightResult(pair.Key, EventText.Whole(pair.Value) ?? 0))
            .OrderByDescending(result => result.Count).ThenBy(result => result.Value, StringComparer.Ordinal).Take(MaxResults);
        return new Insight(
            Finding.IdOf(envelope.Id, SecurityHubEvents.InsightResults),
            json.Text("insightName", 256) ?? json.Text("insightArn", 512) ?? "", json.Text("insightArn", 512) ?? "",
            json.Text("actionName", 64) ?? "", json.Text("resultType", 128) ?? "", envelope.Account, envelope.Region, envelope.Time,
            [.. results]);
    }
}

/// <summary>How many findings have a value.</summary>
internal sealed record InsightResult(string Value, long Count);
