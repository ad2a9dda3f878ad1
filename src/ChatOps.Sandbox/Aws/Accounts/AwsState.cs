using ChatOps.Sandbox.Aws.Aps;
using ChatOps.Sandbox.Aws.Costs;
using ChatOps.Sandbox.Aws.Protocols;
using ChatOps.Sandbox.Aws.SecurityHub;
using ChatOps.Sandbox.Aws.Sns;
using ChatOps.Sandbox.Aws.Sqs;
using ChatOps.Sandbox.Aws.Ssm;

namespace ChatOps.Sandbox.Aws.Accounts;

/// <summary>
/// Everything the local AWS remembers. One lock guards all of it: calls are short, and a whole reset is one act.
/// Code that touches a member holds <see cref="Sync"/>; nothing waits or sends while it does.
/// </summary>
internal sealed class AwsState
{
    public Lock Sync { get; } = new();

    public static IReadOnlyList<(string Id, string Name)> Accounts { get; } =
        [(AwsSandboxOptions.ProdAccount, "prod"), (AwsSandboxOptions.StageAccount, "stage")];

    public static IReadOnlyList<string> Regions { get; } = [AwsSandboxOptions.HomeRegion, AwsSandboxOptions.OtherRegion];

    public List<AwsResource> Resources { get; } = [];

    /// <summary>ARNs that had tags once: the Tagging API goes on listing them.</summary>
    public HashSet<string> EverTagged { get; } = new(StringComparer.Ordinal);

    public CostLedger Costs { get; } = new();

    public FindingStore Findings { get; } = new();

    public List<MessageQueue> Queues { get; } = [];

    public List<Topic> Topics { get; } = [];

    public Dictionary<(string Account, string Region, string Name), Parameter> Parameters { get; } = [];

    /// <summary>Automation executions, oldest first.</summary>
    public List<AutomationExecution> Executions { get; } = [];

    /// <summary>How many automations of an account and Region run at once; the next is refused.</summary>
    public int AutomationLimit { get; set; } = DefaultAutomationLimit;

    /// <summary>The quota that an account has.</summary>
    public const int DefaultAutomationLimit = 100;

    public Dictionary<string, TemporaryCredentials> Sessions { get; } = new(StringComparer.Ordinal);

    /// <summary>The Prometheus workspace: alerts and silences.</summary>
    public ApsWorkspace Workspace { get; } = new();

    public DateTimeOffset ThrottledUntil { get; set; }

    /// <summary>Until when Security Hub's lists are behind and concurrent updates are refused; the panel's trouble.</summary>
    public DateTimeOffset HubTroubleUntil { get; set; }

    /// <summary>What the panel asked to fail next: any step, or the one named; null when nothing.</summary>
    public PlannedFailure? NextFailure { get; set; }

    public IEnumerable<T> In<T>(string account, string region)
        where T : AwsResource => Resources.OfType<T>().Where(r => r.AccountId == account && r.Region == region);

    public Bucket? Bucket(string name) => Resources.OfType<Bucket>().FirstOrDefault(b => b.Name == name);

    public AccountSettings Settings(string account, string region) => In<AccountSettings>(account, region).First();

    public static bool Known(string account, string region) =>
        Accounts.Any(a => a.Id == account) && Regions.Contains(region, StringComparer.Ordinal);

    public void Clear()
    {
        Resources.Clear();
        EverTagged.Clear();
        Costs.Clear();
        Queues.Clear();
        Topics.Clear();
        Findings.Clear();
        Parameters.Clear();
        Executions.Clear();
        Sessions.Clear();
        Workspace.Clear();
        ThrottledUntil = default;
        HubTroubleUntil = default;
        NextFailure = null;
        AutomationLimit = DefaultAutomationLimit;
    }
}

/// <summary>The failure of an automation that the panel asked for.</summary>
/// <param name="Step">The step to fail; null for the step that changes something.</param>
internal sealed record PlannedFailure(string? Step);

/// <summary>What AssumeRole gave out.</summary>
internal sealed record TemporaryCredentials(string SecretAccessKey, string SessionToken, DateTimeOffset Expiration, AwsCaller Caller);

/// <summary>One parameter of the Parameter Store.</summary>
internal sealed record Parameter(string Name, string Type, string Value, int Version, DateTimeOffset ModifiedAt, string? Description);
