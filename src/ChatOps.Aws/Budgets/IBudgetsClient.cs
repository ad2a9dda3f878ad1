namespace ChatOps.Aws;

/// <summary>Budgets (API 2016-10-20) of one account. A global service: it is called, and its calls are signed, in us-east-1.</summary>
/// <remarks>
/// Every method throws <see cref="AwsServiceException"/> when AWS refuses and <see cref="TimeoutException"/> when it does not answer.
/// </remarks>
public interface IBudgetsClient
{
    /// <summary>All budgets of the account, page by page as they are consumed.</summary>
    IAsyncEnumerable<AwsBudget> DescribeBudgets(CancellationToken cancellation = default);

    /// <summary>One budget; null when the account has none of that name.</summary>
    Task<AwsBudget?> DescribeBudget(string name, CancellationToken cancellation = default);

    /// <summary>What a budget allowed and what was spent in periods gone by, oldest first.</summary>
    Task<IReadOnlyList<BudgetedPeriod>> DescribeBudgetPerformanceHistory(string name, CancellationToken cancellation = default);

    /// <summary>When a budget tells somebody, and whether it has.</summary>
    Task<IReadOnlyList<BudgetNotificationRule>> DescribeNotificationsForBudget(string name, CancellationToken cancellation = default);

    /// <summary>What the account's budgets do by themselves, all of them.</summary>
    Task<IReadOnlyList<BudgetAction>> DescribeBudgetActionsForAccount(CancellationToken cancellation = default);
}

/// <summary>An amount of a unit: of money its currency.</summary>
public sealed record Spend(decimal Amount, string Unit);

/// <summary>A budget as it stands.</summary>
/// <param name="BudgetName">Its name, unique in the account.</param>
/// <param name="TimeUnit"><c>DAILY</c>, <c>MONTHLY</c>, <c>QUARTERLY</c>, <c>ANNUALLY</c> or <c>CUSTOM</c>.</param>
/// <param name="BudgetType"><c>COST</c>, <c>USAGE</c> and others.</param>
public sealed record AwsBudget(string BudgetName, string TimeUnit, string BudgetType)
{
    /// <summary>The limit of the present period; null for planned budgets.</summary>
    public Spend? BudgetLimit { get; init; }

    /// <summary>Limits by the period's first moment in Unix seconds.</summary>
    public IReadOnlyDictionary<string, Spend>? PlannedBudgetLimits { get; init; }

    /// <summary>What is spent and what AWS expects.</summary>
    public CalculatedSpend? CalculatedSpend { get; init; }

    /// <summary>
    /// What it looks at, in the older form: <c>LinkedAccount</c>, <c>Service</c>, <c>Region</c>, <c>TagKeyValue</c>; empty for all.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? CostFilters { get; init; }

    /// <summary>What it looks at, as an expression of Cost Explorer's form.</summary>
    public CostExpression? FilterExpression { get; init; }

    /// <summary>Which kinds of charges count, in the older form; null for all.</summary>
    public BudgetCostTypes? CostTypes { get; init; }

    /// <summary>What is added up, in the newer form: <c>UnblendedCost</c>, <c>NetAmortizedCost</c>, <c>UsageQuantity</c>; null or empty
    /// where <see cref="CostTypes"/> says it.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>From when to when it holds, in Unix seconds; of a <c>CUSTOM</c> budget its one period.</summary>
    public BudgetTimePeriod? TimePeriod { get; init; }
}

/// <summary>Which kinds of charges count in a budget. What is null counts; the two ways of adding up are false then.</summary>
public sealed record BudgetCostTypes
{
    /// <summary>Taxes.</summary>
    public bool? IncludeTax { get; init; }

    /// <summary>Subscriptions.</summary>
    public bool? IncludeSubscription { get; init; }

    /// <summary>Refunds.</summary>
    public bool? IncludeRefund { get; init; }

    /// <summary>Credits.</summary>
    public bool? IncludeCredit { get; init; }

    /// <summary>Upfront fees of reservations.</summary>
    public bool? IncludeUpfront { get; init; }

