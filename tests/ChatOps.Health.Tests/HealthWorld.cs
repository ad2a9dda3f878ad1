using ChatOps.Assets;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Health.Tests;

/// <summary>AWS Health on a real database, with delivery, Slack and the inventory played.</summary>
internal sealed class HealthWorld : ActionWorld
{
    private HealthWorld(TestDatabase test)
        : base(test, new DateTimeOffset(2026, 3, 4, 6, 0, 0, TimeSpan.Zero))
    {
        Reader = new HealthEventReader(Outbox, Routes, Time);
        Views = new HealthViews(Database, Accounts, Locales, Slack, new OneAsset());
        Acts = new HealthActions(new SubjectActions(Database, Access, Audit), new HealthChanges(Outbox), Time);
        Subject = new HealthSubject(Database, Views);
    }

    public HealthEventReader Reader { get; }

    public HealthViews Views { get; }

    public HealthActions Acts { get; }

    public HealthSubject Subject { get; }

    public static async Task<HealthWorld> CreateAsync(DatabaseKind kind) => new(await Databases.CreateAsync(kind));

    /// <summary>Reads events as ingest would: one batch, one transaction.</summary>
    public Task ReadAsync(params IReadOnlyList<string> bodies) => ReadEventsAsync("eventbridge", _ => HealthEvents.Kind, bodies, Reader);

    public async Task<HealthEvent> OnlyAsync()
    {
        await using var connection = await Database.OpenAsync(default);
        var id = await Dapper.SqlMapper.QuerySingleAsync<string>(connection, "SELECT id FROM health_events");
        return (await HealthStore.FindAsync(connection, null, id, default))!;
    }

    /// <summary>An inventory that knows one instance.</summary>
    private sealed class OneAsset : IAssets
    {
        public ChatOps.Kernel.Filters.FilterGrammar Grammar => throw new NotSupportedException();

        public ChatOps.Kernel.Filters.Filter Read(string text) => throw new NotSupportedException();

        public Task<IReadOnlyList<Asset>> FindAsync(
            IReadOnlyList<string> arns, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Asset>>(
        [
            .. arns.Where(arn => arn == "arn:aws:ec2:us-east-1:111122223333:instance/i-00ddbf07ce6372082").Select(arn => new Asset
            {
                Arn = arn, Id = "a1", Type = "AWS::EC2::Instance", Name = "batch-worker", Account = "111122223333", Region = "us-east-1",
                Tags = new Dictionary<string, string>(),
            }),
        ]);

        public Task<Asset?> FindAsync(string arn, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<AssetPage> SearchAsync(AssetSearch search, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<Asset> MatchingAsync(string text, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Asset?> FindByIdAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string?> SearchTextAsync(string searchId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<Asset> AllAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RecordAsync(UnitOfWork uow, SeenAsset seen, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RecordDeletedAsync(UnitOfWork uow, DeletedAsset gone, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
