using ChatOps.Aws;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Tagging.Tests;

/// <summary>Tagging on a real database; the inventory, AWS, Slack and delivery around it are played.</summary>
internal sealed class TaggingWorld : World
{
    public const string Operator = "U0JIYEON";
    public const string Viewer = "U0SORA";
    private const string Seoul = "ap-northeast-2";
    /// <summary>A production account that is reached by a role, and a stage account that is ours.</summary>
    private static readonly GivenAccounts OneRole = new(
        new AwsAccount("111122223333", "prod", "arn:aws:iam::111122223333:role/ChatOpsMember", [Seoul]),
        new AwsAccount("444455556666", "stage", null, [Seoul]));

    public static readonly TagRunProgress Follower = new("V1", null, "en");

    private TaggingWorld(TestDatabase test)
        : base(test, new DateTimeOffset(2026, 11, 25, 3, 0, 0, TimeSpan.Zero))
    {
        Policy = new GivenPolicy<TagPolicy>(SandboxPolicy());
        Audit = new AuditLog(Database, Time);
        Access = new AccessRules(
            new GivenPolicy<AccessPolicy>(new AccessPolicy(new Dictionary<Role, Grant>
            {
                [Role.Operator] = new([Operator, "U0ALEX"], []),
            })), new PlayedGroups(), Audit, Database, NullLogger<AccessRules>.Instance);
        Aws = new PlayedTagging(Time);
        Calls = new TagCalls(Aws, Aws);
        Runs = new TagRunStore(Database);
        Gaps = new TagGapStore(Database);
        Creations = new CreationStore(Database);
        Compliance = new TagCompliance(Policy, Outbox, Time);
        GapFilters = new TagGapFilters(OneRole, Policy, Locales, Time);
        Scope = new TagScope(Assets, Creations, Gaps, GapFilters);
        Creators = new TagCreators(Creations, Access, Policy);
        var items = new WorkSignal<TagRunItem>();
        Changes = new TagRunChanges(Outbox, Routes, Audit, items, Time);
        Planner = new TagRunPlanner(Database, Runs, Scope, Assets, Changes, Time);
        Acts = new TagRunService(Database, Runs, Planner, Changes, Creators, Access, new WorkSignal<TagRunDraft>(), items, Time);
        Editor = new TagEditorModal(Scope, Acts, Assets, Policy, Slack, Locales);
        Census = new TagCensus(Database, Assets, Gaps, Compliance, Policy, Time, NullLogger<TagCensus>.Instance);
        People = new PlayedPeople();
        Reader = new CreateEventReader(Assets, OneRole, Policy, new GivenPolicy<AutoTagEvents>(new([])), CreateSignal, Time);
        Worker = NewWorker();
        AutoTag = new TestWorker<Creation>(CreationStore.Work, NewAutoTagWorker(), Database, Time, rethrows: true);
    }

    public GivenPolicy<TagPolicy> Policy { get; }

    public PlayedAssets Assets { get; } = new();

    public PlayedTagging Aws { get; }

    public PlayedPeople People { get; }

    public AuditLog Audit { get; }

    public AccessRules Access { get; }

    public TagCalls Calls { get; }

    public TagRunStore Runs { get; }

    public TagGapStore Gaps { get; }

    public TagGapFilters GapFilters { get; }

    public CreationStore Creations { get; }

    public TagCompliance Compliance { get; }

    public TagScope Scope { get; }

    public TagCreators Creators { get; }

    public TagRunChanges Changes { get; }

    public TagRunPlanner Planner { get; }

    public TagRunService Acts { get; }

    public TagEditorModal Editor { get; }

    public TagCensus Census { get; }

    public CreateEventReader Reader { get; }

    public TagRunWorkers Worker { get; }

    public TestWorker<Creation> AutoTag { get; }

    public WorkSignal<Creation> CreateSignal { get; } = new();

    public static async Task<TaggingWorld> CreateAsync(DatabaseKind kind) => new(await Databases.CreateAsync(kind));

    /// <summary>The policy of the sandbox's company, whose keys have a prefix.</summary>
    public static TagPolicy SandboxPolicy() => ShippedPolicies.ReadSandbox(TagPolicy.File, TagPolicyFile.Read);

    /// <summary>The policy as shipped, without a prefix.</summary>
    public static TagPolicy ShippedPolicy() => ShippedPolicies.Read(TagPolicy.File, TagPolicyFile.Read);

    /// <summary>A second process on the same database.</summary>
    public TagRunWorkers NewWorker()
    {
        var progress = new TagRunProgressView(Runs, Slack, Locales, Time, NullLogger<TagRunProgressView>.Instance);
        return new TagRunWorkers(
            new TagRunDraftWorker(Planner, progress, Runs, Time),
            new TagRunWorker(Database, Runs, Changes, Calls, Assets, Compliance, progress, Time, NullLogger<TagRunWorker>.Instance),
            Database, Time);
    }

