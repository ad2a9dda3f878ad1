using ChatOps.Platform.Delivery;
using ChatOps.Platform.Email;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Delivery;

/// <summary>
/// Delivery on a database of its own, against a fake Slack, by a clock that moves only when there is nothing to do: every step of the
/// senders is taken by the test, so that pace and order can be told exactly.
/// </summary>
public sealed class DeliveryHarness : IAsyncDisposable
{
    private readonly TestDatabase _test;
    private ServiceProvider _provider;
    private Dictionary<string, ChannelSender> _senders = [];

    private DeliveryHarness(TestDatabase test, FakeTimeProvider time, FakeSlack slack)
    {
        (_test, Time, Slack) = (test, time, slack);
        _provider = Build();
    }

    public FakeTimeProvider Time { get; }

    public FakeSlack Slack { get; }

    public ThingSubject Things { get; } = new();

    public RecordedNotices Notices { get; } = new();

    public RecordedMails Mails { get; } = new();

    public IDatabase Database => _test.Database;

    public IServiceProvider Services => _provider;

    public DeliveryStatus Status => _provider.GetRequiredService<DeliveryStatus>();

    public static async Task<DeliveryHarness> StartAsync(DatabaseKind kind, FakeTimeProvider? time = null)
    {
        time ??= new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));
        return new DeliveryHarness(await Databases.CreateAsync(kind), time, await FakeSlack.StartAsync(time));
    }

    /// <summary>The process dies and comes back: whatever was only in memory is gone.</summary>
    public async Task RestartAsync()
    {
        await _provider.DisposeAsync();
        _senders = [];
        // What was held is held no longer, whatever is left of the term.
        await Database.WriteAsync(
            uow => uow.Connection.ExecuteAsync(
                "UPDATE channel_leases SET expires_at = 1 WHERE expires_at > 0", transaction: uow.Transaction),
            default);
        _provider = Build();
    }

    public Task RequestAsync(params MessageRequest[] requests)
    {
        foreach (var item in requests) Things.Text.TryAdd(item.Subject.Key, $"{item.Subject.Key} v1");
        return Database.WriteAsync(uow => _provider.GetRequiredService<IOutbox>().RequestAsync(uow, requests, default), default);
    }

    public Task MarkChangedAsync(params ChangedSubject[] changed) =>
        Database.WriteAsync(uow => _provider.GetRequiredService<IOutbox>().MarkChangedAsync(uow, changed, default), default);

    public Task ReplyAsync(string key, string reply) =>
        Database.WriteAsync(uow => _provider.GetRequiredService<IOutbox>().ReplyAsync(uow, Thing(key), reply, "{}", default), default);

    /// <summary>Takes steps until nothing is left to do, or the clock has moved by <paramref name="atMost"/>.</summary>
    public async Task PumpAsync(TimeSpan? atMost = null)
    {
        Slack.DoLate();
        var parts = _provider.GetRequiredService<SenderParts>();
        var end = Time.GetUtcNow() + (atMost ?? TimeSpan.FromMinutes(30));
        while (true)
        {
            await parts.Leases.RenewAsync(default);
            TimeSpan? soonest = null;
            foreach (var channel in (await parts.Messages.ChannelsWithWorkAsync(default)).Unresolved)
            {
                try
                {
                    await parts.Fallback.ResolveAsync(channel, default);
                }
                catch (SlackRateLimitedException limited)
                {
                    soonest = limited.RetryAfter;
                }
            }

            foreach (var target in (await parts.Messages.ChannelsWithWorkAsync(default)).Targets)
            {
                if (!_senders.TryGetValue(target, out var sender))
                    _senders[target] = sender = new ChannelSender((await parts.Leases.TryAcquireAsync(target, default))!, parts);
                if (await sender.StepAsync(default) is { } wait && (soonest is null || wait < soonest)) soonest = wait;
            }

            if (soonest is null) return;
            if (Time.GetUtcNow() + soonest > end)
            {
                Time.Advance(end - Time.GetUtcNow());
                return;
            }

            if (soonest > TimeSpan.Zero) Time.Advance(soonest.Value);
        }
    }

    /// <summary>Takes so many steps of each sender while the clock stands still; what each says to wait.</summary>
    public async Task<IReadOnlyList<TimeSpan?>> StepsAsync(int count)
    {
        var waits = new List<TimeSpan?>();
        for (var i = 0; i < count; i++)
        {
            foreach (var sender in _senders.Values) waits.Add(await sender.StepAsync(default));
        }

        return waits;
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await Slack.DisposeAsync();
        await _test.DisposeAsync();
    }

    public static SubjectId Thing(string key) => new("thing", key);

    public static MessageRequest Want(string key, Severity rank = Severity.Medium, string? group = null, string channel = "#security") =>
        new(Thing(key), channel, "en", rank, true, group);

    /// <summary>A second process on the same database, for what only replicas do.</summary>
    public ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            [new("ChatOps:Delivery:FallbackMail:0", "ops@example.com")]).Build());
        services.AddSingleton<IEmailOutbox>(Mails);
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IDatabase>(_ => StorageFeature.Open(_test.Kind, _test.ConnectionString));
        services.AddSingleton<ILocales>(new FixedLocales());
        services.AddSingleton<IAdminNotices>(Notices);
        services.AddSingleton<ILivingSubject>(Things);
        services.AddSlack(
            options => (options.ApiUrl, options.BotToken, options.SigningSecret) = (Slack.Url, "xoxb-test", "test-signing-secret"));
        services.AddDelivery();
        return services.BuildServiceProvider();
    }

    private sealed class FixedLocales : ILocales
    {
        public Locale Default => For("en");

        public Locale For(string? language) => Locale.For(language, TimeZoneInfo.Utc);

        public Task<Locale> OfUserAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(Default);
    }
}

