using System.Text.Json.Nodes;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings.Tests;

public sealed class FindingActionsTests
{
    private const string File = "securityhub-imported/control-ec2-19-consolidated";

    private static readonly FindingActor Jiyeon = new("U0JIYEON", "jiyeon");
    private static readonly FindingActor Alex = new("U0ALEX", "alex");
    private static readonly FindingActor Sora = new("U0SORA", "sora");

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    private static string Id => Events.Finding(File).Id;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Acknowledging_changes_state_thread_audit_and_Security_Hub_together(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);

        await world.Acts.AcknowledgeAsync(Jiyeon, Id, default);

        var finding = (await world.FindAsync(Id))!;
        Assert.Equal((FindingState.Acknowledged, "U0JIYEON"), (finding.State, finding.Acknowledged!.ByUserId));
        Assert.Equal(FindingReplies.Acknowledged, Assert.Single(world.Outbox.Replies).Reply);
        Assert.Single(world.Outbox.Changed);
        Assert.Equal(("finding.acknowledge", "done"), Assert.Single(world.Audit.Entries));
        await world.Writer.WorkAsync();
        Assert.Equal(
            ("NOTIFIED", "Acknowledged in Slack by jiyeon"),
            (world.Aws.Updates[0].Update.Workflow!.Status, world.Aws.Updates[0].Update.Note!.Text));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task All_of_a_group_are_acknowledged_in_batches_each_audited_with_progress_in_its_thread(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        const int Many = 320;
        await world.ReadAsync([.. Enumerable.Range(0, Many).Select(i => FindingWorld.Changed(File, finding =>
        {
            finding[nameof(Id)] = $"arn:aws:securityhub:us-east-1:111122223333:security-control/EC2.19/finding/{i:0000}";
            finding["Resources"]![0]!["Tags"] = i % 4 == 0 ? null : new JsonObject { ["Owner"] = "DEVOPS" };
        }))]);
        var ids = world.Outbox.Requests.Select(request => request.Subject.Key).ToList();
        await world.Acts.AcknowledgeAsync(Alex, ids[0], default);
        world.Outbox.Clear();
        world.Audit.Entries.Clear();
        var subject = new FindingSubject(
            world.Database, new FindingViewReader(world.Home, [], GivenVocabulary.Bare), new FindingThread([]), world.Home);
        var before = await subject.SummarizeAsync("g1", ids, world.English, default);
        Assert.Equal(["*Accounts*  prod 320", "*Regions*  us-east-1 320", "*Owners*  DEVOPS 240 · none 80"], before.Lines);
        Assert.Equal(("319 not acknowledged yet", "g1"), (before.Context, Assert.Single(before.Buttons).Value));

        var group = new ChatOps.Platform.Delivery.MessageGroup(new("group", "g1"), ids);
        await world.Acts.AcknowledgeAllAsync(Jiyeon, group, default);

        Assert.Equal(Many - 1, world.Audit.Entries.Count);
        Assert.All(world.Audit.Entries, entry => Assert.Equal(("finding.acknowledge", "done"), entry));
        Assert.Equal("U0ALEX", (await world.FindAsync(ids[0]))!.Acknowledged!.ByUserId);
        Assert.Equal("U0JIYEON", (await world.FindAsync(ids[^1]))!.Acknowledged!.ByUserId);
        Assert.Equal(Many, await world.CountAsync("finding_writes"));
        var incoming = world.Outbox.Replies.Where(reply => reply.Subject.Kind == "group").Select(
            reply => subject.RenderGroupReply(reply.Reply, reply.Data, world.English).Text);
        Assert.Equal(["⏳ <@U0JIYEON> acknowledges 319 findings", "250 of 319 acknowledged", "✅ All 319 acknowledged"], incoming);
        Assert.Empty((await subject.SummarizeAsync("g1", ids, world.English, default)).Buttons);
        Assert.Equal(
            "finding.group.nothing",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.Acts.AcknowledgeAllAsync(Jiyeon, group, default))).Key);
        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Acts.AcknowledgeAllAsync(Sora, group, default));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_group_counts_owners_by_their_tag_with_and_without_the_prefix(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        JsonObject[] tags =
        [
            new() { ["acme:Owner"] = "DEVOPS", ["Owner"] = "WEB" }, new() { ["Owner"] = "DEVOPS" }, new() { ["acme:team"] = "DEVOPS" },
            new() { ["acme:Owner"] = " " }, [],
        ];
        await world.ReadAsync([.. tags.Select((own, i) => FindingWorld.Changed(File, finding =>
        {
            finding[nameof(Id)] = $"arn:aws:securityhub:us-east-1:111122223333:security-control/EC2.19/finding/{i:0000}";
            finding["Resources"]![0]!["Tags"] = own;
        }))]);
        var ids = world.Outbox.Requests.Select(request => request.Subject.Key).ToList();
        var subject = new FindingSubject(
            world.Database, new FindingViewReader(world.Home, [], GivenVocabulary.Prefixed), new FindingThread([]), world.Home);

        Assert.Contains("*Owners*  DEVOPS 3 · none 2", (await subject.SummarizeAsync("g1", ids, world.English, default)).Lines);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_double_click_changes_nothing_the_second_time(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => world.Acts.AcknowledgeAsync(Jiyeon, Id, default))));

        Assert.Single(world.Audit.Entries);
        Assert.Single(world.Outbox.Replies);
        Assert.Equal(2, (await world.FindAsync(Id))!.Version);
        Assert.Equal(1, await world.CountAsync("finding_writes"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Of_two_people_at_once_one_is_told_that_it_is_taken(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);

        var results = await Task.WhenAll(new[] { Jiyeon, Alex }.Select(
            who => Task.Run(async () => await Record.ExceptionAsync(() => world.Acts.AcknowledgeAsync(who, Id, default)))));

        Assert.Single(results, result => result is null);
        Assert.IsType<StaleSubjectException>(Assert.Single(results, result => result is not null));
        Assert.Single(world.Audit.Entries);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Without_the_role_nothing_happens(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);

        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Acts.AcknowledgeAsync(Sora, Id, default));
        await Assert.ThrowsAsync<AccessDeniedException>(
            () => world.Acts.SuppressAsync(Sora, Id, "r", world.Time.GetUtcNow().AddDays(1), default));

        Assert.Equal(1, (await world.FindAsync(Id))!.Version);
        Assert.Empty(world.Outbox.Changed);
        Assert.Equal(0, await world.CountAsync("finding_writes"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_act_on_a_finding_that_was_resolved_meanwhile_is_refused_politely_and_redraws_it(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        await world.ReadAsync(FindingWorld.Changed(File, finding =>
        {
            finding["UpdatedAt"] = "2026-03-04T05:29:00Z";
            finding["Compliance"]!["Status"] = "PASSED";
        }));
        world.Outbox.Clear();

        var fault = await Assert.ThrowsAsync<StaleSubjectException>(
            () => world.Press(new FindingAcknowledgeButton(world.Views, world.Acts), FindingAcknowledgeButton.ActionId, Id));

        Assert.Equal("finding.stale", fault.Key);
        Assert.Equal(
            "EC2.19 has changed since you looked: it is resolved now. Nothing was done; its message shows it as it is.",
            world.English.Text(fault.Key, [.. fault.Values]));
        Assert.Single(world.Outbox.Changed);
        Assert.Equal(
            "finding.gone",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.Acts.AcknowledgeAsync(Jiyeon, "nobody", default))).Key);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Suppressing_ends_by_itself(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        var until = world.Time.GetUtcNow().AddDays(7);
        await world.Acts.SuppressAsync(Jiyeon, Id, "legacy import", until, default);

        var suppressed = (await world.FindAsync(Id))!;
        Assert.Equal(
            (FindingState.Suppressed, "legacy import", until),
            (suppressed.State, suppressed.Suppressed!.Reason, suppressed.Suppressed.Until));
        world.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await world.Acts.ExpireSuppressionsAsync(default));
        world.Outbox.Clear();

        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await world.Acts.ExpireSuppressionsAsync(default));
        Assert.Equal(0, await world.Acts.ExpireSuppressionsAsync(default));

        var back = (await world.FindAsync(Id))!;
        Assert.Equal((FindingState.New, null), (back.State, back.Suppressed));
        Assert.Equal(FindingReplies.SuppressionExpired, Assert.Single(world.Outbox.Replies).Reply);
        Assert.Single(world.Outbox.Requests);
        while (await world.Writer.WorkAsync()) { }
        Assert.Equal(["SUPPRESSED", "NEW"], world.Aws.Updates.Select(update => update.Update.Workflow!.Status));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Reopening_takes_a_suppression_back(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        await world.Acts.SuppressAsync(Jiyeon, Id, "r", world.Time.GetUtcNow().AddDays(7), default);

        await world.Acts.ReopenAsync(Alex, Id, default);

        Assert.Equal((FindingState.New, null), ((await world.FindAsync(Id))!.State, (await world.FindAsync(Id))!.Suppressed));
        world.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(0, await world.Acts.ExpireSuppressionsAsync(default));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_assign_modal_assigns_and_acknowledges(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        var modal = new AssignModal(world.Views, world.Acts, world.SlackPeople);
        await world.Press(modal, AssignModal.ActionId, Id);
        var view = Assert.Single(world.Slack.Shown).View;

        var response = await modal.Handle(world.Submit(view, ("Assignee", new StateValue { SelectedUser = "U0ALEX" })), default);

        Assert.Same(ViewSubmissionResponse.Clear, response);
        var finding = (await world.FindAsync(Id))!;
        Assert.Equal(
            ("U0ALEX", "U0JIYEON", FindingState.Acknowledged), (finding.Assigned!.ToUserId, finding.Acknowledged!.ByUserId, finding.State));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_suppress_modal_wants_a_reason_and_a_day_that_makes_sense(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        var modal = new SuppressModal(world.Views, world.Acts, world.Approvals, world.Time);
        await modal.OpenAsync(FindingWorldActs.Click("finding.more", null), Id, default);
        var view = Assert.Single(world.Slack.Shown).View;
        var reason = ("Reason", new StateValue { Value = " legacy import " });

        var noReason = await modal.Handle(world.Submit(view, ("Reason", new StateValue { Value = "  " }), Days("7")), default);
        var noDate = await modal.Handle(world.Submit(view, reason, Days("date")), default);
        var past = await modal.Handle(
            world.Submit(view, reason, Days("date"), ("Until", new StateValue { SelectedDate = new DateOnly(2026, 3, 3) })), default);
        Assert.All([noReason, noDate, past], response => Assert.NotSame(ViewSubmissionResponse.Clear, response));
        Assert.Equal(FindingState.New, (await world.FindAsync(Id))!.State);

        var good = await modal.Handle(
            world.Submit(view, reason, Days("date"), ("Until", new StateValue { SelectedDate = new DateOnly(2026, 3, 10) })), default);

        Assert.Same(ViewSubmissionResponse.Clear, good);
        // To the end of the day in Seoul.
        Assert.Equal(
            ("legacy import", new DateTimeOffset(2026, 3, 10, 15, 0, 0, TimeSpan.Zero)),
            ((await world.FindAsync(Id))!.Suppressed!.Reason, (await world.FindAsync(Id))!.Suppressed!.Until));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Details_open_on_top_of_the_modal_they_were_asked_in(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        await world.Acts.AcknowledgeAsync(Jiyeon, Id, default);
        var details = new FindingDetailsModal(world.Views, new FindingThread([]), world.Database);

        await details.OpenAsync(
            FindingWorldActs.Click("finding.more", null) with { View = new ViewInfo { Id = "V1", CallbackId = "finding.open" } }, Id,
            default);
        await new RelatedModal(world.Views, world.Database).OpenAsync(FindingWorldActs.Click("finding.more", null), Id, default);
        await world.Press(new FindingOpenButton(world.Views), FindingOpenButton.ActionId, Id);

        Assert.Equal(["push", "open", "open"], world.Slack.Shown.Select(shown => shown.How));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_act_in_the_opened_modal_draws_the_modal_anew(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);

        await new FindingAcknowledgeButton(world.Views, world.Acts).Handle(
            FindingWorldActs.Click(FindingAcknowledgeButton.ActionId, Id) with
            {
                View = new ViewInfo { Id = "V1", CallbackId = FindingOpenButton.ActionId },
            }, default);

        var (how, view) = Assert.Single(world.Slack.Shown);
        Assert.Equal("update", how);
        Assert.DoesNotContain(
            view.Blocks.OfType<ActionsBlock>().Single().Elements.Cast<InteractiveElement>(),
            element => element.ActionId == FindingAcknowledgeButton.ActionId);
    }

    private static (string, StateValue) Days(string value) => ("For", new StateValue { SelectedOption = new SelectedOption(value, value) });

    private static async Task<FindingWorld> StartAsync(DatabaseKind kind)
    {
        var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body(File));
        world.Outbox.Clear();
        return world;
    }
}

internal static class FindingWorldActs
{
    public static BlockActionRequest Click(string actionId, string? value) => new()
    {
        UserId = "U0JIYEON",
        UserName = "jiyeon",
        ActionId = actionId,
        Action = new StateValue { Type = "button", Value = value },
        TriggerId = "t",
        ResponseUrl = "https://hooks/",
    };

    public static Task Press(this FindingWorld world, IBlockActionHandler handler, string actionId, string value)
    {
        Assert.NotNull(world);
        return handler.Handle(Click(actionId, value), default);
    }

    public static ViewSubmission Submit(this FindingWorld world, ModalView view, params (string Block, StateValue Value)[] values)
    {
        Assert.NotNull(world);
        return new ViewSubmission
        {
            UserId = "U0JIYEON",
            UserName = "jiyeon",
            View = new ViewInfo
            {
                Id = "V1",
                CallbackId = view.CallbackId!,
                PrivateMetadata = view.PrivateMetadata!,
                State = new ViewState(values.ToDictionary(value => (value.Block, value.Block), value => value.Value)),
            },
        };
    }
}
