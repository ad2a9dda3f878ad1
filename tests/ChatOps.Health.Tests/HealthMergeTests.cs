namespace ChatOps.Health.Tests;

/// <summary>Pages and copies in any order give the same event.</summary>
public class HealthMergeTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 4, 6, 0, 0, TimeSpan.Zero);

    /// <summary>Its clock counts whole seconds: within one, what is further on is the newer.</summary>
    [Theory]
    [InlineData(nameof(HealthStatus.Upcoming), nameof(HealthStatus.Open))]
    [InlineData(nameof(HealthStatus.Open), nameof(HealthStatus.Closed))]
    [InlineData(nameof(HealthStatus.Upcoming), nameof(HealthStatus.Closed))]
    public void Within_a_second_an_event_only_goes_forward(string from, string to)
    {
        var (before, after) = (Enum.Parse<HealthStatus>(from), Enum.Parse<HealthStatus>(to));
        Assert.Equal(after, HealthEvents.Merge(Of(before), Of(after), T0).Status);
        Assert.Equal(after, HealthEvents.Merge(Of(after), Of(before), T0).Status);
        // A later second may take it back.
        Assert.Equal(before, HealthEvents.Merge(Of(after), Of(before) with { UpdatedAt = T0.AddSeconds(1) }, T0).Status);
    }

    [Fact]
    public void What_says_nothing_new_is_the_known_event_itself()
    {
        var known = Of(HealthStatus.Open) with { Entities = [new("i-1", "IMPAIRED", null, T0)] };

        Assert.Same(known, HealthEvents.Merge(
            known, known with { RecordedAt = T0.AddHours(1), Entities = [new("i-1", "IMPAIRED", null, T0)] }, T0.AddHours(1)));
    }

    [Fact]
    public void Of_a_resource_the_latest_counts_and_its_name_is_kept()
    {
        var known = Of(HealthStatus.Open) with { Entities = [new("i-1", "IMPAIRED", "web", T0), new("i-2", "PENDING", null, T0)] };
        var page = Of(HealthStatus.Open) with { Entities = [new("i-1", "RESOLVED", null, T0.AddMinutes(1)), new("i-3", null, null, T0)] };

        foreach (var merged in (HealthEvent[])[HealthEvents.Merge(known, page, T0), HealthEvents.Merge(page, known, T0)])
        {
            Assert.Equal(["i-1", "i-2", "i-3"], merged.Entities.Select(entity => entity.Value));
            Assert.Equal(("RESOLVED", "web"), (merged.Entities[0].Status, merged.Entities[0].Name));
        }
    }

    [Fact]
    public void Accounts_gather_and_what_people_decided_stays()
    {
        var known = Of(HealthStatus.Open) with { Acknowledged = new("U0JIYEON", T0), RecordedAt = T0, Version = 7 };
        var next = HealthEvents.Merge(
            known, Of(HealthStatus.Open) with { Accounts = ["444455556666"], UpdatedAt = T0.AddMinutes(1) }, T0.AddMinutes(1));

        Assert.Equal(["111122223333", "444455556666"], next.Accounts);
        Assert.Equal(("U0JIYEON", T0, 7L), (next.Acknowledged!.ByUserId, next.RecordedAt, next.Version));
    }

    [Fact]
    public void What_a_later_page_leaves_out_is_still_known()
    {
        var known = Of(HealthStatus.Open) with
        {
            Start = T0,
            End = T0.AddDays(1),
            Descriptions = new Dictionary<string, string> { ["en"] = "text" },
        };

        var next = HealthEvents.Merge(known, Of(HealthStatus.Closed) with { UpdatedAt = T0.AddMinutes(1) }, T0.AddMinutes(1));

        Assert.Equal((T0, T0.AddDays(1), "text"), (next.Start, next.End, next.Descriptions["en"]));
        Assert.Equal("new", HealthEvents.Merge(
            known,
            Of(HealthStatus.Closed) with { UpdatedAt = T0.AddMinutes(1), Descriptions = new Dictionary<string, string> { ["en"] = "new" } },
            T0).Descriptions["en"]);
    }

    private static HealthEvent Of(HealthStatus status) => new()
    {
        Id = "h1",
        Arn = "arn:aws:health:us-east-1::event/EC2/1",
        Accounts = ["111122223333"],
        Region = "us-east-1",
        Service = "EC2",
        TypeCode = "AWS_EC2_ISSUE",
        Status = status,
        UpdatedAt = T0,
    };
}
