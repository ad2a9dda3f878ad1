using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation.Tests;

/// <summary>The Remediation domain on a real database, with the world around it played: findings, delivery, AWS, the clock.</summary>
internal sealed class RemediationWorld : World
{
    public static readonly GivenAccounts OneAccount = new(new AwsAccount("111122223333", "payroll", null, ["ap-northeast-2"]));

    public static readonly DateTimeOffset Start = new(2026, 11, 23, 0, 12, 0, TimeSpan.Zero);

    private RemediationWorld(TestDatabase test)
        : base(test, Start)
    {
        Catalogue = new GivenPolicy<RemediationCatalogue>(ShippedCatalogue());
        Store = new RemediationStore(Database);
        Audit = new AuditLog(Database, Time);
        var access = new AccessRules(
            new GivenPolicy<AccessPolicy>(new AccessPolicy(new Dictionary<Role, Grant>
            {
                [Role.Operator] = new(["U0JIYEON", "U0ALEX"], []),
                [Role.Approver] = new(["U0ALEX"], []),
                [Role.Admin] = new(["U0MINHO"], []),
            })),
            new PlayedGroups(),
            Audit,
            Database,
            NullLogger<AccessRules>.Instance);
        var recorder = new RemediationChanges(Findings, Outbox, Audit, Time);
        Requests = new RemediationService(Database, Store, recorder, Findings, access, new WorkSignal<RemediationRun>(), Catalogue, Routes, Options, Time);
        Work = NewWork();
        Planner = new RemediationPlanner(Catalogue, GivenVocabulary.Bare, Aws, OneAccount, Time);
        Batches = new RemediationBatches(
            Database, Store, new RemediationBatchStore(Database), Requests, recorder, Groups, Findings, new Remediable(Catalogue), Planner, access, Audit, Options, Time);
        Ssm.On("DescribeDocumentAsync", (DescribeDocumentRequest request) => Describe(request.Name))
            .On("StartAutomationExecutionAsync", (StartAutomationExecutionRequest request) => Automation.Start(request))
            .On("GetAutomationExecutionAsync", (GetAutomationExecutionRequest request) => Automation.Get(request));
        S3.On("GetPublicAccessBlockAsync", GetPublicAccessBlockResponse (GetPublicAccessBlockRequest _) =>
                throw new AmazonS3Exception("none") { ErrorCode = "NoSuchPublicAccessBlockConfiguration" })
            .On("GetBucketTaggingAsync", (GetBucketTaggingRequest _) => new GetBucketTaggingResponse { TagSet = [] });
    }

    public GivenPolicy<RemediationCatalogue> Catalogue { get; }

    public IOptions<RemediationOptions> Options { get; } = Microsoft.Extensions.Options.Options.Create(new RemediationOptions());

    public PlayedFindings Findings { get; } = new();


    public PlayedAutomation Automation { get; } = new();

    public Played<IAmazonSimpleSystemsManagement> Ssm { get; } = Played.Of<IAmazonSimpleSystemsManagement>();

    public Played<IAmazonS3> S3 { get; } = Played.Of<IAmazonS3>();

    public IAwsClients Aws => new PlayedAws(this);

    public RemediationStore Store { get; }

    public AuditLog Audit { get; }

    public RemediationService Requests { get; }

    public RemediationLooks Work { get; }

    public RemediationBatches Batches { get; }

    public GivenGroups Groups { get; } = new();

    public RemediationPlanner Planner { get; }

    public static async Task<RemediationWorld> CreateAsync(DatabaseKind kind) => new(await Databases.CreateAsync(kind));

    public static RemediationCatalogue ShippedCatalogue() => ShippedPolicies.Read(RemediationCatalogue.File, RemediationCatalogue.Read);

    /// <summary>A second process on the same database.</summary>
    public RemediationLooks NewWork() => new(
        this,
        new RemediationWorker(
            Database, Store, new RemediationChanges(Findings, Outbox, Audit, Time), Findings, Aws, Catalogue, Options, Time, NullLogger<RemediationWorker>.Instance));

