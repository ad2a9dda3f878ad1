using System.Diagnostics.Metrics;
using ChatOps.Platform.Dependencies;
using ChatOps.Platform.Work;
using ChatOps.Slack.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Dependencies;

public sealed class DependencyTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-30T00:00:00Z", null));
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly DependencyHealth _health;
    private DependencyProber? _prober;

    public DependencyTests() => _health = new DependencyHealth(_time);

    public async ValueTask DisposeAsync()
    {
        if (_prober is not null) await _prober.StopAsync(default);
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task A_dependency_that_refuses_is_ill_with_the_code_it_gave_and_since_when_until_it_answers_again()
    {
        var slack = new PlayedProbe("slack");
        await StartAsync(slack);
        await BecomesAsync("slack", isUp: true);
        var well = _time.GetUtcNow();

        slack.Fault = new SlackException("auth.test", "token_revoked");
        await BecomesAsync("slack", isUp: false);
        var ill = State("slack");
        Assert.Equal("token_revoked", ill.Reason);
        Assert.InRange(ill.Since, well, _time.GetUtcNow());

        slack.Fault = null;
        await BecomesAsync("slack", isUp: true);
        Assert.Null(State("slack").Reason);
    }

    [Fact]
    public async Task A_dependency_that_hangs_is_ill_and_holds_up_no_other()
    {
        var hanging = new PlayedProbe("mail") { Hangs = true };
        await StartAsync(hanging, new PlayedProbe("database"));

        await BecomesAsync("mail", isUp: false);

        Assert.Equal("no answer in time", State("mail").Reason);
        Assert.True(State("database").IsUp);
    }

    [Fact]
    public async Task What_is_not_used_is_neither_well_nor_ill()
    {
        await StartAsync(new PlayedProbe("socket") { IsUsed = false }, new PlayedProbe("database"));
        await BecomesAsync("database", isUp: true);

        Assert.DoesNotContain(_health.Read(), state => state.Name == "socket");
    }

    [Fact]
    public async Task The_gauge_is_one_while_well_and_nought_while_ill()
    {
        _health.Up("database");
        _health.Down("slack", new SlackException("auth.test", "invalid_auth"));

        var readings = await new DependencyGauges(_health).ReadAsync(default);

        Assert.Equal(
            [("database", 1d), ("slack", 0d)],
            readings.Select(reading => ((string)reading.Tags.Single(tag => tag.Key == "dependency").Value!, reading.Value)));
    }

    [Fact]
    public void A_long_reason_is_cut_and_stands_on_one_line()
    {
        _health.Down("mail", new InvalidOperationException("first\nsecond " + new string('x', 500)));

        var reason = State("mail").Reason!;

        Assert.StartsWith("first second", reason, StringComparison.Ordinal);
        Assert.Equal(200, reason.Length);
    }

    private DependencyState State(string name) => _health.Read().Single(state => state.Name == name);

    private async Task StartAsync(params IReadOnlyList<IDependencyProbe> probes)
    {
        _prober = new DependencyProber(
            new UsedDependencies(probes, []), _health, new WorkerHealth(_services.GetRequiredService<IMeterFactory>(), _time), _time,
            NullLogger<DependencyProber>.Instance);
        await _prober.StartAsync(default);
    }

    private Task BecomesAsync(string name, bool isUp) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(_health.Read().Any(state => state.Name == name && state.IsUp == isUp));
        },
        because: $"{name} did not become {(isUp ? "well" : "ill")}");

    private sealed class PlayedProbe(string name) : IDependencyProbe
    {
        public string Name => name;

        public bool IsUsed { get; init; } = true;

        public Exception? Fault { get; set; }

        public bool Hangs { get; init; }

        public Task ProbeAsync(CancellationToken cancellationToken) =>
            Hangs ? new TaskCompletionSource().Task : Fault is { } fault ? Task.FromException(fault) : Task.CompletedTask;
    }
}
