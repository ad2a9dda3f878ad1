using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Tests.Kit;

/// <summary>
/// What surrounds every domain in a test: a real database, a clock that the test moves, and delivery, Slack, accounts and routes played.
/// A domain's own world inherits it and puts its services together.
/// </summary>
internal abstract class World : IAsyncDisposable
{
    private readonly TestDatabase _test;
    private long _events;

    protected World(TestDatabase test, DateTimeOffset now)
    {
        _test = test;
        Time = new FakeTimeProvider(now);
        SlackPeople = new SlackPeople(Slack, Time, NullLogger<SlackPeople>.Instance);
        Locales = new Locales(Options.Create(new LocalizationOptions { Language = "en" }), SlackPeople);
    }

    public IDatabase Database => _test.Database;

    public FakeTimeProvider Time { get; }

    public RecordingOutbox Outbox { get; } = new();

    public RecordingSlack Slack { get; } = new();

    public TwoAccounts Accounts { get; } = new();

    public ShippedRoutes Routes { get; } = new();

    public SlackPeople SlackPeople { get; }

    public Locales Locales { get; }

    public Locale English => Locales.For("en");

    public async Task<long> CountAsync(string table)
    {
        await using var connection = await Database.OpenAsync(default);
        return await Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, $"SELECT COUNT(*) FROM {table}");
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _test.DisposeAsync();
    }

    /// <summary>Reads events as ingest would: one batch, one transaction.</summary>
    protected Task ReadEventsAsync(
        string source, Func<string, string> kindOf, IReadOnlyList<string> bodies, params IReadOnlyList<IEventReader> readers)
    {
        var events = bodies.Select(body => new InboxEvent(
            ++_events, new IncomingEvent($"{source}:{_events}", source, kindOf(body), body), Time.GetUtcNow())).ToList();
        return Database.WriteAsync(
            async uow =>
            {
                foreach (var reader in readers)
                    await reader.ReadAsync(
                        [.. events.Where(read => readers.Count == 1 || reader.Kinds.Contains(read.Event.Kind))], uow, default);
            },
            default);
    }
}

/// <summary>A world in which <see cref="TwoOperators"/> act and what they do is noted.</summary>
internal abstract class ActionWorld(TestDatabase test, DateTimeOffset now) : World(test, now)
{
    public TwoOperators Access { get; } = new();

    public RecordingAudit Audit { get; } = new();
}
