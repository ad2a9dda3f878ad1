using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using ChatOps.Aws;

namespace ChatOps.Costs;

/// <summary>
/// Reads anomalies in their two forms: SNS's message says <c>dimensionalValue</c>, EventBridge's detail <c>dimensionValue</c> and
/// <c>monitorName</c>. Anything but the id and the impact may be absent.
/// </summary>
internal static class AnomalyEvents
{
    /// <summary>EventBridge's kind.</summary>
    public const string Detected = "aws.ce/Anomaly Detected";

    /// <summary>Reads the message of SNS, or the whole event of EventBridge.</summary>
    public static bool TryRead(string body, DateTimeOffset at, [NotNullWhen(true)] out Anomaly? anomaly)
    {
        anomaly = null;
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
            var root = document.RootElement;
            var detail = root.TryGetProperty("detail", out var inside) ? inside : root;
            if (Text(detail, "anomalyId") is not { Length: > 0 } id || !detail.TryGetProperty("impact", out var impact)) return false;
            if ((Number(impact, "totalImpact") ?? Number(impact, "maxImpact")) is not { } total) return false;
            anomaly = new Anomaly
            {
                Id = Anomaly.IdOf(id),
                AwsId = id,
                Account = Text(detail, "accountId") ?? Text(root, "account") ?? "",
                Dimension = Text(detail, "dimensionValue") ?? Text(detail, "dimensionalValue"),
                Monitor = Text(detail, "monitorName"),
                From = Moment(Text(detail, "anomalyStartDate")),
                To = Moment(Text(detail, "anomalyEndDate")),
                Impact = total,
                ImpactShare = Number(impact, "totalImpactPercentage") / 100m,
                Actual = Number(impact, "totalActualSpend"),
                Expected = Number(impact, "totalExpectedSpend"),
                Causes = Causes(detail),
                Link = LinkOf(Text(detail, "anomalyDetailsLink")),
                NoticedAt = at,
            };
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>An anomaly as Cost Explorer lists it.</summary>
    public static Anomaly Of(AwsAnomaly listed, string account, DateTimeOffset at) => new()
    {
        Id = Anomaly.IdOf(listed.AnomalyId),
        AwsId = listed.AnomalyId,
        Account = account,
        Dimension = listed.DimensionValue,
        From = Moment(listed.AnomalyStartDate),
        To = Moment(listed.AnomalyEndDate),
        Impact = listed.Impact.TotalImpact ?? listed.Impact.MaxImpact,
        ImpactShare = listed.Impact.TotalImpactPercentage / 100m,
        Actual = listed.Impact.TotalActualSpend,
        Expected = listed.Impact.TotalExpectedSpend,
        Causes = [.. (listed.RootCauses ?? []).Select(cause => new RootCause(
            cause.Service, cause.Region, cause.LinkedAccount, cause.LinkedAccountName, cause.UsageType, cause.Impact?.Contribution))],
        NoticedAt = at,
    };

    private static IReadOnlyList<RootCause> Causes(JsonElement detail) =>
        detail.TryGetProperty("rootCauses", out var causes) && causes.ValueKind == JsonValueKind.Array
            ? [.. causes.EnumerateArray().Where(cause => cause.ValueKind == JsonValueKind.Object).Take(50).Select(cause => new RootCause(
                Text(cause, "service"), Text(cause, "region"), Text(cause, "linkedAccount"), Text(cause, "linkedAccountName"),
                Text(cause, "usageType"),
                cause.TryGetProperty("impact", out var impact) ? Number(impact, "contribution") : null))
                    .OrderByDescending(cause => cause.Contribution)]
            : [];

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text
            ? StorableText.Clean(text)
            : null;

    private static decimal? Number(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDecimal(out var number) ? number : null;

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    /// <summary>The link becomes a button: only AWS's own console may be behind it.</summary>
    private static string? LinkOf(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && url.Length < 3000 && ConsoleLinks.IsConsole(address) ? url : null;
}
