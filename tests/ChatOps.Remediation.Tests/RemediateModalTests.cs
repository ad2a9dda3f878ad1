using System.Text.Json;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Remediation.Tests;

public sealed class RemediateModalTests : IAsyncLifetime
{
    private RemediationWorld _world = null!;
    private readonly Played<IViewsApi> _views = Played.Of<IViewsApi>();
    private readonly List<ModalView> _shown = [];

    public async Task InitializeAsync() => _world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task The_modal_opens_at_once_and_is_filled_with_what_will_run()
    {
        await ClickAsync(_world.Bucket(), "en");
        Assert.Equal("⏳ Reading what would change…", TextOf(_shown[0]));
        Assert.Null(_shown[0].Submit);
        var text = TextOf(_shown[1]);
        foreach (var fact in new[]
        {
            "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock", "BucketName = payroll-exports", "payroll (111122223333)",
            "ap-northeast-2",
            "Public access block: off → *on*", "Env DEV · Owner SECURITY", "Medium", "Can be undone",
        })
        {
            Assert.Contains(fact, text, StringComparison.Ordinal);
        }

        Assert.Equal("Remediate", _shown[1].Submit!.Text);
        // It says exactly what will run.
        Assert.Contains("AutomationAssumeRole = arn:aws:iam::111122223333:role/", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_document_is_said_and_there_is_nothing_to_submit()
    {
        _world.Ssm.On(
            "DescribeDocumentAsync",
            Amazon.SimpleSystemsManagement.Model.DescribeDocumentResponse (
                Amazon.SimpleSystemsManagement.Model.DescribeDocumentRequest _) =>
                throw new Amazon.SimpleSystemsManagement.Model.InvalidDocumentException("Document does not exist."));
        await ClickAsync(_world.Bucket(), "en");
        Assert.StartsWith(
            "The document `AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock` does not exist in account 1111…3333, ap-northeast-2",
            TextOf(_shown[1]), StringComparison.Ordinal);
        Assert.Null(_shown[1].Submit);
    }

    [Fact]
    public async Task While_one_is_under_way_the_modal_says_whose()
    {
        var finding = _world.Bucket();
        await _world.Requests.ConfirmAsync(await _world.PlanAsync(finding, "U0ALEX"), "U0ALEX", null, CancellationToken.None);
        await ClickAsync(finding, "ko");
        Assert.Contains("이 취약점 또는 그 리소스의 조치가 이미 진행 중입니다(<@U0ALEX>)", TextOf(_shown[1]), StringComparison.Ordinal);
        Assert.Null(_shown[1].Submit);
    }

    [Fact]
    public async Task Submitting_runs_what_was_shown_and_closes()
    {
        await ClickAsync(_world.Bucket(), "en");
        Assert.Same(ViewSubmissionResponse.Close, await SubmitAsync(_shown[1], reason: null));
        var id = Assert.Single(await _world.WokenAsync());
        Assert.Equal(RemediationRunState.Starting, (await _world.AttemptAsync(id)).State);
        // Slack's retry of the same submission.
        Assert.Same(ViewSubmissionResponse.Close, await SubmitAsync(_shown[1], reason: null));
        Assert.Single(await _world.WokenAsync());
    }

    [Fact]
    public async Task Production_wants_a_reason_before_it_is_asked_for()
    {
        await ClickAsync(_world.Bucket("PROD"), "en");
        Assert.Equal("Request approval", _shown[1].Submit!.Text);
        Assert.False(_shown[1].Blocks.OfType<InputBlock>().Single().Optional);
        Assert.NotSame(ViewSubmissionResponse.Close, await SubmitAsync(_shown[1], reason: "  "));
        Assert.Empty(_world.Outbox.Requests);
        await SubmitAsync(_shown[1], reason: "audit on Monday");
        Assert.Single(_world.Outbox.Requests);
    }

    [Fact]
    public async Task What_cannot_be_undone_wants_the_name_typed()
    {
        var plan = (await _world.Planner.PlanAsync(_world.Bucket(), CancellationToken.None)) with { Reversible = Reversible.No };
        var id = Guid.NewGuid().ToString("D");
        await _world.Store.PlanAsync(id, plan, "U0JIYEON", null, CancellationToken.None);
        var view = RemediateModal.Render(id, plan, new GivenLocales("en").Default);
        Assert.Contains(
            view.Blocks.OfType<InputBlock>(), block => block.Label.Text == "This cannot be undone. Type payroll-exports to confirm.");
        await SubmitAsync(view, reason: null, typed: "payroll-export");
        Assert.Empty(await _world.WokenAsync());
        await SubmitAsync(view, reason: null, typed: "payroll-exports");
        Assert.Single(await _world.WokenAsync());
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task Every_view_and_message_keeps_Slacks_limits_and_defuses_hostile_names(string language)
    {
        var locale = new GivenLocales(language).Default;
        var plan = await _world.Planner.PlanAsync(_world.Bucket("PROD"), CancellationToken.None);
        var hostile = plan with
        {
            ResourceName = "<!channel> *x* " + new string('가', 4000),
            Tags = new Dictionary<string, string> { ["Env"] = "<!here>" },
            Unreadable = new string('x', 5000),
        };
        foreach (var shown in new[] { plan, hostile })
        {
            AssertDefused(
                JsonSerializer.Serialize(BlockKitLimits.Fit(RemediateModal.Render(Guid.NewGuid().ToString("D"), shown, locale)).Blocks));
            foreach (var state in Enum.GetValues<RemediationRunState>())
            {
                var attempt = new RemediationRun
                {
                    Id = Guid.NewGuid().ToString("D"),
                    FindingId = "f1",
                    State = state,
                    Plan = shown,
                    RequestedBy = "U0JIYEON",
                    RequestedAt = RemediationWorld.Start,
                    Reason = "because\n<!everyone>",
                    ExpiresAt = RemediationWorld.Start.AddMinutes(30),
                    DecidedBy = "U0ALEX",
                };
                var message = BlockKitLimits.Fit(ApprovalMessage.Render(attempt, locale));
                AssertDefused(JsonSerializer.Serialize(message.Blocks) + message.Text);
                Assert.Equal(state == RemediationRunState.AwaitingApproval ? 1 : 0, message.Blocks.OfType<ActionsBlock>().Count());
            }
        }

        string[] replies =
        [
            "requested", "approval_requested", "approved", "denied", "expired", "started", "step", "step_failed", "verifying", "resolved",
            "unverified", "failed",
        ];
        foreach (var reply in replies)
        {
            var data = new RemediationReplyData
            {
                FindingId = "f1",
                By = "U0A",
                Reason = "<!here>",
                Document = "AWS-X",
                Region = "eu-west-1",
                Execution = "abcdef123456",
                Step = "S",
                Status = "Failed",
                Seconds = 3,
                Message = "no <!channel> 111122223333",
            };
            var message = BlockKitLimits.Fit(RemediationReply.Render(RemediationReply.Prefix + reply, data.ToJson(), locale));
            AssertDefused(JsonSerializer.Serialize(message.Blocks) + message.Text);
            Assert.DoesNotContain("111122223333", message.Text, StringComparison.Ordinal);
            Assert.Equal(reply is "failed" or "unverified", message.Blocks.OfType<ActionsBlock>().Any());
        }
    }

    private static void AssertDefused(string text)
    {
        var plain = System.Text.RegularExpressions.Regex.Unescape(text);
        Assert.DoesNotContain("<!channel>", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("<!here>", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("<!everyone>", plain, StringComparison.Ordinal);
    }

    private async Task ClickAsync(ChatOps.Findings.Finding finding, string language) => await Modal(language).Handle(
        new BlockActionRequest
        {
            UserId = "U0JIYEON",
            ActionId = RemediateModal.Action,
            TriggerId = "t1",
            Action = new StateValue { Type = "button", Value = finding.Id },
        }, CancellationToken.None);

    private Task<ViewSubmissionResponse> SubmitAsync(ModalView view, string? reason, string? typed = null)
    {
        var values = new Dictionary<(string, string), StateValue>
        {
            [(RemediateModal.ReasonBlock, "text")] = new() { Type = "plain_text_input", Value = reason },
            [(RemediateModal.ConfirmBlock, "text")] = new() { Type = "plain_text_input", Value = typed },
        };
        return Modal("en").Handle(
            new ViewSubmission
            {
                UserId = "U0JIYEON",
                View = new ViewInfo
                {
                    Id = "V1",
                    CallbackId = RemediateModal.Action,
                    PrivateMetadata = view.PrivateMetadata ?? "",
                    State = new ViewState(values),
                },
            },
            CancellationToken.None);
    }

    private RemediateModal Modal(string language)
    {
        _views.On("Open", (string _) => new ViewInfo { Id = "V1" }).On("Update", (string _) => new ViewInfo { Id = "V1" });
        _views.Before = (method, arguments) => _shown.Add((ModalView)arguments[1]!);
        var slack = Played.Of<ISlackApiClient>().Returns("get_Views", _views.Instance);
        var locales = new GivenLocales(language);
        return new RemediateModal(
            slack.Instance, _world.Findings, _world.Planner, _world.Store, _world.Requests, locales,
            new InteractionFaults(locales, NullLogger<InteractionFaults>.Instance), _world.Options, _world.Time);
    }

    private static string TextOf(ModalView view) => string.Join('\n', view.Blocks.OfType<SectionBlock>().SelectMany(block =>
        (block.Fields ?? []).Select(field => field.Text).Append(block.Text?.Text ?? "")));
}
