using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using static ChatOps.Platform.Tests.Delivery.DeliveryHarness;

namespace ChatOps.Platform.Tests.Delivery;

/// <summary>A sender that must wait rests: it neither asks Slack nor the database again before its time.</summary>
public class SenderRestTests
{
    [Fact]
    public async Task A_channel_that_Slack_limits_is_left_alone_until_its_time()
    {
        var time = new CountingTime(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));
        await using var delivery = await StartAsync(DatabaseKind.Sqlite, time);
        var deliverer = delivery.Services.GetServices<IHostedService>().OfType<Deliverer>().Single();
        delivery.Slack.Fail("chat.postMessage", FakeFault.RateLimit);
        await deliverer.StartAsync(default);

        await delivery.RequestAsync(Want("a"));
        await Eventually.TrueAsync(() => Task.FromResult(delivery.Slack.CountOf("chat.postMessage") == 1));
        // The sender's timer, by the clock that stands still, the deliverer's own, and that of the leases.
        await Eventually.TrueAsync(() => Task.FromResult(time.Waiting == 3), because: "the sender does not wait by the clock");
        var looks = time.Looks;
        for (var i = 0; i < 50; i++) await delivery.Database.WriteAsync(_ => Task.CompletedTask, default);

        Assert.InRange(time.Looks - looks, 0, 20);
        Assert.Equal(1, delivery.Slack.CountOf("chat.postMessage"));
        await deliverer.StopAsync(default);
    }

    /// <summary>What a step says to wait is a time ahead, or the step has done something.</summary>
    [Fact]
    public async Task A_step_that_did_nothing_never_asks_for_the_next_at_once()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.Fail("chat.postMessage", FakeFault.ServerError);
        await delivery.RequestAsync(Want("a"), Want("b"));
        await delivery.PumpAsync(TimeSpan.Zero);
        var asked = delivery.Slack.Calls.Count;

        Assert.All(await delivery.StepsAsync(10), wait => Assert.True(wait > TimeSpan.Zero, $"{wait}"));
        Assert.Equal(asked, delivery.Slack.Calls.Count);
    }

    /// <summary>A clock that stands still and counts who looks at it, and who waits by it.</summary>
    private sealed class CountingTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private int _looks;
        private int _waiting;

        public int Looks => Volatile.Read(ref _looks);

        public int Waiting => Volatile.Read(ref _waiting);

        public override DateTimeOffset GetUtcNow()
        {
            Interlocked.Increment(ref _looks);
            return base.GetUtcNow();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _waiting);
            return new CountedTimer(base.CreateTimer(callback, state, dueTime, period), () => Interlocked.Decrement(ref _waiting));
        }

        private sealed class CountedTimer(ITimer timer, Action ended) : ITimer
        {
            private int _ended;

            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _ended, 1) == 0) ended();
                timer.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
