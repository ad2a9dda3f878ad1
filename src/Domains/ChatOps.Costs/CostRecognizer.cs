using ChatOps.Platform.Ingest;

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

    public string? KindOf(SnsContent content) =>
        content.Has("anomalyId", "impact") ? Anomaly
        : content.Has("Action", "BudgetName") ? BudgetAction
        : content.Json is null && BudgetNotices.Looks(content.Subject, content.Text) ? Budget
        : null;
}