    /// <summary>Recurring fees of reservations.</summary>
    public bool? IncludeRecurring { get; init; }

    /// <summary>Other subscriptions.</summary>
    public bool? IncludeOtherSubscription { get; init; }

    /// <summary>Support.</summary>
    public bool? IncludeSupport { get; init; }

    /// <summary>Discounts.</summary>
    public bool? IncludeDiscount { get; init; }

    /// <summary>Whether blended costs are added up.</summary>
    public bool? UseBlended { get; init; }

    /// <summary>Whether amortized costs are added up.</summary>
    public bool? UseAmortized { get; init; }
}

/// <summary>From when to when, in Unix seconds.</summary>
public sealed record BudgetTimePeriod(double? Start, double? End);

/// <summary>What is spent of a budget in its present period.</summary>
public sealed record CalculatedSpend(Spend ActualSpend, Spend? ForecastedSpend);

/// <summary>One period of a budget.</summary>
public sealed record BudgetedPeriod(DateTimeOffset Start, DateTimeOffset End, Spend? Budgeted, Spend? Actual);

/// <summary>When a budget tells somebody.</summary>
/// <param name="NotificationType"><c>ACTUAL</c> or <c>FORECASTED</c>.</param>
/// <param name="ComparisonOperator"><c>GREATER_THAN</c> and others.</param>
/// <param name="Threshold">A percentage of the limit, or an amount.</param>
/// <param name="ThresholdType"><c>PERCENTAGE</c> (when absent) or <c>ABSOLUTE_VALUE</c>.</param>
/// <param name="NotificationState"><c>OK</c> or <c>ALARM</c>.</param>
public sealed record BudgetNotificationRule(
    string NotificationType, string ComparisonOperator, decimal Threshold, string? ThresholdType, string? NotificationState);

/// <summary>What a budget does by itself.</summary>
/// <param name="ActionId">Its id.</param>
/// <param name="BudgetName">The budget.</param>
/// <param name="NotificationType"><c>ACTUAL</c> or <c>FORECASTED</c>.</param>
/// <param name="ActionType"><c>APPLY_IAM_POLICY</c>, <c>APPLY_SCP_POLICY</c> or <c>RUN_SSM_DOCUMENTS</c>.</param>
/// <param name="ActionThreshold">From where on.</param>
/// <param name="ApprovalModel"><c>AUTOMATIC</c> or <c>MANUAL</c>.</param>
/// <param name="Status"><c>STANDBY</c>, <c>PENDING</c>, <c>EXECUTION_SUCCESS</c> and others.</param>
public sealed record BudgetAction(
    string ActionId, string BudgetName, string NotificationType, string ActionType, BudgetActionThreshold ActionThreshold,
    string ApprovalModel, string Status)
{
    /// <summary>What exactly it does.</summary>
    public BudgetActionDefinition? Definition { get; init; }
}

/// <summary>From where on an action runs.</summary>
public sealed record BudgetActionThreshold(decimal ActionThresholdValue, string ActionThresholdType);

/// <summary>What an action does: one of the three.</summary>
public sealed record BudgetActionDefinition
{
    /// <summary>Attaches a policy to users, groups and roles.</summary>
    public IamBudgetAction? IamActionDefinition { get; init; }

    /// <summary>Attaches a service control policy to accounts and units.</summary>
    public ScpBudgetAction? ScpActionDefinition { get; init; }

    /// <summary>Stops instances.</summary>
    public SsmBudgetAction? SsmActionDefinition { get; init; }
}

/// <summary>Attaches a policy.</summary>
public sealed record IamBudgetAction(
    string PolicyArn, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Groups, IReadOnlyList<string>? Users);

/// <summary>Attaches a service control policy.</summary>
public sealed record ScpBudgetAction(string PolicyId, IReadOnlyList<string>? TargetIds);

/// <summary>Stops instances.</summary>
public sealed record SsmBudgetAction(string ActionSubType, string Region, IReadOnlyList<string>? InstanceIds);
