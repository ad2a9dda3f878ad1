using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Api;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation.Tests;

/// <summary>A policy that is changed while the product runs.</summary>
internal sealed class ChangingPolicy<T>(T value) : IPolicy<T>
{
    public T Value { get; set; } = value;
}

/// <summary>The Remediation domain on a real database, with the world around it played: findings, delivery, AWS, the clock.</summary>
internal sealed class RemediationWorld : World
{
    public static readonly GivenAccounts OneAccount = new(new AwsAccount("111122223333", "payroll", null, ["ap-northeast-2"]));

    public static readonly DateTimeOffset Start = new(2026, 11, 23, 0, 12, 0, TimeSpan.Zero);

    private RemediationWorld(TestDatabase test)
        : base(test, Start)
    {
        Catalogue = new ChangingPolicy<RemediationCatalogue>(ShippedCatalogue());
        Store = new RemediationStore(Database);
        Audit = new AuditLog(Database, Time);
        var access = Access = new AccessRules(
            People,
            new PlayedGroups(),
            Audit,
            Database,
            NullLogger<AccessRules>.Instance);
        var recorder = new RemediationChanges(Findings, Outbox, Audit, Time);
        var signal = new WorkSignal<RemediationRun>();
        Planner = new RemediationPlanner(Catalogue, GivenVocabulary.Bare, Aws, OneAccount, Time);
        Undo = new RemediationUndo(Database, Store, Findings, Aws, OneAccount, Catalogue, GivenVocabulary.Bare, Time);
        Recheck = new RemediationRecheck(Findings, access, Planner, Undo);
        Approvals = new RemediationApprovals(Database, Store, recorder, access, signal, Catalogue, Routes, Recheck, Time);
        Requests = new RemediationService(Database, Store, recorder, Findings, access, Approvals, signal, Options, Time);
        Stops = new RemediationStops(Database, Store, recorder, access, signal, Time);
        Work = NewWork();
        var batches = new RemediationBatchStore(Database);
        BatchPlanner = new BatchPlanner(Groups, Findings, new Remediable(Catalogue, Store), Planner, Store, batches, Options, Time);
        Batches = new RemediationBatches(Database, Store, batches, Requests, recorder, access, Audit, Options, Time);
        BatchApprovals = new BatchApprovals(Database, Store, batches, Approvals, recorder, access, Audit, Time);
        Message = new ApprovalMessage(Store, batches, access);
        Ssm.On("DescribeDocumentAsync", (DescribeDocumentRequest request) => Describe(request.Name))
            .On("StartAutomationExecutionAsync", (StartAutomationExecutionRequest request) => Automation.Start(request))
            .On("GetAutomationExecutionAsync", (GetAutomationExecutionRequest request) => Automation.Get(request))
            .On("StopAutomationExecutionAsync", (StopAutomationExecutionRequest request) => Automation.Stop(request));
        SecurityHub.On("GetFindingPage", (FindingQuery _) => new FindingPage([], null));
        S3.On("GetPublicAccessBlockAsync", GetPublicAccessBlockResponse (GetPublicAccessBlockRequest _) =>
                throw new AmazonS3Exception("none") { ErrorCode = "NoSuchPublicAccessBlockConfiguration" })
            .On("GetBucketTaggingAsync", (GetBucketTaggingRequest _) => new GetBucketTaggingResponse { TagSet = [] });
    }

    public ChangingPolicy<RemediationCatalogue> Catalogue { get; }

    public ChangingPolicy<AccessPolicy> People { get; } = new(Roles(["U0JIYEON", "U0ALEX"], ["U0ALEX"]));

    public IAccess Access { get; }

    public Played<ISlackApiClient> Workspace { get; } = PlayedSlack();

    public RemediationRecheck Recheck { get; }

    public IOptions<RemediationOptions> Options { get; } = Microsoft.Extensions.Options.Options.Create(new RemediationOptions());

    public PlayedFindings Findings { get; } = new();

    public PlayedAutomation Automation { get; } = new();

    public Played<IAmazonSimpleSystemsManagement> Ssm { get; } = Played.Of<IAmazonSimpleSystemsManagement>();

    public Played<IAmazonS3> S3 { get; } = Played.Of<IAmazonS3>();

    public Played<Amazon.EC2.IAmazonEC2> Ec2 { get; } = Played.Of<Amazon.EC2.IAmazonEC2>();

    public Played<ISecurityHubClient> SecurityHub { get; } = Played.Of<ISecurityHubClient>();

