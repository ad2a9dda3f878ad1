namespace ChatOps.Sandbox.Aws.Aps;

/// <summary>An alerting rule of the sandbox's Prometheus workspace, with the series it watches.</summary>
/// <param name="Name">The alert's name.</param>
/// <param name="Severity">Its label.</param>
/// <param name="Expression">What is watched.</param>
/// <param name="Threshold">Above which it fires.</param>
/// <param name="Calm">The value on a quiet day.</param>
/// <param name="Peak">The value while it fires.</param>
/// <param name="Series">The labels of what it watches; the first two fire.</param>
/// <param name="Summary">Its annotation.</param>
/// <param name="Description">Its annotation.</param>
internal sealed record ApsRule(
    string Name, string Severity, string Expression, double Threshold, double Calm, double Peak,
    IReadOnlyList<IReadOnlyDictionary<string, string>> Series, string Summary, string Description)
{
    /// <summary>How many of its series fire.</summary>
    public const int Firing = 2;

    /// <summary>Its condition, as Prometheus shows it.</summary>
    public string Condition => FormattableString.Invariant($"{Expression} > {Threshold}");

    public static IReadOnlyList<ApsRule> All { get; } =
    [
        new(
            "HighErrorRate", "critical",
            "100 * sum by (instance, service) (rate(http_requests_total{code=~\"5..\",service=\"checkout\"}[5m])) / sum by (instance, " +
            "service) (rate(http_requests_total{service=\"checkout\"}[5m]))",
            5, 0.2, 8.4, Instances("checkout", "a", "b", "c"), "Checkout answers 5xx",
            "More than 5 % of checkout's answers are errors, for 10 minutes."),
        new(
            "HighLatency", "warning",
            "histogram_quantile(0.95, sum by (le, service) (rate(http_request_duration_seconds_bucket{service=\"search\"}[5m])))",
            0.8, 0.21, 1.9, Instances("search", "a", "b", "c"), "Search is slow", "The 95th percentile of search is above 0.8 s."),
        new(
            "DiskFillingUp", "page",
            "100 * (1 - node_filesystem_avail_bytes{mountpoint=\"/data\"} / node_filesystem_size_bytes{mountpoint=\"/data\"})",
            90, 61, 96, Instances("storage", "db-1", "db-2", "db-3"), "A disk of the database is nearly full",
            "Less than 10 % of /data is free. It \"fills up\" within 4 hours."),
    ];

    private static List<IReadOnlyDictionary<string, string>> Instances(string service, params string[] names) =>
        [.. names.Select(name => (IReadOnlyDictionary<string, string>)new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["cluster"] = "prod",
            ["instance"] = name,
            ["service"] = service,
        })];
}