    private AutoTagWorker NewAutoTagWorker()
    {
        var people = new CreatorPeople(People, SlackPeople, Time, NullLogger<CreatorPeople>.Instance);
        var notices = new CreatorNotices(people, Policy, Routes, Outbox);
        var changes = new CreationChanges(Database, Assets, Compliance, notices, Policy, Time, NullLogger<CreationChanges>.Instance);
        var tags = new CreationTags(new AutoTagParameters(Aws, Aws, Time), Policy, Locales, NullLogger<CreationTags>.Instance);
        return new AutoTagWorker(Database, Creations, Assets, Calls, tags, changes, new AttachedResources(Aws), Aws, Time);
    }

    /// <summary>Some servers, the inventory and AWS alike.</summary>
    public IReadOnlyList<string> Servers(int count, params (string Key, string Value)[] tags)
    {
        var arns = Enumerable.Range(1, count).Select(i => $"arn:aws:ec2:ap-northeast-2:111122223333:instance/i-{i:D17}").ToList();
        foreach (var arn in arns)
        {
            Assets.Add(arn, "AWS::EC2::Instance", $"web-{arn[^5..]}", tags);
            foreach (var (key, value) in tags) Aws.Of(arn)[key] = value;
        }

        return arns;
    }

    /// <summary>Works until nothing is due; the clock goes on as far as needed, at most so long.</summary>
    public async Task WorkAsync(TimeSpan atMost = default)
    {
        var until = Time.GetUtcNow() + (atMost == default ? TimeSpan.FromSeconds(2) : atMost);
        while (true)
        {
            while (await Worker.WorkAsync(default) | await AutoTag.WorkAsync())
            {
            }

            var due = new[] { await Worker.NextDueAsync(), await AutoTag.NextDueAsync() }.Min();
            if (due is not { } next || next > until) return;
            if (next > Time.GetUtcNow()) Time.SetUtcNow(next);
        }
    }

    /// <summary>Reads events as ingest would: one batch, one transaction.</summary>
    public Task ReadAsync(params IReadOnlyList<string> bodies) => ReadEventsAsync("eventbridge", _ => "", bodies, Reader);

    public async Task<IReadOnlyList<CreationCount>> CountsAsync() =>
        await Creations.CountAsync(DateTimeOffset.MinValue, Time.GetUtcNow().AddYears(1), default);
}

/// <summary>Slack's people: by mail, by handle, and where each is written to.</summary>
internal sealed class PlayedPeople : ISlackApiClient, IUsersApi, IConversationsApi
{
    public List<User> All { get; } = [new() { Id = "U0JIYEON", Name = "jiyeon" }];

    public Dictionary<string, string> ByMail { get; } = new(StringComparer.OrdinalIgnoreCase) { ["alice@bighead.example"] = "U0ALICE" };

    public int Lookups { get; private set; }

    public IUsersApi Users => this;

    public IConversationsApi Conversations => this;

    public IAuthApi Auth => throw new NotSupportedException();

    public IChatApi Chat => throw new NotSupportedException();

    public IViewsApi Views => throw new NotSupportedException();

    public IUserGroupsApi UserGroups => throw new NotSupportedException();

    public IFilesApi Files => throw new NotSupportedException();

    public Task Respond(string responseUrl, InteractionResponse response, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<User> Info(string user, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public async IAsyncEnumerable<User> List(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        foreach (var user in All) yield return user;
    }

    public Task<User> LookupByEmail(string email, CancellationToken cancellationToken = default)
    {
        Lookups++;
        return ByMail.TryGetValue(email, out var id)
            ? Task.FromResult(new User { Id = id })
            : Task.FromException<User>(new SlackException("users.lookupByEmail", "users_not_found"));
    }

    public Task<string> Open(IReadOnlyList<string> users, CancellationToken cancellationToken = default) =>
        Task.FromResult("D0" + users[0][2..]);

    Task<Conversation> IConversationsApi.Info(string channel, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Conversation> Join(string channel, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<SlackMessage> History(
        string channel, HistoryRange? range = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<SlackMessage> Replies(
        string channel, string ts, HistoryRange? range = null,
        CancellationToken cancellationToken = default) => throw new NotSupportedException();

    IAsyncEnumerable<Conversation> IConversationsApi.List(string types, bool excludeArchived, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

/// <summary>A process's workers on runs: drafts, and the changes that follow.</summary>
internal sealed class TagRunWorkers(TagRunDraftWorker drafts, TagRunWorker worker, IDatabase database, TimeProvider time)
{
    private readonly TestWorker<TagRunDraft> _drafts = new(TagRunStore.Drafts, drafts, database, time, rethrows: true);
    private readonly TestWorker<TagRunItem> _items = new(TagRunStore.Items, worker, database, time, rethrows: true);

    /// <summary>One round; false when nothing was due. Throws what a processor threw.</summary>
    public async Task<bool> WorkAsync(CancellationToken cancellationToken) =>
        await _drafts.WorkAsync(cancellationToken) | await _items.WorkAsync(cancellationToken);

    public async Task<DateTimeOffset?> NextDueAsync() => new[] { await _drafts.NextDueAsync(), await _items.NextDueAsync() }.Min();
}
