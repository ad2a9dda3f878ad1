using ChatOps.Platform.Access;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Email;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Reports.Tests;

public sealed class ReportServiceTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_report_of_a_day_is_made_once_however_often_it_is_asked_for(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => world.Runs.RunDailyAsync(false, default))));
        Assert.Single(made, item => item);
        world.Time.Advance(TimeSpan.FromHours(2));
        Assert.False(await world.Runs.RunDailyAsync(false, default));

        Assert.Equal([("daily-2026-03-04", "#reports")], world.Outbox.Requests.Select(request => (request.Subject.Key, request.Channel)));
        Assert.Equal(["report.section", "report.section"], world.Outbox.Replies.Select(reply => reply.Reply));
        Assert.Equal(["report/daily-2026-03-04/ko/0", "report/daily-2026-03-04/en/1"], world.Emails.Sent.Select(mail => mail.Key));
        Assert.Contains("cid:report", world.Emails.Sent[0].Html, StringComparison.Ordinal);

        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.True(await world.Runs.RunDailyAsync(false, default));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_missed_report_is_made_up_once_but_not_by_a_bot_that_was_not_there(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        Assert.False(await world.Runs.RunDailyAsync(makeUp: true, default));
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.True(await world.Runs.RunDailyAsync(makeUp: true, default));
        Assert.False(await world.Runs.RunDailyAsync(makeUp: true, default));
        Assert.False(await world.Runs.RunDailyAsync(makeUp: false, default));
        Assert.Equal("daily-2026-03-05", Assert.Single(world.Outbox.Requests).Subject.Key);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_source_that_fails_or_hangs_costs_its_section_alone(DatabaseKind kind)
    {
        var asked = new TaskCompletionSource();
        var hanging = new Source("costs", 50, (_, _) =>
        {
            asked.SetResult();
            return new TaskCompletionSource<IReportContent>().Task;
        });
        var failing = new Source("alerts", 20, (_, _) => throw new HttpRequestException("no"));
        await using var world = await World.StartAsync(kind, hanging, failing);
        var running = world.Runs.RunDailyAsync(false, default);
        // The hanging source is asked last: once it was, every source has its timer, and when one is left the others have been read.
        await asked.Task;
        await world.Time.OneTimerLeftAsync();
        world.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(running.IsCompleted);
        world.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await running);
        var edition = (await world.Store.EditionAsync("daily-2026-03-04", "en", default))!;
        Assert.Equal(
            [("findings", false), ("alerts", true), ("costs", true)],
            edition.Sections.Select(section => (section.Id, section.Fault is not null)));
        Assert.Contains("Could not be read: Alerts, Costs", edition.Judgement, StringComparison.Ordinal);
        Assert.Contains("no answer within 30 s", edition.Sections[2].Fault, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_report_that_could_not_be_kept_is_made_by_the_next_look(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        world.Emails.Fails = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Runs.RunDailyAsync(false, default));
        world.Emails.Fails = false;
        Assert.True(await world.Runs.RunDailyAsync(false, default));
    }

    [Fact]
    public async Task Only_operators_have_it_made_and_that_is_audited()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);
        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Runs.RunAsync(ReportKind.Now, "U0SORA", default));
        Assert.Empty(world.Outbox.Requests);
        Assert.True(await world.Runs.RunAsync(ReportKind.Now, "U0ALEX", default));
        Assert.False(await world.Runs.RunAsync(ReportKind.Now, "U0JIYEON", default));
        Assert.Equal([("report.now", "done")], world.Audit.Entries);
    }

    [Fact]
    public async Task A_preview_leaves_nothing_behind()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);
        var edition = await world.Runs.PreviewAsync(Locale.For("ko", World.Seoul), default);
        Assert.Equal("조용한 하루였습니다. 아무 일 없음; 아무 일 없음.", edition.Judgement);
        Assert.Empty(world.Outbox.Requests);
        Assert.Empty(world.Emails.Sent);
        Assert.Null(await world.Store.LatestAsync(default));
    }

    [Fact]
    public async Task Yesterday_is_a_whole_day_of_the_zone()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);
        var period = world.Runs.Plan(ReportKind.Yesterday, world.Time.GetUtcNow()).Period;
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.FromHours(9)), period.From);
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.FromHours(9)), period.To);
        Assert.Equal(TimeSpan.FromDays(1), period.From - period.PreviousFrom);
    }

    [Fact]
    public void The_shipped_policy_is_right_and_faults_are_reported_at_once()
    {
        PolicyDocument.Read(
            ReportPolicy.File, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policy", "report.yaml")), ReportPolicy.Read);
        var fault = Assert.Throws<PolicyException>(() => PolicyDocument.Read(
            ReportPolicy.File,
            """
            recipients:
              - { to: nobody, language: fr }
            services:
              - { name: checkout }
              - { name: search, errors: { query: up, bad: many } }
            """,
            ReportPolicy.Read));
        Assert.Equal(4, fault.Faults.Count);
    }

    private sealed class Source(string id, int order, Func<ReportPeriod, CancellationToken, Task<IReportContent>> read) : IReportSource
    {
        public string Id => id;

        public int Order => order;

        public Task<IReportContent> ReadAsync(ReportPeriod period, CancellationToken cancellationToken) => read(period, cancellationToken);
    }

    private sealed class Quiet : IReportContent
    {
        public ReportSection Render(Locale locale) => new(
            locale.Text("report.section.findings"),
            new ReportVerdict(ReportVerdictLevel.Quiet, locale.Language == "ko" ? "아무 일 없음" : "nothing happened"))
        {
            Figures = [new ReportFigure("Open", "3", "+1", false)],
            Charts = [painter => painter.Draw(new BarChart("b", [("a", 1, null)]), locale)],
        };
    }

    internal sealed class RecordingEmails : IEmailOutbox
    {
        public List<EmailMessage> Sent { get; } = [];

        public bool Fails { get; set; }

        public Task SendAsync(UnitOfWork uow, EmailMessage message, CancellationToken cancellationToken)
        {
            if (Fails) throw new InvalidOperationException("no");
            Sent.Add(message);
            return Task.CompletedTask;
        }
    }

    private sealed class Uploads : IPictures
    {
        public Task<string> UploadAsync(Picture picture, string fileName, CancellationToken cancellationToken) =>
            Task.FromResult("F0" + picture.Png.Length);
    }

    private sealed class Given<T>(T value) : IPolicy<T>
        where T : class
    {
        public T Value => value;
    }

    /// <summary>A clock that knows how many timers wait for it, so that a test moves it only when nothing else would notice.</summary>
    private sealed class CountingTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private readonly Lock _lock = new();
        private readonly HashSet<ITimer> _live = [];
        private TaskCompletionSource? _oneLeft;

        public Task OneTimerLeftAsync()
        {
            lock (_lock)
            {
                _oneLeft = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_live.Count == 1) _oneLeft.SetResult();
                return _oneLeft.Task;
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, base.CreateTimer(callback, state, dueTime, period));
            lock (_lock) _live.Add(timer);
            return timer;
        }

        private void Remove(ITimer timer)
        {
            lock (_lock)
            {
                if (_live.Remove(timer) && _live.Count == 1) _oneLeft?.TrySetResult();
            }
        }

        private sealed class Timer(CountingTime time, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

            public void Dispose()
            {
                inner.Dispose();
                time.Remove(this);
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly TestDatabase _test;

        private World(TestDatabase test, IReportSource[] more)
        {
            _test = test;
            Store = new ReportStore(test.Database);
            var policy = new Given<ReportPolicy>(new ReportPolicy(
                [new Recipients(["a@example.com"], "ko"), new Recipients(["b@example.com"], "en")], [], null, 0, TimeSpan.FromSeconds(30)));
            var reader = new ReportReader([
                .. more, new Source("findings", 10, (_, _) => Task.FromResult<IReportContent>(new Quiet())),
                .. more.Length == 0 ? new[] { new Source("assets", 40, (_, _) => Task.FromResult<IReportContent>(new Quiet())) } : []
            ], policy, Time, NullLogger<ReportReader>.Instance);
            var locales = new Locales(
                Options.Create(new LocalizationOptions { Language = "ko" }),
                new SlackPeople(new RecordingSlack(), Time, NullLogger<SlackPeople>.Instance));
            var routes = new Given<Routes>(
                new Routes(new Dictionary<RouteKind, IReadOnlyList<Route>>
                {
                    [RouteKind.Reports] = [new Route(["#reports"], null, false, new RouteCondition())],
                }));
            var publisher = new ReportPublisher(new Uploads(), new Painter(PaintSize.Message), NullLogger<ReportPublisher>.Instance);
            var distribution = new ReportDistribution(Outbox, Emails, routes, policy, locales);
            var maker = new ReportMaker(
                test.Database, Store, reader, publisher, distribution, Audit, Time, NullLogger<ReportMaker>.Instance);
            Runs = new ReportService(Store, reader, publisher, maker, locales, new TwoOperators(), Time);
        }

        public static TimeZoneInfo Seoul { get; } = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

        public CountingTime Time { get; } = new(new DateTimeOffset(2026, 3, 4, 0, 0, 3, TimeSpan.Zero));

        public RecordingOutbox Outbox { get; } = new();

        public RecordingEmails Emails { get; } = new();

        public RecordingAudit Audit { get; } = new();

        public ReportStore Store { get; }

        public ReportService Runs { get; }

        public static async Task<World> StartAsync(DatabaseKind kind, params IReportSource[] more) =>
            new(await Databases.CreateAsync(kind), more);

        public ValueTask DisposeAsync() => _test.DisposeAsync();
    }
}
