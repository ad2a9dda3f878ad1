namespace ChatOps.EndToEnd.Manifests;

/// <summary>
/// What the manifests have for domains that are still to come. Empty it as they do: an entry hides a manifest that says too much,
/// never one that says too little.
/// </summary>
internal static class NotYetMerged
{
    /// <summary>Slash commands.</summary>
    public static string[] Commands { get; } = ["/asset", "/cost", "/report"];

    /// <summary>Methods of Slack's Web API.</summary>
    public static string[] SlackMethods { get; } = [];

    /// <summary>AWS operations, as <c>service:Operation</c>.</summary>
    public static string[] AwsOperations { get; } =
    [
        // Assets
        "config:SelectResourceConfig", "config:SelectAggregateResourceConfig", "resource-groups:ListGroups", "resource-groups:ListGroupResources",
    ];

    /// <summary>Metrics that dashboards and rules use, by their names in Prometheus.</summary>
    public static string[] Metrics { get; } =
    [
        // Assets: no source yet. Tags and costs: their sources are there, and read once AddTagging and AddCosts stand in BotHost.
        "chatops_assets_known", "chatops_assets_sync_age_seconds", "chatops_tags_missing",
        "chatops_costs_requests_total", "chatops_costs_budget_limit", "chatops_costs_budget_actual", "chatops_costs_budget_forecast",
    ];
}
