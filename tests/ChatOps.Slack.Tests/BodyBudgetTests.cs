using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Slack.Tests;

/// <summary>Memory grows with what has come, is bounded over all, and is not kept by who waits.</summary>
public class BodyBudgetTests
{
    private const long Limit = 1024 * 1024;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Who_waits_longest_gives_way_to_who_comes_now()
    {
        var budget = new BodyBudget(Limit, _time);
        var half = budget.Begin();
        Assert.True(half.TryGrow(900_000));
        _time.Advance(TimeSpan.FromSeconds(1));

        using var click = budget.Begin();
        Assert.True(click.TryGrow(200_000));

        Assert.True(half.GivenUp.IsCancellationRequested);
        Assert.False(half.TryGrow(900_001));
        half.Dispose();
        Assert.Equal(200_000, budget.Taken);
    }

    [Fact]
    public void Who_has_just_come_is_left_in_peace_and_the_next_is_refused()
    {
        var budget = new BodyBudget(Limit, _time);
        using var first = budget.Begin();
        using var second = budget.Begin();
        Assert.True(first.TryGrow(900_000));

        Assert.False(second.TryGrow(900_000));
        Assert.False(first.GivenUp.IsCancellationRequested);
        // What is small has a place of its own.
        Assert.True(second.TryGrow(BodyBudget.Small));
    }

    [Fact]
    public void A_whole_body_gives_way_to_nobody()
    {
        var budget = new BodyBudget(Limit, _time);
        using var whole = budget.Begin();
        Assert.True(whole.TryGrow(900_000));
        whole.Complete();
        _time.Advance(TimeSpan.FromMinutes(1));

        using var next = budget.Begin();
        Assert.False(next.TryGrow(900_000));
        Assert.False(whole.GivenUp.IsCancellationRequested);
    }

    [Fact]
    public async Task A_body_takes_what_has_come_of_it_and_not_what_was_declared()
    {
        var budget = new BodyBudget(Limit, _time);
        using var share = budget.Begin();
        var pipe = new System.IO.Pipelines.Pipe();
        await pipe.Writer.WriteAsync(new byte[5_000]);
        var reading = BodyReader.ReadAsync(pipe.Reader.AsStream(), 1_000_000, 24, share, _time, CancellationToken.None).AsTask();

        Assert.InRange(budget.Taken, 5_000, 10_000);
        await pipe.Writer.CompleteAsync();
        var (outcome, buffer, length) = await reading;
        Assert.Equal((BodyOutcome.Whole, 5_000), (outcome, length));
        Assert.True(buffer.Length >= 5_024);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        using var share = new BodyBudget(Limit, _time).Begin();
        var reading = BodyReader.ReadAsync(
            new System.IO.Pipelines.Pipe().Reader.AsStream(), 1_000_000, 0, share, _time, CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(BodyOutcome.TooSlow, (await reading).Outcome);
    }
}