    /// <summary>When what is under way is looked at next; null when it is over.</summary>
    public async Task<DateTimeOffset?> DueAsync(string id)
    {
        await using var connection = await Database.OpenAsync(default);
        var due = await connection.ExecuteScalarAsync<long?>(
            "SELECT due_at FROM remediation WHERE id = @id AND state IN ('awaiting_approval', 'starting', 'running', 'verifying')", new { id });
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

    /// <summary>S3.8 on payroll-exports.</summary>
    public Finding Bucket(string? env = "DEV") => Findings.Add(new Finding
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
                "arn:aws:s3:::payroll-exports",
                "AwsS3Bucket",
                "ap-northeast-2",
                env is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["Env"] = env, ["Owner"] = "SECURITY" }),
        ],
    });

    /// <summary>A plan as the modal keeps it.</summary>
    public async Task<string> PlanAsync(Finding finding, string user = "U0JIYEON")
    {
        var id = Guid.NewGuid().ToString("D");
        await Store.PlanAsync(id, await Planner.PlanAsync(finding, CancellationToken.None), user, CancellationToken.None);
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
            Parameters = [.. Catalogue.Value.Entries.First(entry => entry.Document == name).Parameters.Select(parameter => new DocumentParameter { Name = parameter.Key })],
        },
    };

    private sealed class PlayedAws(RemediationWorld world) : IAwsClients
    {
        public ISecurityHubClient SecurityHub(string account, string region) => throw new NotSupportedException();

        public IBudgetsClient Budgets(string account) => throw new NotSupportedException();

        public ICostExplorerClient CostExplorer(string account) => throw new NotSupportedException();

        public ITaggingClient Tagging(string account, string region) => throw new NotSupportedException();

        public IResourceGroupsClient ResourceGroups(string account, string region) => throw new NotSupportedException();

        public IConfigClient Config(string account, string region) => throw new NotSupportedException();

        public IAmazonSimpleSystemsManagement Ssm(string account, string region) => world.Ssm.Instance;

        public IAmazonS3 S3(string account, string region) => world.S3.Instance;

        public Amazon.EC2.IAmazonEC2 Ec2(string account, string region) => throw new NotSupportedException();

        public Amazon.SQS.IAmazonSQS Sqs(string region) => throw new NotSupportedException();
    }
}

/// <summary>Findings as the rest of the product keeps them.</summary>
internal sealed class PlayedFindings : IFindings
{
    private readonly Dictionary<string, Finding> _findings = [];

    public List<(string Id, RemediationMark Mark)> Marks { get; } = [];

    public List<(string Id, string Reply, string Data)> Replies { get; } = [];

    public List<(string Id, WorkflowStatus? Status, string Note, string By)> Writes { get; } = [];

    public int ReadBacks { get; private set; }

    public Exception? ReadBackFault { get; set; }

    public IEnumerable<string> ReplyNames => Replies.Select(reply => reply.Reply);

    public Task<IReadOnlyDictionary<string, Finding>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, Finding>>(_findings.Where(finding => ids.Contains(finding.Key)).ToDictionary());

    public Task<IReadOnlyDictionary<string, OpenFindings>> CountOpenAsync(IReadOnlyList<string> resourceArns, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Finding>> OpenOfAsync(string resourceArn, int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Finding Add(Finding finding) => _findings[finding.Id] = finding;

    public Task<Finding?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult(_findings.GetValueOrDefault(id));

    public Task RecordRemediationAsync(UnitOfWork uow, string id, RemediationMark mark, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (Marks) Marks.Add((id, mark));
        });
        return Task.CompletedTask;
    }

    public Task ReplyAsync(UnitOfWork uow, string id, string reply, string data, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (Replies) Replies.Add((id, reply, data));
        });
        return Task.CompletedTask;
    }

    public Task<Finding?> ReadBackAsync(string id, CancellationToken cancellationToken)
    {
        ReadBacks++;
        return ReadBackFault is { } fault ? Task.FromException<Finding?>(fault) : FindAsync(id, cancellationToken);
    }

    public Task WriteToSecurityHubAsync(UnitOfWork uow, string id, WorkflowStatus? status, string note, string byUserId, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (Writes) Writes.Add((id, status, note, byUserId));
        });
        return Task.CompletedTask;
    }
}

