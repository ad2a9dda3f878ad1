using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Remediation.Tests;

/// <summary>
/// Every message and modal of remediations, access and operations: for snapshots, limits, and the check against Slack's own types.
/// </summary>
public sealed class RemediationGallery : IGallery
{
    private const string Id = "0199a0f0-1111-7222-8333-444455556666";
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 6, 0, 0, TimeSpan.Zero);

    private static readonly RemediationPlan Plan = new()
    {
        FindingId = "k3v9abcd2345efgh",
        Control = "S3.8",
        Severity = Severity.High,
        Document = "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock",
        Parameters =
        [
            new("AutomationAssumeRole", ["arn:aws:iam::111122223333:role/ChatOpsAutomation"]), new("BucketName", ["payroll-exports"]),
        ],
        Account = "111122223333",
        AccountName = "prod",
        Region = "ap-northeast-2",
        ResourceArn = "arn:aws:s3:::payroll-exports",
        ResourceName = "payroll-exports",
        ResourceType = "AwsS3Bucket",
        Tags = new Dictionary<string, string> { ["Env"] = "DEV", ["Owner"] = "SECURITY" },
        Risk = Risk.Medium,
        Reversible = Reversible.Yes,
        Changes = RemediationWorld.ShippedCatalogue().Entries[1].Changes,
        Undo = RemediationWorld.ShippedCatalogue().Entries[1].UndoText,
        Approval = ApprovalCause.None,
        Read = [new("PublicAccessBlock", "off", "on")],
        ReadAt = Now,
    };

    private static readonly RemediationPlan Production = Plan with
    {
        Tags = new Dictionary<string, string> { ["Env"] = "PROD", ["Owner"] = "SECURITY" },
        Approval = ApprovalCause.Production,
    };

    private static readonly RemediationPlan Undo = Plan with
    {
        Document = ResourceWriter.PutPublicAccessBlock,
        Call = ResourceWriter.PutPublicAccessBlock,
        Parameters = [new("BlockPublicAcls: true → false", []), new("RestrictPublicBuckets: true → false", [])],
        Changes = LocalText.Of("remediation.undo.changes"),
        Undo = LocalText.Of("remediation.undo.again"),
        Read = [],
    };

    private static readonly BatchPlan Batch = new(
        Id, [
            .. Enumerable.Range(1, 12).Select(i => Plan with { ResourceName = $"exports-{i:00}" }), Production,
            Production with { ResourceName = "<!channel> *x*", Unreadable = "AccessDenied" }
        ],
        [
            new("old-instance", "remediation.all.irreversible", new Dictionary<string, string>()),
            new("<!here>", "remediation.all.aws", new Dictionary<string, string> { ["message"] = "AccessDenied: no" })
        ], 412, 398);

    public static string Domain => "remediation";

    public static SnapshotFolder Snapshots { get; } = SnapshotFolder.Beside();

    public static IEnumerable<(string Name, Func<Locale, ModalView> Render)> Modals =>
    [
        ("modal-reading", locale => RemediateModal.RenderText(locale.Text("remediation.modal.reading"), locale)),
        ("modal-plan", locale => RemediateModal.Render(Id, Plan, locale)),
        ("modal-production", locale => RemediateModal.Render(Id, Production, locale)),
        ("modal-irreversible", locale => RemediateModal.Render(
            Id, Production with { Reversible = Reversible.No, Risk = Risk.High, Approval = ApprovalCause.Risk }, locale)),
        ("modal-unreadable", locale => RemediateModal.Render(
            Id, Production with
            {
                Read = [],
                Unreadable = "AccessDenied: not authorized to perform: s3:GetBucketPublicAccessBlock",
                Tags = new Dictionary<string, string>(),
                Approval = ApprovalCause.UnknownTags,
            }, locale)),
        ("modal-undo", locale => UndoModal.Render(Id, Undo, locale)),
        ("modal-all", locale => RemediateAllModal.Render(Batch, locale)),
        ("modal-all-none", locale => RemediateAllModal.Render(new BatchPlan(null, [], Batch.Refused, 2, 0), locale)),
        ("modal-all-outcome", locale => RemediateAllModal.RenderOutcome(new BatchOutcome(12, 3, Batch.Refused), locale)),
        ("modal-choose", locale => ChooseModal.Render(Asked, Waiting(RemediationRunState.AwaitingApproval), locale)),
        ("modal-deny", locale => DenyModal.Render(Of(RemediationRunState.AwaitingApproval), locale)),
        ("modal-open", locale => OpenRemediationButton.Render(
            ApprovalMessage.Render(Of(RemediationRunState.AwaitingApproval), locale), locale)),
    ];

    public static IEnumerable<(string Name, Func<Locale, Message> Render)> Messages
    {
        get
        {
            foreach (var state in Enum.GetValues<RemediationRunState>())
                yield return ($"approval-{state.ToString().ToLowerInvariant()}", locale => ApprovalMessage.Render(Of(state), locale));
            yield return ("approval-mentioned", locale => ApprovalMessage.Render(
                Of(RemediationRunState.AwaitingApproval), locale, ["<!subteam^S0SECURITY>", "<@U0ALEX>"]));
            yield return ("batch-awaiting", locale => BatchMessage.Render(
                Asked, Waiting(RemediationRunState.AwaitingApproval), locale, ["<!subteam^S0SECURITY>"]));
            yield return ("batch-expired", locale => BatchMessage.Render(Asked, Waiting(RemediationRunState.Expired), locale, []));
            yield return ("batch-denied", locale => BatchMessage.Render(
                Asked with { DecidedBy = "U0ALEX", Decision = "not before Friday" }, Waiting(RemediationRunState.Denied), locale, []));
            yield return ("batch-running", locale => BatchMessage.Render(
                Asked with { DecidedBy = "U0ALEX" },
                [.. Waiting(RemediationRunState.Running).Take(3), .. Waiting(RemediationRunState.Resolved).Skip(3)], locale, []));
            var data = new RemediationReplyData
            {
                FindingId = Plan.FindingId,
                By = "U0JIYEON",
                Document = Plan.Document,
                Region = Plan.Region,
                Execution = "a9df25b9-ffb9-df1e-3de3-391b6b677028",
                Channel = "approvals",
                Until = Now.AddMinutes(30),
                Step = "PutBucketPublicAccessBlock",
                Status = "Failed",
                Seconds = 3,
            };
            string[] replies =
            [
                "requested", "approval_requested", "approved", "denied", "expired", "started", "step", "step_failed", "verifying",
                "resolved", "unverified", "failed", "undo_requested", "undo_approval_requested", "queued", "called", "waiting", "stopping",
                "stopped", "stop_refused", "timed_out", "right", "right_periodic", "undone", "undo_unverified",
            ];
            foreach (var reply in replies)
            {
                var incoming = data with
                {
                    Reason = reply is "approval_requested" or "denied" ? "audit on Monday" : null,
                    Message = reply == "failed" ? "An error occurred (AccessDenied) when calling the PutPublicAccessBlock operation" : null,
                };
                yield return (
                    $"reply-{reply}", locale => RemediationReply.Render(RemediationReply.Prefix + reply, incoming.ToJson(), locale));
            }

            var counted = new BatchReplyData
            {
                By = "U0JIYEON",
                Count = 10,
                All = 12,
                Resolved = 11,
                To = "U0JIYEON",
                Name = "payroll-<exports>",
                State = "failed",
                Refused = Batch.Refused,
            };
            foreach (var reply in new[]
            {
                BatchReply.Started, BatchReply.Asked, BatchReply.Refused, BatchReply.Failed, BatchReply.Progress, BatchReply.Done,
                BatchReply.Approved, BatchReply.Denied,
            })
            {
                var incoming = counted with
                {
                    Reason = reply == BatchReply.Started ? "audit on Monday" : null,
                    Message = reply == BatchReply.Failed ? "PutBucketPublicAccessBlock: AccessDenied in 111122223333" : null,
                };
                yield return ($"reply-{reply[BatchReply.Prefix.Length..]}", locale => BatchReply.Render(reply, incoming.ToJson(), locale));
            }

            yield return (
                "reply-all_done-whole", locale => BatchReply.Render(BatchReply.Done, (counted with { Resolved = 12 }).ToJson(), locale));
            var holders = new Dictionary<Role, IReadOnlyList<string>>
            {
                [Role.Operator] = ["U0JIYEON", "U0ALEX"],
                [Role.Approver] = ["U0ALEX"],
                [Role.Admin] = ["U0MINHO"],
            };
            yield return ("access-of-an-operator", locale => ChatOpsCommand.RenderAccess("U0JIYEON", holders, locale));
            yield return (
                "access-as-shipped",
                locale => ChatOpsCommand.RenderAccess("U0SORA", new Dictionary<Role, IReadOnlyList<string>>(), locale));
            var entry = new AuditEntry(
                7, Now.ToUnixTimeMilliseconds(), "U0JIYEON", "finding.remediate", "finding:k3v9", "Operator", "requested", "{}", "");
            yield return ("audit-intact", locale => ChatOpsCommand.RenderAudit([entry], null, locale));
            yield return ("audit-broken", locale => ChatOpsCommand.RenderAudit([entry], 5, locale));
        }
    }

    public static void AddHandlers(IServiceCollection services) => services.AddRemediation(new ConfigurationBuilder().Build());

    public static bool IsOfAnotherDomain(string actionId) =>
        !(actionId.StartsWith("remediation.", StringComparison.Ordinal)
            || actionId is "finding.remediate" or "finding.undo" or "finding.stop");

    private static readonly RemediationBatch Asked = new()
    {
        Id = Id,
        Subject = new SubjectId("group", "g1"),
        RequestedBy = "U0JIYEON",
        PlannedAt = Now,
        Reason = "quarterly audit, T-123",
        ExpiresAt = Now.AddMinutes(30),
        Total = 212,
    };

    private static IReadOnlyList<RemediationRun> Waiting(RemediationRunState state) =>
    [
        .. Enumerable.Range(1, 212).Select(i => Of(state) with
        {
            Id = $"run-{i}",
            Plan = Production with
            {
                ResourceName = $"exports-{i:000}",
                Account = i <= 180 ? "111122223333" : "444455556666",
                AccountName = i <= 180 ? "prod" : "stage",
            },
        }),
    ];

    private static RemediationRun Of(RemediationRunState state) => new()
    {
        Id = Id,
        FindingId = Plan.FindingId,
        State = state,
        Plan = Production,
        RequestedBy = "U0JIYEON",
        RequestedAt = Now,
        Reason = "audit on Monday",
        ExpiresAt = Now.AddMinutes(30),
        DecidedBy = state is RemediationRunState.Planned or RemediationRunState.AwaitingApproval or RemediationRunState.Expired
            ? null
            : "U0ALEX",
        Failure = state is RemediationRunState.Void ? nameof(VoidCause.Suppressed) : null,
    };
}
