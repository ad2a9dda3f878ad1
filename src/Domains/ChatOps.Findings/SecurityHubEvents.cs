using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;

namespace ChatOps.Findings;

/// <summary>Security Hub's EventBridge events: which kinds are read, and what stands in one.</summary>
internal static class SecurityHubEvents
{
    /// <summary>A finding was imported or changed; up to 100 in one event.</summary>
    public const string Imported = "aws.securityhub/Security Hub Findings - Imported";

    /// <summary>Somebody chose findings in Security Hub's console and sent them to a custom action.</summary>
    public const string CustomAction = "aws.securityhub/Security Hub Findings - Custom Action";

    /// <summary>A finding was imported or changed, as Security Hub's second generation tells it: in OCSF.</summary>
    public const string ImportedV2 = "aws.securityhub/Findings Imported V2";

    /// <summary>Somebody sent the results of an insight to a custom action.</summary>
    public const string InsightResults = "aws.securityhub/Security Hub Insight Results";

    /// <summary>Reads an event. A finding that cannot be read becomes a fault and does not cost the others.</summary>
    /// <exception cref="UnreadableEventException">The event itself is not what its kind says.</exception>
    public static SecurityHubEvent Read(string body)
    {
        var envelope = EventBridgeEnvelope.ParseOne(body);
        // The two generations share their source and are told apart by the detail-type alone.
        var isV2 = $"{envelope.Source}/{envelope.DetailType}" == ImportedV2;
        if (envelope.Detail.Child("findings") is not { ValueKind: JsonValueKind.Array } list)
            throw new UnreadableEventException("'detail.findings' is missing or not an array.");

        var findings = new List<Finding>();
        var faults = new List<AsffFault>();
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            Finding finding;
            string why;
            if (isV2
                ? Ocsf.TryRead(item, envelope.Region, envelope.Time, out finding, out why)
                : Asff.TryRead(item, envelope.Region, envelope.Time, out finding, out why))
                findings.Add(finding);
            else faults.Add(new AsffFault(index, why, item.GetRawText()));
            index++;
        }

        return new SecurityHubEvent(findings, faults, envelope.Detail.Text("actionName", 64), envelope.Time);
    }
}

/// <summary>What stood in an event.</summary>
/// <param name="Findings">The findings, in order.</param>
/// <param name="Faults">What could not be read.</param>
/// <param name="ActionName">The custom action's name; null for imports.</param>
/// <param name="At">When Security Hub said so.</param>
internal sealed record SecurityHubEvent(
    IReadOnlyList<Finding> Findings, IReadOnlyList<AsffFault> Faults, string? ActionName, DateTimeOffset At);

/// <summary>A finding of an event that could not be read.</summary>
/// <param name="Index">Its place in the event.</param>
/// <param name="Error">Why.</param>
/// <param name="Json">The finding as it came.</param>
internal sealed record AsffFault(int Index, string Error, string Json);