    public Played<IConfigClient> Config { get; } = Played.Of<IConfigClient>();

    public Played<IRdsClient> Rds { get; } = Played.Of<IRdsClient>();

    public IAwsClients Aws => new PlayedAws(this);

    public RemediationStore Store { get; }

    public AuditLog Audit { get; }

    public RemediationService Requests { get; }

    public RemediationApprovals Approvals { get; }

    public RemediationStops Stops { get; }

    public RemediationUndo Undo { get; }

    public RemediationLooks Work { get; }

    public BatchPlanner BatchPlanner { get; }

    public RemediationBatches Batches { get; }

    public BatchApprovals BatchApprovals { get; }

    public ApprovalMessage Message { get; }

    public GivenGroups Groups { get; } = new();

    public RemediationPlanner Planner { get; }

    public static async Task<RemediationWorld> CreateAsync(DatabaseKind kind) => new(await Databases.CreateAsync(kind));

    public static RemediationCatalogue ShippedCatalogue() => ShippedPolicies.Read(RemediationCatalogue.File, RemediationCatalogue.Read);

    /// <summary>Who has which role; Minho is the admin.</summary>
    public static AccessPolicy Roles(IReadOnlyList<string> operators, IReadOnlyList<string> approvers) => new(new Dictionary<Role, Grant>
    {
        [Role.Operator] = new(operators, []),
        [Role.Approver] = new(approvers, []),
        [Role.Admin] = new(["U0MINHO"], []),
    });

    /// <summary>A workspace in which everybody has a conversation with the bot: <c>D</c> with their id.</summary>
    private static Played<ISlackApiClient> PlayedSlack() => Played.Of<ISlackApiClient>().Returns(
        "get_Conversations", Played.Of<IConversationsApi>().On("Open", (IReadOnlyList<string> users) => "D" + users[0]).Instance);

    /// <summary>A second process on the same database.</summary>
    public RemediationLooks NewWork()
    {
        var recorder = new RemediationChanges(Findings, Outbox, Audit, Time);
        var ends = new RemediationEnds(Database, recorder, Time, NullLogger<RemediationEnds>.Instance);
        return new RemediationLooks(this, new RemediationWorker(
            Database,
            new ApprovalWatch(
                Database, recorder, Recheck, ends,
                new ApprovalReminder(Database, Outbox, Access, Workspace.Instance, Time, NullLogger<ApprovalReminder>.Instance), Time),
            new AutomationStart(Database, Store, recorder, ends, Aws, Recheck, Catalogue, Options, Time),
            new AutomationWatch(Database, recorder, ends, Aws, Catalogue, Options, Time),
            new Verification(
                Database, recorder, Findings, Aws, new ConfigEvaluation(Findings, Aws, NullLogger<ConfigEvaluation>.Instance), Catalogue,
                Options, Time, NullLogger<Verification>.Instance),
            Undo, Options, Time));
    }

    /// <summary>When what is under way is looked at next; null when it is over.</summary>
    public async Task<DateTimeOffset?> DueAsync(string id)
    {
        await using var connection = await Database.OpenAsync(default);
        var due = await connection.ExecuteScalarAsync<long?>(
            "SELECT due_at FROM remediation WHERE id = @id AND state IN ('awaiting_approval', 'starting', 'running', 'verifying')",
            new { id });
        return due is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }

    /// <summary>What is under way and is to be looked at now.</summary>
    public async Task<IReadOnlyList<string>> WokenAsync()
    {
        await using var connection = await Database.OpenAsync(default);
        return [.. await connection.QueryAsync<string>(
            """
            SELECT id FROM remediation WHERE state IN ('awaiting_approval', 'starting', 'running', 'verifying') AND due_at <= @now
              AND (lease_until IS NULL OR lease_until <= @now) ORDER BY due_at
            """,
            new { now = Time.GetUtcNow().ToUnixTimeMilliseconds() })];
    }

    /// <summary>Every entry of the catalogue is so from now on.</summary>
    public void ChangeEntries(Func<CatalogueEntry, CatalogueEntry> change) => Catalogue.Value = With(Catalogue.Value, change);

    /// <summary>A catalogue with other entries; <c>with</c> would keep what was found by the old ones.</summary>
    public static RemediationCatalogue With(RemediationCatalogue catalogue, Func<CatalogueEntry, CatalogueEntry> change) => new(
        catalogue.AutomationRole, catalogue.Approval, catalogue.VerifyFor, catalogue.UndoFor, [.. catalogue.Entries.Select(change)]);

