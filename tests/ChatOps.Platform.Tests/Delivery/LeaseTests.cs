using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using static ChatOps.Platform.Tests.Delivery.DeliveryHarness;

namespace ChatOps.Platform.Tests.Delivery;

/// <summary>Channels change hands: by a holder that stops, is cut off, or has another time.</summary>
public class LeaseTests
{
    [Fact]
    public async Task One_replica_sends_to_a_channel_until_its_term_is_over_and_then_writes_nothing_under_its_epoch()
    {
        await using var delivery = await StartAsync(DatabaseKind.Postgres);
        await using var replica = delivery.Build();
        var (ours, theirs) = (delivery.Services.GetRequiredService<ChannelLeases>(), replica.GetRequiredService<ChannelLeases>());

        var lease = (await ours.TryAcquireAsync("C1", default))!;
        Assert.Null(await theirs.TryAcquireAsync("C1", default));
        Assert.NotNull(await theirs.TryAcquireAsync("C2", default));
        await ours.HoldAsync(lease, default);

        // We say nothing for longer than the term.
        await ExpireAsync(delivery);
        Assert.NotNull(await theirs.TryAcquireAsync("C1", default));

        await Assert.ThrowsAsync<ChannelLeaseLostException>(() => ours.HoldAsync(lease, default));
        await Assert.ThrowsAsync<ChannelLeaseLostException>(
            () => delivery.Database.WriteAsync(uow => ours.CheckAsync(uow, lease), default));
        await ours.RenewAsync(default);
        Assert.False(lease.IsHeld);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_channel_given_back_is_anothers_at_once(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await using var replica = delivery.Build();

        await using (await delivery.Services.GetRequiredService<ChannelLeases>().TryAcquireAsync("C1", default))
        {
        }

        var taken = await replica.GetRequiredService<ChannelLeases>().TryAcquireAsync("C1", default);
        Assert.Equal(2, taken!.Epoch);
        Assert.Null(taken.AgainAt);
    }

    [Fact]
    public async Task A_term_that_is_renewed_goes_on()
    {
        await using var delivery = await StartAsync(DatabaseKind.Postgres);
        var leases = delivery.Services.GetRequiredService<ChannelLeases>();
        var lease = (await leases.TryAcquireAsync("C1", default))!;

        for (var i = 0; i < 10; i++)
        {
            delivery.Time.Advance(ChannelLeases.RenewEvery);
            await leases.RenewAsync(default);
            Assert.True(lease.IsHeld);
        }

        delivery.Time.Advance(ChannelLeases.Term);
        Assert.False(lease.IsHeld);
    }

    /// <summary>It hung between 'the channel is ours' and the call.</summary>
    [Fact]
    public async Task A_replica_that_hung_sends_nothing_when_it_goes_on()
    {
        await using var delivery = await StartAsync(DatabaseKind.Postgres);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();
        delivery.Things.Rendering = () => delivery.Time.Advance(TimeSpan.FromSeconds(75));
        delivery.Things.Text["a"] = "a v2";
        await delivery.MarkChangedAsync(new ChangedSubject(Thing("a"), Severity.Medium, true));
        await ExpireAsync(delivery);

        await Assert.ThrowsAsync<ChannelLeaseLostException>(() => delivery.PumpAsync(TimeSpan.FromMinutes(5)));
        Assert.Equal(0, delivery.Slack.CountOf("chat.update"));
    }

    [Fact]
    public async Task What_was_posted_by_who_lost_the_channel_meanwhile_does_not_stay_twice()
    {
        await using var delivery = await StartAsync(DatabaseKind.Postgres);
        await using var replica = delivery.Build();
        await delivery.RequestAsync(Want("a"));
        // While Slack works on the post, another takes the channel over and posts.
        delivery.Slack.Before = async method =>
        {
            if (method != "chat.postMessage") return;
            delivery.Slack.Before = _ => Task.CompletedTask;
            await ExpireAsync(delivery);
            await delivery.Database.WriteAsync(
                uow => uow.Connection.ExecuteAsync(
                    "UPDATE living_messages SET intent_at = NULL", transaction: uow.Transaction), default);
            var parts = replica.GetRequiredService<SenderParts>();
            await new ChannelSender((await parts.Leases.TryAcquireAsync("C0SECURITY", default))!, parts).StepAsync(default);
        };

        await Assert.ThrowsAsync<ChannelLeaseLostException>(() => delivery.PumpAsync());

        Assert.Single(delivery.Slack.Messages());
        Assert.Equal(
            Assert.Single(delivery.Slack.Messages()).Ts,
            await delivery.Database.WriteAsync(
                uow => uow.Connection.ExecuteScalarAsync<string>("SELECT ts FROM living_messages", transaction: uow.Transaction), default));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_old_update_that_lands_late_does_not_stay(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();
        delivery.Slack.LateBy = TimeSpan.FromSeconds(20);
        delivery.Slack.Fail("chat.update", FakeFault.HangUpAndDoLate);
        delivery.Things.Text["a"] = "a v2";
        await delivery.MarkChangedAsync(new ChangedSubject(Thing("a"), Severity.Medium, true));
        await delivery.PumpAsync(TimeSpan.Zero);

        await delivery.RestartAsync();
        delivery.Things.Text["a"] = "a v3";
        await delivery.MarkChangedAsync(new ChangedSubject(Thing("a"), Severity.Medium, true));
        await delivery.PumpAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("a v3", Assert.Single(delivery.Slack.Messages()).Text);

        await delivery.PumpAsync(TimeSpan.FromSeconds(60));
        delivery.Slack.DoLate();
        Assert.Equal("a v3", Assert.Single(delivery.Slack.Messages()).Text);
    }

    /// <summary>What changed back meanwhile reads as it did before the update that nobody heard of.</summary>
    [Fact]
    public async Task An_update_that_nobody_heard_of_is_put_right_although_nothing_seems_to_have_changed()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();
        delivery.Slack.Fail("chat.update", FakeFault.HangUpAfter);
        delivery.Things.Text["a"] = "a v2";
        await delivery.MarkChangedAsync(new ChangedSubject(Thing("a"), Severity.Medium, true));
        await delivery.PumpAsync(TimeSpan.Zero);
        delivery.Things.Text["a"] = "a v1";
        await delivery.MarkChangedAsync(new ChangedSubject(Thing("a"), Severity.Medium, true));

        await delivery.RestartAsync();
        await delivery.PumpAsync();

        Assert.Equal("a v1", Assert.Single(delivery.Slack.Messages()).Text);
    }

    [Fact]
    public async Task A_replica_ten_minutes_ahead_holds_nothing_up_for_the_next()
    {
        await using var delivery = await StartAsync(DatabaseKind.Postgres);
        await delivery.RequestAsync(Want("a"));
        await delivery.ReplyAsync("a", "one");
        await delivery.PumpAsync();
        await delivery.Database.WriteAsync(
            async uow =>
            {
                foreach (var sql in (string[])
                    ["UPDATE living_messages SET posted_at = posted_at + 600000", "UPDATE thread_replies SET sent_at = sent_at + 600000"])
                    await uow.Connection.ExecuteAsync(sql, transaction: uow.Transaction);
            },
            default);

        await delivery.RestartAsync();
        await delivery.RequestAsync(Want("b"));
        await delivery.PumpAsync(TimeSpan.FromSeconds(3));

        Assert.Equal(2, delivery.Slack.Messages().Count);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Replicas_share_one_budget_of_updates(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await using var replica = delivery.Build();
        var (ours, theirs) = (delivery.Services.GetRequiredService<UpdateBudget>(), replica.GetRequiredService<UpdateBudget>());
        Assert.Equal(TimeSpan.Zero, await ours.TakeAsync(2, default));
        delivery.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.Zero, await theirs.TakeAsync(2, default));

        Assert.Equal(TimeSpan.FromSeconds(50), await ours.TakeAsync(2, default));
        delivery.Time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(TimeSpan.Zero, await theirs.TakeAsync(2, default));
        Assert.Equal(TimeSpan.FromSeconds(10), await ours.TakeAsync(2, default));
    }

    /// <summary>The holder says nothing for longer than its term.</summary>
    private static Task<int> ExpireAsync(DeliveryHarness delivery) => delivery.Database.WriteAsync(
        uow => uow.Connection.ExecuteAsync("UPDATE channel_leases SET expires_at = 1 WHERE expires_at > 0", transaction: uow.Transaction),
        default);
}
