using ChatOps.Platform.Ingest;
using ChatOps.Platform.Routing;

namespace ChatOps.Costs;

/// <summary>Knows Budgets' texts, its actions and cost anomalies, in whatever topic they come.</summary>
internal sealed class CostRecognizer : ISnsRecognizer
{
    /// <summary>A text of Budgets.</summary>
    public const string Budget = "sns/budget";

    /// <summary>An action of a budget, as JSON.</summary>
    public const string BudgetAction = "sns/budget-action";

    /// <summary>An anomaly in SNS's form.</summary>
    public const string Anomaly = "sns/cost-anomaly";

    /// <summary>What topics and texts about costs are named by.</summary>
    private static readonly string[] Words = ["budget", "billing", "cost anomaly", "cost-anomal", "costs"];

    public string? KindOf(SnsContent content) =>
        content.Has("anomalyId", "impact") ? Anomaly
        : content.Has("Action", "BudgetName") ? BudgetAction
        : content.Json is null && BudgetNotices.Looks(content.Subject, content.Text) ? Budget
        : null;

    public RouteKind? RouteOf(SnsContent content)
    {
        bool Says(string text) => Words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
        return Says(content.Topic) || Says(content.Subject ?? "") || Says(content.Text) ? RouteKind.Costs : null;
    }
}
