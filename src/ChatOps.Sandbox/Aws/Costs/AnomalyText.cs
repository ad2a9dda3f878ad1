using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Aws.Costs;

/// <summary>An anomaly in its three forms: SNS's message, EventBridge's detail, Cost Explorer's list.</summary>
internal static class AnomalyText
{
    private const string Monitor = "c85a1880-4679-48f9-aefc-bb2a50c3e03e";

    private static string MonitorArn => $"arn:aws:ce::{AwsSandboxOptions.ProdAccount}:anomalymonitor/{Monitor}";

    /// <summary>SNS says <c>dimensionalValue</c>.</summary>
    public static JsonObject Message(CostAnomaly anomaly)
    {
        var message = Common(anomaly);
        message["dimensionalValue"] = anomaly.Line.Service;
        message["subscriptionId"] = "63e2c50d-414a-4aa7-a747-f51f5221d168";
        message["subscriptionName"] = "chatops";
        return message;
    }

    /// <summary>EventBridge says <c>dimensionValue</c>, and the monitor's name.</summary>
    public static JsonObject Detail(CostAnomaly anomaly)
    {
        var detail = Common(anomaly);
        detail["accountName"] = "prod";
        detail["dimensionValue"] = anomaly.Line.Service;
        detail["monitorName"] = "services";
        return detail;
    }

    /// <summary>The resource of EventBridge's event.</summary>
    public static string Resource => MonitorArn;

    /// <summary>As GetAnomalies lists it.</summary>
    public static JsonNode Listed(CostAnomaly anomaly) => new JsonObject
    {
        ["AnomalyId"] = anomaly.Id,
        ["AnomalyStartDate"] = Start(anomaly),
        ["AnomalyEndDate"] = Start(anomaly),
        ["DimensionValue"] = anomaly.Line.Service,
        ["RootCauses"] = new JsonArray(new JsonObject
        {
            ["Service"] = anomaly.Line.Service,
            ["Region"] = anomaly.Line.Region,
            ["LinkedAccount"] = anomaly.Line.Account,
            ["LinkedAccountName"] = "stage",
            ["UsageType"] = "BoxUsage:p4d.24xlarge",
            ["Impact"] = new JsonObject { ["Contribution"] = anomaly.Actual - anomaly.Expected },
        }),
        ["AnomalyScore"] = new JsonObject { ["MaxScore"] = 0.82, ["CurrentScore"] = 0.82 },
        ["Impact"] = new JsonObject
        {
            ["MaxImpact"] = anomaly.Actual - anomaly.Expected,
            ["TotalImpact"] = anomaly.Actual - anomaly.Expected,
            ["TotalActualSpend"] = anomaly.Actual,
            ["TotalExpectedSpend"] = anomaly.Expected,
            ["TotalImpactPercentage"] = Percentage(anomaly),
        },
        ["MonitorArn"] = MonitorArn,
    };

    private static JsonObject Common(CostAnomaly anomaly) => new()
    {
        ["accountId"] = AwsSandboxOptions.ProdAccount,
        ["anomalyDetailsLink"] =
            $"https://console.aws.amazon.com/cost-management/home#/anomaly-detection/monitors/{Monitor}/anomalies/{anomaly.Id}",
        ["anomalyEndDate"] = Start(anomaly),
        ["anomalyId"] = anomaly.Id,
        ["anomalyScore"] = new JsonObject { ["currentScore"] = 0.82, ["maxScore"] = 0.82 },
        ["anomalyStartDate"] = Start(anomaly),
        ["impact"] = new JsonObject
        {
            ["maxImpact"] = anomaly.Actual - anomaly.Expected,
            ["totalActualSpend"] = anomaly.Actual,
            ["totalExpectedSpend"] = anomaly.Expected,
            ["totalImpact"] = anomaly.Actual - anomaly.Expected,
            ["totalImpactPercentage"] = Percentage(anomaly),
        },
        ["monitorArn"] = MonitorArn,
        ["rootCauses"] = new JsonArray(new JsonObject
        {
            ["linkedAccount"] = anomaly.Line.Account,
            ["linkedAccountName"] = "stage",
            ["region"] = anomaly.Line.Region,
            ["service"] = anomaly.Line.Service,
            ["usageType"] = "BoxUsage:p4d.24xlarge",
            ["impact"] = new JsonObject { ["contribution"] = anomaly.Actual - anomaly.Expected },
        }),
    };

    private static decimal Percentage(CostAnomaly anomaly) => Math.Round((anomaly.Actual - anomaly.Expected) / anomaly.Expected * 100m, 2);

    private static string Start(CostAnomaly anomaly) =>
        anomaly.Day.ToDateTime(TimeOnly.MinValue).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