/// <summary>A domain whose subjects are texts.</summary>
public sealed class ThingSubject : ILivingSubject
{
    public System.Collections.Concurrent.ConcurrentDictionary<string, string> Text { get; } = new();

    public Func<string, bool> Broken { get; set; } = _ => false;

    /// <summary>What else happens while something is rendered.</summary>
    public Action Rendering { get; set; } = () => { };

    public IReadOnlyList<Block> Blocks { get; set; } = [];

    public string Kind => "thing";

    public string OpenActionId => "thing.open";

    public Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken)
    {
        Rendering();
        if (Broken(key)) throw new FormatException($"cannot render {key}");
        return Task.FromResult(Text.TryGetValue(key, out var text) ? new Message { Text = text, Blocks = Blocks } : null);
    }

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken)
    {
        if (Broken(reply)) throw new FormatException($"cannot render {reply}");
        return Task.FromResult(new Message { Text = reply });
    }

    public Task<IReadOnlyList<SubjectLine>> DescribeAsync(IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SubjectLine>>(
            [.. keys.Select(
                key => new SubjectLine(key, Severity.High, true, $"line of {key}", [new("key", key), new("note", "=1+1, \"quoted\"")]))]);

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult($"Title of {group}");
}

public sealed class RecordedNotices : IAdminNotices
{
    public List<string> Said { get; } = [];

    public Task ChannelUnusableAsync(string channel, string error, string fallback, CancellationToken cancellationToken)
    {
        Said.Add($"{channel} {error} -> {fallback}");
        return Task.CompletedTask;
    }
}

public sealed class RecordedMails : IEmailOutbox
{
    public List<EmailMessage> Sent { get; } = [];

    public Task SendAsync(UnitOfWork uow, EmailMessage message, CancellationToken cancellationToken)
    {
        if (Sent.All(sent => sent.Key != message.Key)) Sent.Add(message);
        return Task.CompletedTask;
    }
}
