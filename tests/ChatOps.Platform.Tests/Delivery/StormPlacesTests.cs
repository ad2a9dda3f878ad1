using ChatOps.Platform.Storage;
using static ChatOps.Platform.Tests.Delivery.DeliveryHarness;

namespace ChatOps.Platform.Tests.Delivery;

/// <summary>Who has a place while a storm lasts.</summary>
public class StormPlacesTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task While_a_storm_lasts_a_high_one_is_counted_and_not_posted_by_itself(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync([.. Enumerable.Range(0, 50).Select(i => Want($"k{i}"))]);
        await delivery.PumpAsync();
        delivery.Time.Advance(TimeSpan.FromSeconds(61));

        await delivery.RequestAsync(Want("high", Severity.High));
        await delivery.PumpAsync();

        Assert.DoesNotContain(delivery.Slack.Messages(), message => message.Subject == "thing:high");
        Assert.Contains("1 high", Storm(delivery).Text, StringComparison.Ordinal);
    }

    /// <summary>The storm's own rank is its worst member's, so that it is posted in its turn.</summary>
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task When_a_storm_forms_the_worst_have_the_places_and_the_storm_the_last_of_them(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync([
            .. Enumerable.Range(0, 30).Select(i => Want($"low{i:D2}", Severity.Low)),
            .. Enumerable.Range(0, 19).Select(i => Want($"high{i:D2}", Severity.High))
        ]);
        await delivery.PumpAsync();

        Assert.Equal(20, delivery.Slack.Messages().Count);
        Assert.Equal(19, delivery.Slack.Messages().Count(message => message.Subject.StartsWith("thing:high", StringComparison.Ordinal)));
        Assert.Contains("30 open", Storm(delivery).Text, StringComparison.Ordinal);
    }

    private static PostedToFake Storm(DeliveryHarness delivery) =>
        Assert.Single(delivery.Slack.Messages(), message => message.Subject.StartsWith("storm:", StringComparison.Ordinal));
}
