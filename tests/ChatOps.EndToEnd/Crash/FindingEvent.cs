using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.EndToEnd.Crash;

/// <summary>Events made from a real one, told apart by a number.</summary>
internal static class FindingEvent
{
    private static readonly string Template = File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "data/events/securityhub-imported/control-ec2-19-consolidated.json"));

    /// <summary>
    /// The event that brings finding <paramref name="number"/>, in its <paramref name="version"/>th state: 0 is new, later ones have a
    /// newer UpdatedAt.
    /// </summary>
    public static string Json(int number, int version = 0)
    {
        var envelope = JsonNode.Parse(Template)!;
        var finding = envelope["detail"]!["findings"]![0]!;
        envelope["id"] = $"5e1ec7ed-0000-4000-8000-{(number * 100) + version:D12}";
        finding["Id"] =
            $"arn:aws:securityhub:ap-northeast-2:111122223333:security-control/EC2.19/finding/00000000-0000-4000-8000-{number:D12}";
        finding["Resources"]![0]!["Id"] = Resource(number);
        finding["UpdatedAt"] = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero).AddMinutes(version)
            .ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        finding["RecordState"] = "ACTIVE";
        finding["Workflow"] = new JsonObject { ["Status"] = "NEW" };
        finding["Compliance"]!["Status"] = "FAILED";
        finding["Severity"] = new JsonObject { ["Label"] = version == 0 ? "HIGH" : "CRITICAL" };
        return envelope.ToJsonString();
    }

    public static string Resource(int number) => $"arn:aws:ec2:ap-northeast-2:111122223333:security-group/sg-{number:x8}";
}
