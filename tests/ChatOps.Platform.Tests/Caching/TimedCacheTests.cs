using ChatOps.Platform.Caching;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Caching;

public sealed class TimedCacheTests
{
    private readonly FakeTimeProvider _time = new();
    private int _loads;

    [Fact]
    public async Task An_answer_is_kept_for_as_long_as_it_says()
    {
        var cache = Cache();

        Assert.Equal("1", await AskAsync(cache, "a", TimeSpan.FromMinutes(5)));
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal("1", await AskAsync(cache, "a", TimeSpan.FromMinutes(5)));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("2", await AskAsync(cache, "a", TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task Who_asks_at_the_same_time_shares_one_load()
    {
        var cache = Cache();
        var source = new TaskCompletionSource<TimedAnswer<string>>();
        var asked = Enumerable.Range(0, 20).Select(_ => cache.GetAsync("a", _ => Load(source.Task), default)).ToList();
        source.SetResult(new TimedAnswer<string>("x", TimeSpan.FromMinutes(1)));

        Assert.All(await Task.WhenAll(asked), answer => Assert.Equal("x", answer));
        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task One_who_gives_up_does_not_end_the_load_for_the_others()
    {
        var cache = Cache();
        var source = new TaskCompletionSource<TimedAnswer<string>>();
        using var impatient = new CancellationTokenSource();
        var first = cache.GetAsync("a", _ => Load(source.Task), impatient.Token);
        var second = cache.GetAsync("a", _ => Load(source.Task), default);
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        source.SetResult(new TimedAnswer<string>("x", TimeSpan.FromMinutes(1)));
        Assert.Equal("x", await second);
    }

    [Fact]
    public async Task The_last_answer_may_stand_while_the_source_is_away()
    {
        var cache = Cache();
        await AskAsync(cache, "a", TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromHours(2));

        Assert.Equal("1", await cache.GetAsync(
            "a", last => Load(Task.FromResult(new TimedAnswer<string>(last!.Value, TimeSpan.FromMinutes(1)))), default));
        Assert.Equal("1", await AskAsync(cache, "a", TimeSpan.FromHours(1)));
        Assert.Equal(2, _loads);
    }

    [Fact]
    public async Task A_fault_reaches_all_who_wait_and_is_not_kept()
    {
        var cache = Cache();
        var source = new TaskCompletionSource<TimedAnswer<string>>();
        var asked = Enumerable.Range(0, 3).Select(_ => cache.GetAsync("a", _ => Load(source.Task), default)).ToList();
        source.SetException(new InvalidOperationException("away"));

        foreach (var each in asked) Assert.Equal("away", (await Assert.ThrowsAsync<InvalidOperationException>(() => each)).Message);
        Assert.Equal(0, cache.Count);
        Assert.Equal("2", await AskAsync(cache, "a", TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task After_a_fault_the_last_answer_is_still_there_for_the_next_load()
    {
        var cache = Cache();
        await AskAsync(cache, "a", TimeSpan.Zero);
        await Assert.ThrowsAsync<InvalidOperationException>(() => cache.GetAsync("a", _ => throw new InvalidOperationException(), default));

        Assert.Equal("1", await cache.GetAsync("a", last => Task.FromResult(new TimedAnswer<string>(last!.Value, TimeSpan.Zero)), default));
    }

    [Fact]
    public async Task Beyond_its_capacity_what_ends_first_goes()
    {
        var cache = new TimedCache<string, string>(3, _time);
        await AskAsync(cache, "day", TimeSpan.FromDays(1));
        await AskAsync(cache, "minute", TimeSpan.FromMinutes(1));
        await AskAsync(cache, "hour", TimeSpan.FromHours(1));
        await AskAsync(cache, "second", TimeSpan.FromSeconds(1));

        Assert.Equal(3, cache.Count);
        Assert.Equal("1", await AskAsync(cache, "day", TimeSpan.FromDays(1)));
        Assert.Equal("3", await AskAsync(cache, "hour", TimeSpan.FromHours(1)));
        Assert.Equal("5", await AskAsync(cache, "minute", TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Keys_are_compared_as_told()
    {
        var cache = new TimedCache<string, string>(3, _time, StringComparer.OrdinalIgnoreCase);

        Assert.Equal("1", await AskAsync(cache, "Sora", TimeSpan.FromDays(1)));
        Assert.Equal("1", await AskAsync(cache, "sora", TimeSpan.FromDays(1)));
    }

    private TimedCache<string, string> Cache() => new(100, _time);

    private Task<TimedAnswer<string>> Load(Task<TimedAnswer<string>> answer)
    {
        _loads++;
        return answer;
    }

    private Task<string> AskAsync(TimedCache<string, string> cache, string key, TimeSpan keepFor) =>
        cache.GetAsync(key, _ => Task.FromResult(new TimedAnswer<string>($"{++_loads}", keepFor)), default);
}
