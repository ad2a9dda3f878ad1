using System.Text.Json.Nodes;
using ChatOps.Platform.Storage;

namespace ChatOps.Alerts.Tests;

/// <summary>Notifications that came out wrong once.</summary>
public sealed class AlertCasesTests
{
    private static readonly AlertActor Jiyeon = new("U0JIYEON", "jiyeon");

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_annotation_that_changes_while_it_fires_is_shown_in_the_same_message(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        await world.WebhookAsync(AlertCases.Text("webhook-value-1.json"), AlertCases.Text("webhook-value-2.json"));

        var group = await world.GroupAsync();
        Assert.Equal((1, "Error rate is 99 %"), (group.Post, group.Annotation("description")));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_the_sender_left_out_is_counted(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        await world.WebhookAsync(AlertCases.Text("webhook-truncated-1.json"));
        Assert.Equal((4, 4), ((await world.GroupAsync()).Firing, (await world.GroupAsync()).Total));

        await world.WebhookAsync(AlertCases.Text("webhook-truncated-2.json"));
        Assert.Equal((40, 40), ((await world.GroupAsync()).Firing, (await world.GroupAsync()).Total));
        Assert.Contains(
            "40", AlertMessage.Render(await world.GroupAsync(), new AlertView(), AlertWorld.English).Text, StringComparison.Ordinal);

        await world.WebhookAsync(AlertCases.Text("webhook-truncated-2.json").Replace("\"firing\"", "\"resolved\"", StringComparison.Ordinal)
            .Replace("0001-01-01T00:00:00Z", "2026-03-04T06:00:00Z", StringComparison.Ordinal));
        Assert.Equal((0, AlertState.Resolved), ((await world.GroupAsync()).Firing, (await world.GroupAsync()).State));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(10_000)]
    public async Task Thousands_that_fire_in_one_group_are_counted_though_their_details_are_not_kept(int count)
    {
        await using var world = await AlertWorld.CreateAsync(DatabaseKind.Sqlite);
        var starts = world.Time.GetUtcNow();
        (string, bool)[] All(Func<int, bool> fires) => [.. Enumerable.Range(0, count).Select(i => ($"n{i}", fires(i)))];

        await world.WebhookAsync(AlertEvents.Webhook("Down", starts, All(_ => true)));
        var all = await world.GroupAsync();
        await world.WebhookAsync(AlertEvents.Webhook("Down", starts, All(_ => true)));
        Assert.Empty(world.Outbox.Replies);
        await world.WebhookAsync(AlertEvents.Webhook("Down", starts, All(i => i % 2 == 0)));
        var half = await world.GroupAsync();
        await world.WebhookAsync(AlertEvents.Webhook("Down", starts, All(_ => false)));

        Assert.Equal((count, 200), (all.Firing, all.Alerts.Count));
        Assert.Equal(count / 2, half.Firing);
        Assert.Equal(AlertState.Resolved, (await world.GroupAsync()).State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_later_start_of_what_fires_is_another_outage_that_nobody_has_acknowledged(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        await world.WebhookAsync(AlertCases.Text("webhook-new-start-1.json"));
        await world.Acts.AcknowledgeAsync(Jiyeon, (await world.GroupAsync()).Id, default);
        world.Outbox.Clear();

        await world.WebhookAsync(AlertCases.Text("webhook-new-start-2.json"));

        var group = await world.GroupAsync();
        Assert.Equal((AlertState.Firing, 2, 2), (group.State, group.Fired.Count, group.Post));
        Assert.Equal($"{group.Id}.2", Assert.Single(world.Outbox.Requests).Subject.Key);
        // The message before points to the new one.
        Assert.Contains(world.Outbox.Changed, changed => changed.Subject.Key == group.Id && !changed.Open);
    }

    /// <summary>Replicas of Prometheus do not begin in the same second.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task A_start_that_moves_by_seconds_is_no_other_outage(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        var starts = world.Time.GetUtcNow().AddMinutes(-5);
        await world.WebhookAsync(AlertEvents.Webhook("Down", starts, ("a", true)));
        await world.WebhookAsync(AlertEvents.Webhook("Down", starts.AddSeconds(12), ("a", true)));

        Assert.Equal((1, 1), ((await world.GroupAsync()).Post, (await world.GroupAsync()).Fired.Count));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_gets_worse_or_much_more_loses_its_acknowledgement_and_is_posted(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        var starts = world.Time.GetUtcNow();
        await world.WebhookAsync(AlertEvents.Webhook("Down", starts, ("a", true)));
        await world.Acts.AcknowledgeAsync(Jiyeon, (await world.GroupAsync()).Id, default);
        await world.WebhookAsync(AlertEvents.Webhook("Down", starts, ("a", true), ("b", true)));
        Assert.Equal((AlertState.Acknowledged, 1), ((await world.GroupAsync()).State, (await world.GroupAsync()).Post));

        await world.WebhookAsync(AlertEvents.Webhook("Down", starts, [.. Enumerable.Range(0, 30).Select(i => ($"n{i}", true))])
            .Replace("\"warning\"", "\"critical\"", StringComparison.Ordinal));
        Assert.Equal((AlertState.Firing, 2), ((await world.GroupAsync()).State, (await world.GroupAsync()).Post));

        await world.Acts.AcknowledgeAsync(Jiyeon, (await world.GroupAsync()).Id, default);
        await world.WebhookAsync(AlertEvents.Webhook("Down", starts, [.. Enumerable.Range(0, 120).Select(i => ($"n{i}", true))])
            .Replace("\"warning\"", "\"critical\"", StringComparison.Ordinal));
        Assert.Equal((AlertState.Firing, 3), ((await world.GroupAsync()).State, (await world.GroupAsync()).Post));
    }

    [Theory]
    [InlineData("webhook-ungrouped.json")]
    [InlineData("webhook-grouped-by-rule.json")]
    public async Task A_silence_of_a_message_is_of_its_alerts_and_no_others(string file)
    {
        await using var world = await AlertWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.WebhookAsync(AlertCases.Text(file));
        var cases = JsonNode.Parse(AlertCases.Text("silenced-or-not.json"))![file]!;

        var matchers = (await world.GroupAsync()).Matchers;

        Assert.All(Labels(cases["silenced"]!), labels => Assert.All(matchers, matcher => Assert.True(matcher.Matches(labels))));
        Assert.All(Labels(cases["not_silenced"]!), labels => Assert.Contains(matchers, matcher => !matcher.Matches(labels)));
        Assert.True(SilenceMatchers.NameAlert(matchers));
    }

    [Theory]
    [InlineData("silence service.name=\"checkout\" 1h deploying", "service.name=\"checkout\"")]
    [InlineData("silence \"service.name\"=\"checkout\" 1h", "service.name=\"checkout\"")]
    [InlineData("silence namespace=\"shop\" container.image.tag=~\"1\\\\..*\" 2h", "namespace=\"shop\" container.image.tag=~\"1\\\\..*\"")]
    [InlineData("silence owner=\"A&amp;B\" 1h", "owner=\"A&B\"")]
    [InlineData("silence \"a \\\"b\\\" c\"!=\"x\" alertname=\"Y\" 1h", "a \"b\" c!=\"x\" alertname=\"Y\"")]
    public void Matchers_are_read_as_they_were_typed(string typed, string matchers)
    {
        var text = AlertCommand.Unescaped(typed)["silence ".Length..];

        Assert.True(SilenceRequest.TryParse(text, out var request, out _));

        Assert.Equal(matchers, string.Join(' ', request.Matchers));
    }

    [Theory]
    [InlineData("rate(http_requests_total[5m]) &gt; 0", "rate(http_requests_total[5m]) > 0", 3)]
    [InlineData("time() over:30m", "time()", null)]
    [InlineData("up over:30d", "up", null)]
    public void An_expression_is_asked_as_it_was_typed(string typed, string expression, int? hours)
    {
        var asked = AlertQueries.Asked(AlertCommand.Unescaped(typed));

        Assert.Equal((expression, hours), (asked.Expression, asked.Hours));
    }

    private static IEnumerable<Dictionary<string, string>> Labels(JsonNode alerts) => alerts.AsArray().Select(
        labels => labels!.AsObject().ToDictionary(label => label.Key, label => (string)label.Value!, StringComparer.Ordinal));
}
