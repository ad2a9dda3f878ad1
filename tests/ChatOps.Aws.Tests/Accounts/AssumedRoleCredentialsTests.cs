using Amazon.Runtime;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Aws.Tests;

public class AssumedRoleCredentialsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
    private int _calls;
    private Func<Task>? _before;

    [Fact]
    public async Task A_role_is_assumed_once_until_five_minutes_before_its_end()
    {
        var credentials = Credentials();

        Assert.Equal("key-1", await KeyOf(credentials));
        _time.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("key-1", await KeyOf(credentials));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("key-2", await KeyOf(credentials));
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task Callers_at_the_same_time_share_one_call()
    {
        var open = new TaskCompletionSource();
        _before = () => open.Task;
        var credentials = Credentials();
        var all = Enumerable.Range(0, 50).Select(_ => KeyOf(credentials)).ToList();
        open.SetResult();

        Assert.All(await Task.WhenAll(all), key => Assert.Equal("key-1", key));
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task When_STS_fails_the_keys_in_hand_serve_until_they_end()
    {
        var credentials = Credentials();
        await credentials.Get();
        _before = () => throw new AmazonServiceException("down");
        _time.Advance(TimeSpan.FromMinutes(57));

        Assert.Equal("key-1", await KeyOf(credentials));
        _time.Advance(TimeSpan.FromMinutes(4));
        await Assert.ThrowsAsync<AmazonServiceException>(() => credentials.Get());
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        _before = () => throw new AmazonServiceException("down");
        var credentials = Credentials();
        await Assert.ThrowsAsync<AmazonServiceException>(() => credentials.Get());
        _before = null;

        Assert.Equal("key-2", await KeyOf(credentials));
    }

    [Fact]
    public async Task One_callers_cancellation_does_not_end_the_call_of_the_others()
    {
        var open = new TaskCompletionSource();
        _before = () => open.Task;
        var credentials = Credentials();
        using var give = new CancellationTokenSource();
        var first = credentials.Get(give.Token);
        var second = KeyOf(credentials);
        await give.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        open.SetResult();

        Assert.Equal("key-1", await second);
        Assert.Equal(1, _calls);
    }

    private static async Task<string> KeyOf(AssumedRoleCredentials credentials) =>
        (await (await credentials.Get()).GetCredentialsAsync()).AccessKey;

    private AssumedRoleCredentials Credentials() => new(
        "arn:aws:iam::444455556666:role/ChatOpsMember",
        async () =>
        {
            var call = Interlocked.Increment(ref _calls);
            if (_before is not null)
                await _before();
            return new AssumedRole(new SessionAWSCredentials($"key-{call}", "secret", "token"), _time.GetUtcNow().AddHours(1));
        },
        _time,
        NullLogger<AssumedRoleCredentials>.Instance);
}
