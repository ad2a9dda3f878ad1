using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Remediation.Tests;

/// <summary>The Remediation domain on a real database, with the world around it played: findings, delivery, AWS, the watch, the clock.</summary>
internal sealed class RemediationWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 0, 12, 0, TimeSpan.Zero);

    private readonly TestDatabase _test;

    private RemediationWorld(TestDatabase test)
    {
        _test = test;
        Catalogue = new GivenPolicy<RemediationCatalogue>(ShippedCatalogue());
        Store = new RemediationStore(test.Database);
        Audit = new AuditLog(test.Database, Time);
        var access = new AccessRules(
            new GivenPolicy<AccessPolicy>(new AccessPolicy(new Dictionary<Role, Grant>
            {
                [Role.Operator] = new(["U0JIYEON", "U0ALEX"], []),
                [Role.Approver] = new(["U0ALEX"], []),
                [Role.Admin] = new(["U0MINHO"], []),
            })),
            new PlayedGroups(),
            Audit,
            test.Database,
            NullLogger<AccessRules>.Instance);
        var recorder = new RemediationChanges(Findings, Outbox, Audit, Time);
        Requests = new RemediationService(test.Database, Store, recorder, Findings, access, Watch, Catalogue, new GivenPolicy<Routes>(ShippedRoutes.Current()), Options, Time);
        Work = NewWork();
        Planner = new RemediationPlanner(Catalogue, Aws, new GivenAccounts(), Time);
        Batches = new RemediationBatches(
            test.Database, Store, new RemediationBatchStore(test.Database), Requests, recorder, Groups, Findings, new Remediable(Catalogue), Planner, access, Audit, Options, Time);
        Ssm.On("DescribeDocumentAsync", (DescribeDocumentRequest request) => Describe(request.Name))
            .On("StartAutomationExecutionAsync", (StartAutomationExecutionRequest request) => Automation.Start(request))
            .On("GetAutomationExecutionAsync", (GetAutomationExecutionRequest request) => Automation.Get(request));
        S3.On("GetPublicAccessBlockAsync", GetPublicAccessBlockResponse (GetPublicAccessBlockRequest _) =>
                throw new AmazonS3Exception("none") { ErrorCode = "NoSuchPublicAccessBlockConfiguration" })
            .On("GetBucketTaggingAsync", (GetBucketTaggingRequest _) => new GetBucketTaggingResponse { TagSet = [] });
    }

    public FakeTimeProvider Time { get; } = new(Start);

    public IDatabase Database => _test.Database;

    public GivenPolicy<RemediationCatalogue> Catalogue { get; }

    public IOptions<RemediationOptions> Options { get; } = Microsoft.Extensions.Options.Options.Create(new RemediationOptions());

    public PlayedFindings Findings { get; } = new();

    public RecordedOutbox Outbox { get; } = new();

    public RecordedWatch Watch { get; } = new();

    public PlayedAutomation Automation { get; } = new();

    public Played<IAmazonSimpleSystemsManagement> Ssm { get; } = Played.Of<IAmazonSimpleSystemsManagement>();

    public Played<IAmazonS3> S3 { get; } = Played.Of<IAmazonS3>();

    public IAwsClients Aws => new PlayedAws(this);

    public RemediationStore Store { get; }

    public AuditLog Audit { get; }

    public RemediationService Requests { get; }

    public RemediationWorker Work { get; }

    public RemediationBatches Batches { get; }

    public GivenGroups Groups { get; } = new();

    public RemediationPlanner Planner { get; }

    public static async Task<RemediationWorld> CreateAsync(DatabaseKind kind) => new(await Databases.CreateAsync(kind));

    public static RemediationCatalogue ShippedCatalogue() => PolicyDocument.Read(
        RemediationCatalogue.File, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policy", RemediationCatalogue.File)), RemediationCatalogue.Read);

    /// <summary>A second process on the same database.</summary>
    public RemediationWorker NewWork() => new(
        Database, Store, new RemediationChanges(Findings, Outbox, Audit, Time), Findings, Aws, Catalogue, Options, Time, NullLogger<RemediationWorker>.Instance);

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

    public ValueTask DisposeAsync() => _test.DisposeAsync();

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

    private sealed class GivenAccounts : IAwsAccounts
    {
        public IReadOnlyList<AwsAccount> All { get; } = [new("111122223333", "payroll", null, ["ap-northeast-2"])];

        public string HomeRegion => "ap-northeast-2";

        public AwsAccount? Find(string id) => All.FirstOrDefault(account => account.Id == id);
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

/// <summary>What delivery was told.</summary>
internal sealed class RecordedOutbox : IOutbox
{
    public List<MessageRequest> MessageRequest { get; } = [];

    public List<ChangedSubject> ChangedSubject { get; } = [];

    public Task RequestAsync(UnitOfWork uow, IReadOnlyList<MessageRequest> wanted, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (MessageRequest) MessageRequest.AddRange(wanted);
        });
        return Task.CompletedTask;
    }

    public Task MarkChangedAsync(UnitOfWork uow, IReadOnlyList<ChangedSubject> touched, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (ChangedSubject) ChangedSubject.AddRange(touched);
        });
        return Task.CompletedTask;
    }

    public List<(SubjectId Subject, string Reply, string Data)> Replies { get; } = [];

    public Task ReplyAsync(UnitOfWork uow, SubjectId subject, string reply, string data, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (Replies) Replies.Add((subject, reply, data));
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

/// <summary>What the watch was asked.</summary>
internal sealed class RecordedWatch : IRemediationWatch
{
    public List<string> Woken { get; } = [];

    public List<(string Id, DateTimeOffset Due)> Followed { get; } = [];

    public void Wake(string remediationId)
    {
        lock (Woken) Woken.Add(remediationId);
    }

    public void Follow(string remediationId, DateTimeOffset due)
    {
        lock (Woken) Followed.Add((remediationId, due));
    }
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