    /// <summary>The bucket's public access block from now on.</summary>
    public void BlockPublicAccess(bool acls, bool policy, bool ignoreAcls, bool restrict) => S3.On(
        "GetPublicAccessBlockAsync", (GetPublicAccessBlockRequest _) => new GetPublicAccessBlockResponse
        {
            PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration
            {
                BlockPublicAcls = acls,
                BlockPublicPolicy = policy,
                IgnorePublicAcls = ignoreAcls,
                RestrictPublicBuckets = restrict,
            },
        });

    /// <summary>The database of the case, as RDS describes it from now on; it takes changes.</summary>
    public void PlayDatabase(string isPublic)
    {
        Rds.On("DescribeDbInstance", (string _) => (JsonElement?)JsonSerializer.SerializeToElement(new Dictionary<string, string>
        {
            ["DBInstanceIdentifier"] = "payroll-main",
            ["DbiResourceId"] = "db-PAYROLLEXAMPLE000000000001",
            ["PubliclyAccessible"] = isPublic,
        })).On("ModifyDbInstance", (DbInstanceChange change) =>
        {
            isPublic = change.PubliclyAccessible is true ? "true" : "false";
            return true;
        });
    }

    /// <summary>S3.8 on payroll-exports.</summary>
    public Finding Bucket(string? env = "DEV", string name = "payroll-exports") => Findings.Add(new Finding
    {
        Id = "f" + Guid.NewGuid().ToString("N")[..8],
        Arn = $"arn:aws:securityhub:ap-northeast-2:111122223333:security-control/S3.8/finding/{Guid.NewGuid()}",
        ProductArn = "arn:aws:securityhub:ap-northeast-2::product/aws/securityhub",
        Account = "111122223333",
        Region = "ap-northeast-2",
        Title = "S3 buckets should block public access",
        Severity = Severity.High,
        ControlId = "S3.8",
        Compliance = "FAILED",
        Resources =
        [
            new FindingResource(
                $"arn:aws:s3:::{name}",
                "AwsS3Bucket",
                "ap-northeast-2",
                env is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["Env"] = env, ["Owner"] = "SECURITY" }),
        ],
    });

    /// <summary>A plan as the modal keeps it.</summary>
    public async Task<string> PlanAsync(Finding finding, string user = "U0JIYEON")
    {
        var id = Guid.NewGuid().ToString("D");
        await Store.PlanAsync(id, await Planner.PlanAsync(finding, CancellationToken.None), user, null, CancellationToken.None);
        return id;
    }

    /// <summary>Looks until there is nothing to do now, as the watch would; the clock stands still.</summary>
    public async Task<DateTimeOffset?> RunAsync(string id)
    {
        for (var looks = 0; looks < 50; looks++)
        {
            var next = await Work.AdvanceAsync(id, null, CancellationToken.None);
            if (next is not { } due || due > Time.GetUtcNow()) return next;
        }

        throw new InvalidOperationException("It never rests.");
    }

    public async Task<RemediationRun> AttemptAsync(string id) => (await Store.FindAsync(id, CancellationToken.None))!;

    private DescribeDocumentResponse Describe(string name) => new()
    {
        Document = new DocumentDescription
        {
            Name = name,
            Status = DocumentStatus.Active,
            Parameters = [.. Catalogue.Value.Entries.First(entry => entry.Document == name).Parameters
                .Select(parameter => new DocumentParameter { Name = parameter.Key })],
        },
    };

    private sealed class PlayedAws(RemediationWorld world) : IAwsClients
    {
        public ISecurityHubClient SecurityHub(string account, string region) => world.SecurityHub.Instance;

        public IBudgetsClient Budgets(string account) => throw new NotSupportedException();

        public ICostExplorerClient CostExplorer(string account) => throw new NotSupportedException();

        public ITaggingClient Tagging(string account, string region) => throw new NotSupportedException();

        public IResourceGroupsClient ResourceGroups(string account, string region) => throw new NotSupportedException();

        public IConfigClient Config(string account, string region) => world.Config.Instance;

        public IAmazonSimpleSystemsManagement Ssm(string account, string region) => world.Ssm.Instance;

        public IAmazonS3 S3(string account, string region) => world.S3.Instance;

        public Amazon.EC2.IAmazonEC2 Ec2(string account, string region) => world.Ec2.Instance;

        public IRdsClient Rds(string account, string region) => world.Rds.Instance;

        public Amazon.SQS.IAmazonSQS Sqs(string region) => throw new NotSupportedException();
    }
}
