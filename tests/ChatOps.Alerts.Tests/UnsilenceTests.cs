using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;

namespace ChatOps.Alerts.Tests;

/// <summary>Somebody changes their mind at every moment of a silence's life: it ends at Alertmanager too.</summary>
public class UnsilenceTests
{
    private static readonly AlertActor Jiyeon = new("U0JIYEON", "jiyeon");

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_silence_that_Alertmanager_has_not_heard_of_is_never_made_to_hold(DatabaseKind kind)
    {
        await using var world = await RequestedAsync(kind);

        await world.Acts.UnsilenceAsync(Jiyeon, (await world.GroupAsync()).Id, default);
        Assert.Equal(SilenceProgress.Ending, (await world.GroupAsync()).Silence!.Progress);
        await WorkAsync(world);

        Assert.Empty(world.Alertmanager.Silences);
        await HeardAgainAsync(world);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_silence_that_is_taken_back_while_it_is_made_is_ended_where_it_was_made(DatabaseKind kind)
    {
        await using var world = await RequestedAsync(kind);
        var id = (await world.GroupAsync()).Id;
        world.Alertmanager.Creating = () => world.Acts.UnsilenceAsync(Jiyeon, id, default);

        await WorkAsync(world);

        Assert.Equal(SilenceState.Expired, Assert.Single(world.Alertmanager.Silences).State);
        await HeardAgainAsync(world);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_silence_whose_making_was_not_answered_is_found_by_its_mark_and_ended(DatabaseKind kind)
    {
        await using var world = await RequestedAsync(kind);
        world.Alertmanager.LosesAnswer = true;
        await WorkAsync(world);
        Assert.Equal(SilenceState.Active, Assert.Single(world.Alertmanager.Silences).State);

        await world.Acts.UnsilenceAsync(Jiyeon, (await world.GroupAsync()).Id, default);
        await WorkAsync(world);

        Assert.Equal(SilenceState.Expired, Assert.Single(world.Alertmanager.Silences).State);
        await HeardAgainAsync(world);
    }

    private static async Task<AlertWorld> RequestedAsync(DatabaseKind kind)
    {
        var world = await AlertWorld.CreateAsync(kind);
        await world.WebhookAsync(AlertEvents.Webhook("Down", world.Time.GetUtcNow().AddMinutes(-1), ("a", true)));
        await world.Acts.SilenceAsync(Jiyeon, (await world.GroupAsync()).Id, world.Time.GetUtcNow().AddHours(1), "deploying", default);
        return world;
    }

    private static async Task HeardAgainAsync(AlertWorld world)
    {
        var group = await world.GroupAsync();
        Assert.Equal((AlertState.Firing, true), (group.State, group.Silence is null));
        Assert.Equal(AlertReplies.Unsilenced, world.Outbox.Replies[^1].Reply);
        Assert.DoesNotContain(world.Outbox.Replies, reply => reply.Reply == AlertReplies.Silenced);
    }

    private static Task WorkAsync(AlertWorld world) => world.Silences.RunAsync();
}
