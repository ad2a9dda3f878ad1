namespace ChatOps.Aws;

/// <summary>
/// Cost Explorer (API 2017-10-25): what an account, or a payer's whole organization, costs. Global: called and signed for us-east-1.
/// Every request costs money, a further page too: one call here is one request, so that whoever calls can count.
/// </summary>
/// <remarks>
/// Every method throws <see cref="AwsServiceException"/> when AWS refuses and <see cref="TimeoutException"/> when it does not answer.
/// </remarks>
public interface ICostExplorerClient
{
    /// <summary>One page of costs: one request.</summary>
    Task<CostPage> GetCostAndUsage(CostQuery query, string? pageToken, CancellationToken cancellation = default);

    /// <summary>What AWS expects: one request.</summary>
    /// <exception cref="AwsServiceException"><c>DataUnavailableException</c> when there is too little history.</exception>
    Task<CostForecast> GetCostForecast(CostForecastQuery query, CancellationToken cancellation = default);

    /// <summary>One page of anomalies that began, or lasted, between two days: one request.</summary>
    Task<AnomalyPage> GetAnomalies(DateOnly from, DateOnly to, string? pageToken, CancellationToken cancellation = default);

    /// <summary>The tag keys that costs carry, or the values of one key: one request.</summary>
    Task<IReadOnlyList<string>> GetTags(DateOnly from, DateOnly to, string? tagKey, CancellationToken cancellation = default);

    /// <summary>Says whether an anomaly was one: one request.</summary>
    /// <param name="anomalyId">AWS's id of it.</param>
    /// <param name="feedback"><c>YES</c>, <c>NO</c> or <c>PLANNED_ACTIVITY</c>.</param>
    /// <param name="cancellation">Cancels the call.</param>
    Task ProvideAnomalyFeedback(string anomalyId, string feedback, CancellationToken cancellation = default);
}

/// <summary>What is asked of costs.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The day after the last.</param>
/// <param name="Granularity"><c>DAILY</c> or <c>MONTHLY</c>.</param>
/// <param name="Metric">Such as <c>UnblendedCost</c>.</param>
public sealed record CostQuery(DateOnly From, DateOnly To, string Granularity, string Metric)
{
    /// <summary>At most two groups; empty for totals.</summary>
    public IReadOnlyList<CostGroup> GroupBy { get; init; } = [];

    /// <summary>What is looked at; null for all.</summary>
    public CostExpression? Filter { get; init; }
}

/// <summary>
/// A dimension (<c>DIMENSION</c>: <c>SERVICE</c>, <c>LINKED_ACCOUNT</c>, <c>REGION</c>) or a tag (<c>TAG</c>) to group by.
/// </summary>
public sealed record CostGroup(string Type, string Key);

/// <summary>A condition on costs, in AWS's own form: exactly one of its members.</summary>
public sealed record CostExpression
{
    /// <summary>All of these.</summary>
    public IReadOnlyList<CostExpression>? And { get; init; }

    /// <summary>Any of these.</summary>
    public IReadOnlyList<CostExpression>? Or { get; init; }

    /// <summary>Not this.</summary>
    public CostExpression? Not { get; init; }

    /// <summary>A dimension's values.</summary>
    public CostValues? Dimensions { get; init; }

    /// <summary>A tag's values.</summary>
    public CostValues? Tags { get; init; }

    /// <summary>A cost category's values.</summary>
    public CostValues? CostCategories { get; init; }
}

/// <summary>A key and the values it may have.</summary>
public sealed record CostValues(string Key, IReadOnlyList<string>? Values, IReadOnlyList<string>? MatchOptions = null);

/// <summary>A page of costs.</summary>
/// <param name="Periods">The periods, oldest first; a period may go on in the next page with other groups.</param>
/// <param name="NextPageToken">Asks for the next page; null at the end.</param>
public sealed record CostPage(IReadOnlyList<CostPeriod> Periods, string? NextPageToken)
{
    /// <summary>What the accounts that it groups by are called, by id; empty when it does not group by accounts.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();
}

/// <summary>What one day or month cost.</summary>
/// <param name="From">Its first day.</param>
/// <param name="To">The day after its last.</param>
/// <param name="Estimated">True until AWS has closed the bill.</param>
/// <param name="Total">The sum; null when grouped.</param>
/// <param name="Groups">The groups; empty when not grouped.</param>
public sealed record CostPeriod(DateOnly From, DateOnly To, bool Estimated, Spend? Total, IReadOnlyList<CostGroupSpend> Groups);

/// <summary>What one group cost. A tag's key reads <c>Owner$SECURITY</c>, and <c>Owner$</c> for what has no such tag.</summary>
public sealed record CostGroupSpend(IReadOnlyList<string> Keys, Spend Spend);

/// <summary>What is asked of the future.</summary>
/// <param name="From">The first day, not before today.</param>
/// <param name="To">The day after the last.</param>
/// <param name="Granularity"><c>DAILY</c> or <c>MONTHLY</c>.</param>
/// <param name="Metric">Such as <c>UNBLENDED_COST</c>.</param>
public sealed record CostForecastQuery(DateOnly From, DateOnly To, string Granularity, string Metric)
{
    /// <summary>What is looked at; null for all.</summary>
    public CostExpression? Filter { get; init; }

    /// <summary>How sure the bounds are, 51 to 99 percent.</summary>
    public int PredictionIntervalLevel { get; init; } = 80;
}

/// <summary>What AWS expects.</summary>
public sealed record CostForecast(Spend Total, IReadOnlyList<ForecastPeriod> Periods);

/// <summary>What AWS expects of a day or month, between two bounds.</summary>
public sealed record ForecastPeriod(DateOnly From, DateOnly To, decimal Mean, decimal Low, decimal High);

/// <summary>A page of anomalies.</summary>
public sealed record AnomalyPage(IReadOnlyList<AwsAnomaly> Anomalies, string? NextPageToken);

/// <summary>Costs that were not as expected.</summary>
public sealed record AwsAnomaly(string AnomalyId, AnomalyImpact Impact)
{
    /// <summary>Its first day, as AWS writes it.</summary>
    public string? AnomalyStartDate { get; init; }

    /// <summary>Its last day, as AWS writes it; null while it goes on.</summary>
    public string? AnomalyEndDate { get; init; }

    /// <summary>What the monitor saw it in, such as a service.</summary>
    public string? DimensionValue { get; init; }

    /// <summary>The monitor.</summary>
    public string? MonitorArn { get; init; }

    /// <summary>Where it comes from, largest first.</summary>
    public IReadOnlyList<AnomalyRootCause>? RootCauses { get; init; }
}

/// <summary>How much an anomaly costs. Its amounts have no currency of their own: they are in the payer's.</summary>
public sealed record AnomalyImpact(
    decimal MaxImpact, decimal? TotalImpact, decimal? TotalActualSpend, decimal? TotalExpectedSpend, decimal? TotalImpactPercentage);

/// <summary>Where an anomaly comes from.</summary>
public sealed record AnomalyRootCause(
    string? Service, string? Region, string? LinkedAccount, string? LinkedAccountName, string? UsageType, AnomalyContribution? Impact);

/// <summary>How much of the anomaly a root cause is.</summary>
public sealed record AnomalyContribution(decimal Contribution);
