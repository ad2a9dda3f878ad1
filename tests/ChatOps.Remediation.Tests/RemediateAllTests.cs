using System.Text.Json;
using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Remediation.Tests;

public sealed class RemediateAllTests
{
    private const string Jiyeon = "U0JIYEON";
    private static readonly SubjectId Group = new("group", "g1");
    private static readonly Locale English = new GivenLocales("en").Default;

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_finding_gets_a_remediation_of_its_own_and_the_thread_hears_the_end_of_all(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var ids = Buckets(world, 3);
        var plan = await world.BatchPlanner.PlanAsync("g1", Jiyeon, default);
        Assert.Equal((3, 3, 0), (plan.Plans.Count, plan.Open, plan.Later));
        Assert.Equal(0, world.Automation.StartCalls);

        var outcome = (await world.Batches.ConfirmAsync(plan.Id!, Jiyeon, "cleaning up", default))!;

        Assert.Equal((3, 0, 0), (outcome.Started, outcome.Asked, outcome.Refused.Count));
        var woken = await world.WokenAsync();
        Assert.Equal(3, woken.Count);
        Assert.Equal(
            ids.Order(), world.Findings.Marks.Where(mark => mark.Mark.State == RemediationState.Running).Select(mark => mark.Id).Order());
        var audit = await world.Audit.LastAsync(10, default);
        Assert.Equal(
            ["finding.remediate", "finding.remediate", "finding.remediate", "finding.remediate_all"],
            audit.Select(entry => entry.Verb).Order());
        Assert.All(audit, entry => Assert.Equal((Jiyeon, "requested"), (entry.UserId, entry.Outcome)));

        foreach (var attempt in woken) await world.RunAsync(attempt);
        Assert.Equal(3, world.Automation.Started);
        world.Automation.Status = "Success";
        foreach (var id in ids) world.Findings.Add((await world.Findings.FindAsync(id, default))! with { Compliance = "PASSED" });
        foreach (var attempt in woken)
        {
            await world.RunAsync(attempt);
            world.Time.Advance(TimeSpan.FromSeconds(5));
            await world.RunAsync(attempt);
        }

        Assert.Equal(3, world.Automation.Started);
        Assert.Equal([
            "⏳ <@U0JIYEON> remediates 3 findings, each by a run of its own\n> cleaning up", "✅ All 3 remediated, each verified"
        ], Said(world));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_second_click_changes_nothing(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        Buckets(world, 4);
        var plan = await world.BatchPlanner.PlanAsync("g1", Jiyeon, default);

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => world.Batches.ConfirmAsync(plan.Id!, Jiyeon, null, default))));
        Assert.Null(await world.Batches.ConfirmAsync(plan.Id!, Jiyeon, null, default));

        Assert.Equal(4, Assert.Single(outcomes, outcome => outcome is not null)!.Started);
        Assert.Equal(4, world.Findings.Marks.Count);
        Assert.Equal(5, (await world.Audit.LastAsync(20, default)).Count);
        Assert.Single(Said(world));

        // Who pressed twice has two plans: the second finds every finding taken.
        var second = await world.BatchPlanner.PlanAsync("g1", Jiyeon, default);
        Assert.Null(second.Id);
        Assert.All(second.Refused, refused => Assert.Equal("remediation.fault.running", refused.Key));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Of_two_people_at_once_every_finding_is_remediated_once(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        Buckets(world, 5);
        var plans = new[]
        {
            (User: Jiyeon, Plan: await world.BatchPlanner.PlanAsync("g1", Jiyeon, default)),
            (User: "U0ALEX", Plan: await world.BatchPlanner.PlanAsync("g1", "U0ALEX", default)),
        };

        var outcomes = await Task.WhenAll(
            plans.Select(plan => Task.Run(() => world.Batches.ConfirmAsync(plan.Plan.Id!, plan.User, null, default))));

        Assert.Equal(5, outcomes.Sum(outcome => outcome!.Started));
        Assert.Equal(5, outcomes.Sum(outcome => outcome!.Refused.Count));
        Assert.Equal(5, world.Findings.Marks.Count);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Production_waits_for_an_approver_each_and_failures_are_named(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var ids = Buckets(world, 3, env: i => i == 2 ? "PROD" : "DEV");
        var plan = await world.BatchPlanner.PlanAsync("g1", Jiyeon, default);
        Assert.True(plan.NeedsApproval);
        // One is over before it is confirmed.
        world.Findings.Add((await world.Findings.FindAsync(ids[0], default))! with { Compliance = "PASSED" });

        var outcome = (await world.Batches.ConfirmAsync(plan.Id!, Jiyeon, "why", default))!;
        Assert.Equal((1, 1, "remediation.fault.closed"), (outcome.Started, outcome.Asked, Assert.Single(outcome.Refused).Key));
        var asked = Assert.Single(world.Outbox.Requests);
        await world.BatchApprovals.DenyAsync(asked.Subject.Key, "U0ALEX", "not now", default);
        world.Automation.Status = "Failed";
        world.Automation.FailureMessage = "Step fails: AccessDenied";
        var begun = Assert.Single(await world.WokenAsync());
        await world.RunAsync(begun);
        world.Time.Advance(world.Options.Value.PollEvery);
        await world.RunAsync(begun);

        Assert.Equal(
            [
                "⏳ <@U0JIYEON> remediates 3 findings, each by a run of its own\n> why",
                "⏳ 1 of 3 waits for approval",
                "❌ 1 of 3 did not begin\n• *bucket-0*: This finding needs no remediation any more: it was resolved, archived or " +
                "suppressed meanwhile.",
                "🚫 <@U0JIYEON> <@U0ALEX> denied.\n> not now",
                "❌ *bucket-2*: approval was denied\n```\nnot now\n```",
                "❌ *bucket-1*: the automation failed",
                "0 of 3 remediated, 3 not. Press Remediate all again for what is still open.",
            ],
            Said(world).Select(text => text.StartsWith("❌ *bucket-1*", StringComparison.Ordinal) ? text.Split('\n')[0] : text));
    }

    [Fact]
    public async Task Only_operators_confirm_their_own_fresh_plan()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        Buckets(world, 1);
        var plan = await world.BatchPlanner.PlanAsync("g1", Jiyeon, default);

        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Batches.ConfirmAsync(plan.Id!, "U0SORA", null, default));
        Assert.Equal(
            "remediation.fault.outdated",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.Batches.ConfirmAsync(plan.Id!, "U0ALEX", null, default))).Key);
        world.Time.Advance(world.Options.Value.PlanKeptFor + TimeSpan.FromSeconds(1));
        Assert.Equal(
            "remediation.fault.outdated",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.Batches.ConfirmAsync(plan.Id!, Jiyeon, null, default))).Key);
        Assert.Equal(
            "remediation.fault.group_gone",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.BatchPlanner.PlanAsync("gone", Jiyeon, default))).Key);
        Assert.Empty(world.Findings.Marks);

        world.Time.Advance(TimeSpan.FromDays(2));
        await world.Work.RecoverAsync();
        Assert.Equal(
            "remediation.fault.outdated",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.Batches.ConfirmAsync(plan.Id!, Jiyeon, null, default))).Key);
    }

    [Fact]
    public async Task So_many_at_once_and_what_is_left_is_said()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var ids = Buckets(world, BatchPlanner.MaxCount + 7);
        world.Groups.Open["g1"] = [.. ids, "gone", world.Findings.Add(world.Bucket() with { Id = "other", ControlId = "Nobody.1" }).Id];

        var plan = await world.BatchPlanner.PlanAsync("g1", Jiyeon, default);

        Assert.Equal((BatchPlanner.MaxCount, 7, ids.Count + 2), (plan.Plans.Count, plan.Later, plan.Open));
        Assert.Equal(ids.Take(BatchPlanner.MaxCount), plan.Plans.Select(remediationPlan => remediationPlan.FindingId));
        Assert.Contains(
            "Press Remediate all again for the other 7", JsonSerializer.Serialize(RemediateAllModal.Render(plan, English).Blocks),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_modal_says_what_runs_on_what_and_submits_once()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        Buckets(world, 12, env: i => i == 11 ? "PROD" : "DEV");
        var (views, shown) = (Played.Of<IViewsApi>(), new List<ModalView>());
        views.On("Open", (string _) => new ViewInfo { Id = "V1" }).On("Update", (string _) => new ViewInfo { Id = "V1" });
        views.Before = (_, arguments) => shown.Add((ModalView)arguments[1]!);
        var locales = new GivenLocales("en");
        var modal = new RemediateAllModal(
            Played.Of<ISlackApiClient>().Returns("get_Views", views.Instance).Instance, world.BatchPlanner, world.Batches, locales,
            new InteractionFaults(locales, NullLogger<InteractionFaults>.Instance), TimeProvider.System,
            NullLogger<RemediateAllModal>.Instance);

        await modal.Handle(new BlockActionRequest
        {
            UserId = Jiyeon,
            ActionId = RemediateAllModal.Action,
            TriggerId = "t",
            Action = new StateValue { Type = "button", Value = "g1" },
        }, default);

        Assert.Null(shown[0].Submit);
        var text = string.Join('\n', shown[1].Blocks.OfType<SectionBlock>().Select(block => block.Text!.Text));
        foreach (var fact in new[]
        {
            "12 of 12 open findings of this group", "*S3.8*  `AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock` on 11 resources",
            "on 1 resource", "Risk: Medium · Can be undone",
            "• bucket-0 · payroll · ap-northeast-2 · Public access block: off → on", "and 1 more", "because this is production",
        })
        {
            Assert.Contains(fact, text, StringComparison.Ordinal);
        }

        Assert.Equal("Remediate 12", shown[1].Submit!.Text);
        Assert.NotEqual(ViewSubmissionResponse.Close, await SubmitAsync(null));
        Assert.Empty(world.Findings.Marks);
        var answer = await SubmitAsync("tidy");
        Assert.Contains(
            "11 remediations run", JsonSerializer.Serialize(((ModalView)answer.GetType().GetProperty("View")!.GetValue(answer)!).Blocks),
            StringComparison.Ordinal);
        Assert.Equal(ViewSubmissionResponse.Close, await SubmitAsync("tidy"));
        Assert.Equal(12, world.Findings.Marks.Count);

        Task<ViewSubmissionResponse> SubmitAsync(string? reason) => modal.Handle(
            new ViewSubmission
            {
                UserId = Jiyeon,
                View = new ViewInfo
                {
                    Id = "V1",
                    PrivateMetadata = shown[1].PrivateMetadata!,
                    State = new ViewState(new Dictionary<(string, string), StateValue>
                    {
                        [(RemediateAllModal.ReasonBlock, "text")] = new() { Type = "plain_text_input", Value = reason },
                    }),
                },
            },
            default);
    }

    [Fact]
    public async Task A_group_offers_it_when_the_catalogue_knows_one_of_its_worst()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var scenes = new FindingViewReader(
            new SecurityHubAggregation(new TwoAccounts()), [new Remediable(world.Catalogue, world.Store)], GivenVocabulary.Bare);
        var bucket = world.Bucket();

        Assert.Equal(RemediateAllModal.Action, scenes.RemediateAllOf([bucket with { ControlId = "Nobody.1" }, bucket]));
        Assert.Null(scenes.RemediateAllOf([bucket with { ControlId = "Nobody.1" }, bucket with { Compliance = "PASSED" }]));
        var counts = new FindingCount[]
        {
            new() { Account = "111122223333", Region = "ap-northeast-2", State = nameof(FindingState.Acknowledged), Count = 2 },
        };
        Assert.Equal((RemediateAllModal.Action, "g1"), Assert.Single(FindingGroupSummary.Render(
            "g1", counts, _ => null, RemediateAllModal.Action, English).Buttons) is var button ? (button.ActionId, button.Value) : default);
        Assert.Empty(FindingGroupSummary.Render("g1", counts, _ => null, null, English).Buttons);
    }

    /// <summary>Open findings of one group: S3.8, each on a bucket of its own.</summary>
    private static List<string> Buckets(RemediationWorld world, int count, Func<int, string>? env = null)
    {
        var ids = Enumerable.Range(0, count).Select(i =>
        {
            var finding = world.Bucket(env?.Invoke(i) ?? "DEV");
            return world.Findings.Add(finding with { Resources = [finding.Resources[0] with { Arn = $"arn:aws:s3:::bucket-{i}" }] }).Id;
        }).ToList();
        world.Groups.Open["g1"] = ids;
        return ids;
    }

    /// <summary>What the group's thread says, as FindingSubject would render it.</summary>
    private static IReadOnlyList<string> Said(RemediationWorld world)
    {
        var thread = new FindingThread([new RemediationThread()]);
        return [.. world.Outbox.Replies.Where(reply => reply.Subject == Group).Select(
            reply => thread.RenderGroup(reply.Reply, reply.Data, English).Text)];
    }
}
