using System.Text.Json.Nodes;
using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Blocks;

namespace ChatOps.Health.Tests;

public sealed class HealthEventsTests
{
    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Fact]
    public void Dates_of_RFC_1123_and_strings_for_booleans_are_read()
    {
        var health = HealthGallery.Of(HealthGallery.Body(HealthGallery.PublicIssue));

        Assert.Equal(
            (
                new DateTimeOffset(2026, 3, 4, 5, 1, 10, TimeSpan.Zero), new DateTimeOffset(2026, 3, 4, 5, 30, 57, TimeSpan.Zero),
                new DateTimeOffset(2026, 3, 4, 5, 31, 0, TimeSpan.Zero)),
            (health.Start!.Value, health.End!.Value, health.UpdatedAt));
        Assert.Equal(
            (true, HealthStatus.Open, HealthCategory.Issue, "af-south-1"),
            (health.IsPublic, health.Status, health.Category, health.Region));
    }

    [Fact]
    public void An_older_event_without_status_scope_and_account_is_read()
    {
        var health = HealthGallery.Of(HealthGallery.Body(HealthGallery.Retirement));

        Assert.Equal(
            (HealthStatus.Open, HealthCategory.ScheduledChange, "us-east-1", "111122223333"),
            (health.Status, health.Category, health.Region, Assert.Single(health.Accounts)));
        Assert.Equal("i-00ddbf07ce6372082", Assert.Single(health.Entities).Value);
        Assert.Equal(HealthStatus.Upcoming, HealthGallery.Of(
            HealthGallery.Changed(HealthGallery.Retirement, detail => detail["startTime"] = "Sat, 1 Dec 2018 22:00:00 GMT")).Status);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_event_is_recorded_routed_and_rendered_and_repeating_or_reordering_changes_nothing(DatabaseKind kind)
    {
        await using var world = await HealthWorld.CreateAsync(kind);
        var bodies = HealthGallery.Files.Select(HealthGallery.Body).ToList();

        await world.ReadAsync(bodies);
        await world.ReadAsync([.. bodies.AsEnumerable().Reverse()]);

        Assert.Equal(3, world.Outbox.Requests.Count);
        Assert.All(world.Outbox.Requests, request => Assert.Equal("#alerts", request.Channel));
        Assert.Empty(world.Outbox.Changed);
        Assert.Empty(world.Outbox.Replies);
        foreach (var request in world.Outbox.Requests)
            Assert.NotNull(await world.Subject.RenderAsync(request.Subject.Key, In("ko"), default));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Pages_and_updates_become_one_in_any_order(DatabaseKind kind)
    {
        string Page(
            int page, string status, string minute, params string[] entities) => HealthGallery.Changed(HealthGallery.ApiIssue, detail =>
        {
            detail["page"] = $"{page}";
            detail["totalPages"] = "2";
            detail["statusCode"] = status;
            detail["lastUpdatedTime"] = $"Wed, 4 Mar 2026 05:{minute}:00 GMT";
            detail["affectedEntities"] = new JsonArray([.. entities.Select(entity =>
                (JsonNode)new JsonObject { ["entityValue"] = entity, ["status"] = status == "closed" ? "RESOLVED" : "IMPAIRED" })]);
        });
        string[] incoming =
        [
            Page(1, "open", "31", "lb-a", "lb-b"), Page(2, "open", "31", "lb-c"), Page(1, "closed", "45", "lb-a", "lb-b"),
            Page(2, "closed", "45", "lb-c"),
        ];
        foreach (var order in new[] { new[] { 0, 1, 2, 3 }, [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2] })
        {
            await using var world = await HealthWorld.CreateAsync(kind);
            foreach (var i in order) await world.ReadAsync(incoming[i]);
            await world.ReadAsync(incoming);

            var health = await world.OnlyAsync();
            Assert.Equal(HealthStatus.Closed, health.Status);
            Assert.Equal(["lb-a", "lb-b", "lb-c"], health.Entities.Select(entity => entity.Value));
            Assert.All(health.Entities, entity => Assert.Equal("RESOLVED", entity.Status));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_end_told_in_the_second_of_the_beginning_counts_in_any_order(DatabaseKind kind)
    {
        string Told(string status) => HealthGallery.Changed(HealthGallery.ApiIssue, detail =>
        {
            detail["statusCode"] = status;
            detail["lastUpdatedTime"] = "Wed, 4 Mar 2026 05:31:00 GMT";
            detail["affectedEntities"] = new JsonArray(
                new JsonObject { ["entityValue"] = "lb-a", ["status"] = status == "closed" ? "RESOLVED" : "IMPAIRED" });
        });
        foreach (var order in new[] { new[] { "open", "closed" }, ["closed", "open"] })
        {
            await using var world = await HealthWorld.CreateAsync(kind);
            foreach (var status in order) await world.ReadAsync(Told(status));

            var health = await world.OnlyAsync();
            Assert.Equal((HealthStatus.Closed, "RESOLVED"), (health.Status, Assert.Single(health.Entities).Status));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_told_twice_in_one_second_is_said_in_the_thread(DatabaseKind kind)
    {
        string Told(string status, string text) => HealthGallery.Changed(HealthGallery.ApiIssue, detail =>
        {
            detail["statusCode"] = status;
            detail["lastUpdatedTime"] = "Wed, 4 Mar 2026 05:31:00 GMT";
            detail["eventDescription"] = new JsonArray(new JsonObject { ["language"] = "en_US", ["latestDescription"] = text });
        });
        await using var world = await HealthWorld.CreateAsync(kind);
        await world.ReadAsync(Told("open", "We look into it."));

        await world.ReadAsync(Told("open", "We look into it. We have found the cause."));
        Assert.Equal(
            (HealthThread.Updated, "We have found the cause."),
            (Assert.Single(world.Outbox.Replies).Reply, JsonNode.Parse(world.Outbox.Replies[0].Data)!["text"]!.GetValue<string>()));

        await world.ReadAsync(Told("closed", "We look into it. We have found the cause."));
        Assert.Equal([HealthThread.Updated, HealthThread.Closed], world.Outbox.Replies.Select(reply => reply.Reply));

        // Older words of that second, told late or again, change nothing.
        await world.ReadAsync(
            Told("open", "We look into it. We have found the cause."), Told("open", "We look into it."),
            Told("closed", "We look into it."));
        Assert.Equal(2, world.Outbox.Replies.Count);
        Assert.Equal(HealthStatus.Closed, (await world.OnlyAsync()).Status);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_copy_from_a_backup_Region_changes_nothing(DatabaseKind kind)
    {
        await using var world = await HealthWorld.CreateAsync(kind);
        await world.ReadAsync(HealthGallery.Body(HealthGallery.PublicIssue));
        world.Outbox.Clear();

        await world.ReadAsync(HealthGallery.Changed(HealthGallery.PublicIssue, detail => detail["backupEvent"] = "true", envelope =>
        {
            envelope["id"] = "another";
            envelope["region"] = "us-west-2";
        }));

        Assert.Equal(("af-south-1", 1L), ((await world.OnlyAsync()).Region, (await world.OnlyAsync()).Version));
        Assert.Empty(world.Outbox.Requests);
        Assert.Empty(world.Outbox.Changed);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_public_event_is_one_for_all_accounts_and_an_account_event_is_one_for_each(DatabaseKind kind)
    {
        await using var world = await HealthWorld.CreateAsync(kind);
        await world.ReadAsync(
            HealthGallery.Body(HealthGallery.PublicIssue),
            HealthGallery.Changed(HealthGallery.PublicIssue, detail => detail["affectedAccount"] = "444455556666"));
        Assert.Equal(["111122223333", "444455556666"], (await world.OnlyAsync()).Accounts);
        Assert.Single(world.Outbox.Requests.Select(request => request.Subject).Distinct());

        await world.ReadAsync(
            HealthGallery.Body(HealthGallery.ApiIssue),
            HealthGallery.Changed(HealthGallery.ApiIssue, detail => detail["affectedAccount"] = "444455556666"));
        Assert.Equal(3, world.Outbox.Requests.Select(request => request.Subject).Distinct().Count());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Closing_turns_it_green_and_says_so_once(DatabaseKind kind)
    {
        await using var world = await HealthWorld.CreateAsync(kind);
        await world.ReadAsync(HealthGallery.Body(HealthGallery.ApiIssue));
        world.Outbox.Clear();
        var closed = HealthGallery.Changed(HealthGallery.ApiIssue, detail =>
        {
            detail["statusCode"] = "closed";
            detail["lastUpdatedTime"] = "Wed, 4 Mar 2026 06:00:00 GMT";
            detail["eventDescription"]![0]!["latestDescription"] = "A description of the event will be provided here\n[RESOLVED] Fixed.";
        });

        await world.ReadAsync(closed, closed);

        Assert.Equal([HealthThread.Closed, HealthThread.Updated], world.Outbox.Replies.Select(reply => reply.Reply));
        Assert.False(Assert.Single(world.Outbox.Changed).Open);
        Assert.Contains(
            "AWS writes: [RESOLVED] Fixed.", HealthThread.Render(HealthThread.Updated, world.Outbox.Replies[1].Data, In("en")).Text,
            StringComparison.Ordinal);
        var message = await world.Subject.RenderAsync((await world.OnlyAsync()).Id, In("en"), default);
        Assert.StartsWith("Closed:", message!.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_event_that_was_over_before_we_heard_of_it_is_posted_nowhere(DatabaseKind kind)
    {
        await using var world = await HealthWorld.CreateAsync(kind);

        await world.ReadAsync(HealthGallery.Changed(HealthGallery.ApiIssue, detail => detail["statusCode"] = "closed"));

        Assert.Equal(HealthStatus.Closed, (await world.OnlyAsync()).Status);
        Assert.Empty(world.Outbox.Requests);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Acknowledging_counts_once_is_audited_and_survives_updates(DatabaseKind kind)
    {
        await using var world = await HealthWorld.CreateAsync(kind);
        await world.ReadAsync(HealthGallery.Body(HealthGallery.ApiIssue));
        var id = (await world.OnlyAsync()).Id;
        world.Outbox.Clear();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => world.Acts.AcknowledgeAsync("U0JIYEON", id, default))));
        await world.ReadAsync(
            HealthGallery.Changed(HealthGallery.ApiIssue, detail => detail["lastUpdatedTime"] = "Wed, 4 Mar 2026 07:00:00 GMT"));

        Assert.Equal("U0JIYEON", (await world.OnlyAsync()).Acknowledged?.ByUserId);
        Assert.Equal(
            (HealthThread.Acknowledged, ("health.acknowledge", "done")),
            (Assert.Single(world.Outbox.Replies).Reply, Assert.Single(world.Audit.Entries)));
        Assert.Equal(
            "health.taken",
            (await Assert.ThrowsAsync<StaleSubjectException>(() => world.Acts.AcknowledgeAsync("U0ALEX", id, default))).Key);
        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Acts.AcknowledgeAsync("U0SORA", id, default));
        Assert.Equal(
            "health.gone",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.Acts.AcknowledgeAsync("U0ALEX", "nobody", default))).Key);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Affected_resources_are_called_by_the_names_the_inventory_knows(DatabaseKind kind)
    {
        await using var world = await HealthWorld.CreateAsync(kind);
        await world.ReadAsync(HealthGallery.Body(HealthGallery.Retirement));

        var view = await world.Views.SceneOfAsync(await world.OnlyAsync(), default);

        Assert.Equal("batch-worker", view.EntityNames["i-00ddbf07ce6372082"]);
        Assert.Equal("prod", view.AccountNames["111122223333"]);
    }

    /// <summary>Any field replaced by any junk: read, or refused with a reason; and what is read can be shown.</summary>
    [Fact]
    public void Hostile_values_anywhere_are_read_or_refused()
    {
        string[] junk = ["null", "1e400", "-1", "[]", "{}", "[[1]]", "\"\"", "\"\\u0000x\"", "true", $"\"{new string('x', 20_000)}\""];
        foreach (var file in HealthGallery.Files)
        {
            foreach (var name in JsonNode.Parse(HealthGallery.Body(file))!["detail"]!.AsObject().Select(member => member.Key).ToList())
            {
                foreach (var value in junk)
                {
                    try
                    {
                        var health = HealthGallery.Of(HealthGallery.Changed(file, detail => detail[name] = JsonNode.Parse(value)));
                        Assert.NotEmpty(BlockKitLimits.Fit(HealthMessage.Render(health, HealthView.Empty, In("ko"))).Blocks);
                    }
                    catch (FormatException refused)
                    {
                        Assert.Contains("eventArn", refused.Message, StringComparison.Ordinal);
                    }
                }
            }
        }
    }

    private static Locale In(string language) => Locale.For(language, TimeZoneInfo.Utc);
}
