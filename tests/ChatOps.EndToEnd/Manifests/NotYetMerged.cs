namespace ChatOps.EndToEnd.Manifests;

/// <summary>
/// What the manifests have for domains that are still to come. Empty it as they do: an entry hides a manifest that says too much,
/// never one that says too little.
/// </summary>
internal static class NotYetMerged
{
    /// <summary>Slash commands.</summary>
    public static string[] Commands { get; } = [];

    /// <summary>Methods of Slack's Web API.</summary>
    public static string[] SlackMethods { get; } = [];

    /// <summary>AWS operations, as <c>service:Operation</c>.</summary>
    public static string[] AwsOperations { get; } = [];

    /// <summary>Metrics that dashboards and rules use, by their names in Prometheus.</summary>
    public static string[] Metrics { get; } = [];
}
