using ChatOps.Platform.Delivery;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Delivery;

public class SlackPaceTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));

    /// <summary>Posting is limited by channel, everything else by method over the workspace.</summary>
    [Fact]
    public void A_pause_of_posting_is_the_channels_and_any_other_the_methods()
    {
        var pace = new SlackPace(_time);
        pace.Pause("chat.postMessage", "C1", TimeSpan.FromSeconds(7));
        pace.Pause("chat.update", "C1", TimeSpan.FromSeconds(9));

        Assert.Equal(TimeSpan.FromSeconds(7), pace.WaitFor("chat.postMessage", "C1"));
        Assert.Equal(TimeSpan.Zero, pace.WaitFor("chat.postMessage", "C2"));
        Assert.Equal(TimeSpan.FromSeconds(9), pace.WaitFor("chat.update", "C2"));
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.Zero, pace.WaitFor("chat.postMessage", "C1"));
        Assert.Equal(TimeSpan.FromSeconds(2), pace.WaitFor("chat.update", "C1"));
    }
}