/// <summary>Groups' messages, and who is in them.</summary>
internal sealed class GivenGroups : IGroups
{
    public Dictionary<string, IReadOnlyList<string>> Open { get; } = [];

    public Task<MessageGroup?> FindAsync(string key, string kind, CancellationToken cancellationToken) =>
        Task.FromResult(Open.TryGetValue(key, out var ids) ? new MessageGroup(new SubjectId("group", key), ids) : null);
}

/// <summary>A process's looks at remediations.</summary>
internal sealed class RemediationLooks(RemediationWorld world, RemediationWorker worker)
{
    private readonly TestWorker<RemediationRun> _worker = new(RemediationStore.Work, worker, world.Database, world.Time);

    /// <summary>Looks at one as an event would have it, or at its due time. When to look again; null when there is nothing to wait for, or somebody else looks.</summary>
    public async Task<DateTimeOffset?> AdvanceAsync(string id, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        if (due is { } planned && await world.DueAsync(id) != planned) return null;
        if (due is null) await WakeAsync(id);
        return await _worker.RunOnceAsync(cancellationToken) > 0 ? await world.DueAsync(id) : null;
    }

    /// <summary>Begins to look, as a process that dies.</summary>
    public Task<WorkBatch<RemediationRun>?> TakeAsync() => _worker.TakeAsync();

    /// <summary>What a process that is gone has left.</summary>
    public async Task<IReadOnlyList<string>> RecoverAsync()
    {
        await worker.SweepAsync(CancellationToken.None);
        return await world.WokenAsync();
    }

    public Task WakeAsync(string id) => world.Database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(
            """
            UPDATE remediation SET due_at = CASE WHEN due_at <= @now THEN due_at - 1 ELSE @now END
            WHERE id = @id AND state IN ('awaiting_approval', 'starting', 'running', 'verifying')
            """,
            new { id, now = world.Time.GetUtcNow().ToUnixTimeMilliseconds() }, uow.Transaction),
        CancellationToken.None);
}

/// <summary>Systems Manager Automation: one execution a ClientToken, as AWS keeps it.</summary>
internal sealed class PlayedAutomation
{
    private readonly Dictionary<string, string> _executions = [];

    public int Started => _executions.Count;

    public int StartCalls { get; private set; }

    public Exception? StartFault { get; set; }

    public Exception? GetFault { get; set; }

    public string Status { get; set; } = "InProgress";

    public string? FailureMessage { get; set; }

    public List<StepExecution> Steps { get; } = [];

    public StartAutomationExecutionRequest? Last { get; private set; }

    public StartAutomationExecutionResponse Start(StartAutomationExecutionRequest request)
    {
        StartCalls++;
        Last = request;
        if (StartFault is { } fault) throw fault;
        if (!_executions.TryGetValue(request.ClientToken, out var execution)) _executions[request.ClientToken] = execution = Guid.NewGuid().ToString("D");
        return new StartAutomationExecutionResponse { AutomationExecutionId = execution };
    }

    public GetAutomationExecutionResponse Get(GetAutomationExecutionRequest request)
    {
        if (GetFault is { } fault) throw fault;
        return new GetAutomationExecutionResponse
        {
            AutomationExecution = new AutomationExecution
            {
                AutomationExecutionId = request.AutomationExecutionId,
                AutomationExecutionStatus = Status,
                StepExecutions = Steps,
                FailureMessage = FailureMessage,
            },
        };
    }

    public void Step(string name, string status, double seconds = 1.5, string? failure = null) => Steps.Add(new StepExecution
    {
        StepExecutionId = Guid.NewGuid().ToString("D"),
        StepName = name,
        StepStatus = status,
        ExecutionStartTime = RemediationWorld.Start.UtcDateTime,
        ExecutionEndTime = RemediationWorld.Start.UtcDateTime.AddSeconds(seconds),
        FailureMessage = failure,
    });
}
