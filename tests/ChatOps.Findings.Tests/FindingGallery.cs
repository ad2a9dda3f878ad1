using ChatOps.Kernel.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Findings.Tests;

/// <summary>
/// Every message and modal of findings, in every state: for snapshots, for the lint tests, and for the check against Slack's own types.
/// </summary>
public sealed class FindingGallery : IGallery
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 6, 0, 0, TimeSpan.Zero);
    private static readonly FindingFilters Filters = new(new TwoAccounts(), new GivenLocales("en"), TimeProvider.System);
    private static readonly FindingView Scene = new("prod", "finding.remediate");
    private static readonly Finding Group = Of("securityhub-imported/control-ec2-19-consolidated");

    public static string Domain => "finding";

    public static SnapshotFolder Snapshots { get; } = SnapshotFolder.Beside();

    public static IEnumerable<string> Agreed =>
    [
        "event-control-ec2-19-consolidated-0", "event-inspector-cve-ec2-0", "event-inspector-cve-ecr-image-0",
        "event-custom-action-guardduty-iam-key-0",
        "event-macie-sensitive-data-0", "event-control-config-1-not-available-0", "event-third-party-prowler-0", "event-health-finding-0",
        "state-acknowledged", "state-assigned", "state-remediation-running", "state-remediation-failed", "state-remediation-resolved",
        "state-suppressed", "state-archived", "state-write-denied", "list-page",
        "event-compliance-s3-1-0", "event-vulnerability-cve-0", "event-ec2-ssh-brute-force-0", "event-ec2-c2-activity-minimal-0",
        "event-iam-root-usage-low-float-0",
        "event-ec2-network-reachability-0", "event-ec2-package-closed-0", "event-compliance-change-noncompliant-0",
        "event-compliance-change-first-evaluation-0",
        "state-native-acknowledged", "state-native-archived", "state-v2-suppressed", "insight", "insight-long",
    ];

    public static IEnumerable<(string Name, Func<Locale, Message> Render)> Messages
    {
        get
        {
            foreach (var file in Events.Files.Concat(Events.V2).Concat(Events.Native))
            {
                var place = 0;
                foreach (var finding in Events.Read(file).Findings)
                {
                    var shown = finding with { RecordedAt = Now };
                    yield return ($"event-{Path.GetFileName(file)}-{place++}", locale => FindingMessage.Render(shown, Scene, locale));
                }
            }

            foreach (var (state, finding) in States)
                yield return ($"state-{state}", locale => FindingMessage.Render(finding, Scene, locale));
            foreach (var (reply, data) in ThreadLines)
                yield return ($"reply-{reply}", locale => new FindingThread([]).Render(Group, reply, data, locale));

            yield return ("insight", locale => InsightMessage.Render(Insight, "prod", locale));
            yield return ("insight-long", locale => InsightMessage.Render(LongInsight, null, locale));
            yield return ("insight-empty", locale => InsightMessage.Render(Insight with { Results = [] }, null, locale));

            var page = States.Select(state => (state.Finding, (string?)"prod")).Take(8).ToList();
            Filters.TryRead("severity:high+ state:all <b>&", out var filter, out _);
            yield return ("list-page", locale => FindingListMessage.Render(page, filter, 8, 312, locale));
            yield return ("list-one", locale => FindingListMessage.Render([.. page.Take(1)], Filter.All, 0, 1, locale));
            yield return ("list-nothing", locale => FindingListMessage.Render([], filter, 0, 0, locale));
            yield return ("list-none-open", locale => FindingListMessage.Render([], Filter.All, 0, 0, locale));
            yield return ("help", locale => FindingListMessage.Help(Filters.Grammar, locale));
            yield return ("help-wrong", locale => FindingListMessage.Help(Filters.Grammar, locale, "<list>"));
        }
    }

    public static IEnumerable<(string Name, Func<Locale, ModalView> Render)> Modals
    {
        get
        {
            foreach (var file in Events.Files.Concat(Events.V2).Concat(Events.Native))
            {
                var finding = Of(file);
                yield return (
                    $"details-{Path.GetFileName(file)}",
                    locale => FindingDetailsModal.Render(finding, Scene, History(finding, locale), locale));
            }

            foreach (var (state, finding) in States)
                yield return ($"open-{state}", locale => FindingOpenButton.Render(finding, Scene, locale));
            yield return ("insight", locale => InsightMessage.RenderAll(LongInsight, "prod", locale));
            yield return ("assign", locale => AssignModal.Render(Group, locale));
            yield return (
                "assign-again", locale => AssignModal.Render(Group with { Assigned = new Assignment("U0MINHO", "U0JIYEON", Now) }, locale));
            yield return ("suppress", locale => SuppressModal.Render(Group, locale));
            yield return (
                "related",
                locale => RelatedModal.Render(Group, [.. States.Take(5).Select(state => (state.Finding, (string?)null))], locale));
            yield return ("related-none", locale => RelatedModal.Render(Group, [], locale));
        }
    }

    public static void AddHandlers(IServiceCollection services) => services.AddFindings(
        new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());

    public static bool IsOfAnotherDomain(string actionId) => actionId == "finding.remediate";

    /// <summary>One finding through its life.</summary>
    public static IEnumerable<(string Name, Finding Finding)> States
    {
        get
        {
            var acknowledged = Group with { Acknowledged = new Acknowledgement("U0JIYEON", Now), Workflow = WorkflowStatus.Notified };
            yield return ("new", Group);
            yield return ("acknowledged", acknowledged);
            yield return ("assigned", acknowledged with { Assigned = new Assignment("U0ALEX", "U0JIYEON", Now) });
            yield return ("acknowledged-elsewhere", Group with { Workflow = WorkflowStatus.Notified });
            foreach (var state in Enum.GetValues<RemediationState>())
            {
                var mark = new RemediationMark(
                    state, "r1", "U0JIYEON", Now, state is RemediationState.Failed ? "Step 2 (GetBucket): <AccessDenied> & more" : null);
                yield return ($"remediation-{state}".ToLowerInvariant(), state == RemediationState.Resolved
                    ? Group with { Remediation = mark, Compliance = "PASSED", Workflow = WorkflowStatus.Resolved, ClosedAt = Now }
                    : Group with { Remediation = mark });
            }

            yield return ("resolved", Group with { Compliance = "PASSED", Workflow = WorkflowStatus.Resolved, ClosedAt = Now });
            yield return ("resolved-by-hand", Group with { Workflow = WorkflowStatus.Resolved, ClosedAt = Now });
            yield return ("archived", Group with { Archived = true, ClosedAt = Now });
            yield return ("suppressed", Group with
            {
                Workflow = WorkflowStatus.Suppressed,
                Suppressed = new Suppression("U0MINHO", "legacy import <!channel>", Now, Now.AddDays(30)),
            });
            yield return ("suppressed-elsewhere", Group with { Workflow = WorkflowStatus.Suppressed });
            yield return ("write-denied", acknowledged with
            {
                WriteFault = new WriteFault("AccessDeniedException", "not authorized", "securityhub:BatchUpdateFindings", "7f3a"),
            });
            yield return ("write-failed", acknowledged with
            {
                WriteFault = new WriteFault("FindingNotFound", "no such finding", "securityhub:BatchUpdateFindings", "7f3b"),
            });
            yield return (
                "write-no-account",
                acknowledged with { WriteFault = new WriteFault("NoAccount", "no account", "securityhub:BatchUpdateFindings", "7f3c") });
            var native = Of("guardduty/ec2-ssh-brute-force");
            yield return ("native-acknowledged", native with
            {
                Acknowledged = new Acknowledgement("U0JIYEON", Now),
                Workflow = WorkflowStatus.Notified,
                WorkflowActedAt = Now,
            });
            yield return ("native-archived", native with { Archived = true, ClosedAt = Now });
            yield return ("v2-suppressed", Of("securityhub-v2-ocsf/compliance-s3-1") with
            {
                Workflow = WorkflowStatus.Suppressed,
                WorkflowActedAt = Now,
                Suppressed = new Suppression("U0MINHO", "static site", Now, Now.AddDays(30)),
            });
            yield return ("note", Group with { Note = new FindingNote("checked with <the team> & friends", "alice", Now) });
            yield return ("bare", Group with
            {
                Resources = [],
                Description = "",
                RemediationText = null,
                RemediationUrl = null,
                Standards = [],
                ControlId = null,
                ControlName = null,
            });
            yield return ("hostile", Hostile());
            yield return ("many", Group with
            {
                Resources = [.. Enumerable.Range(0, 32).Select(
                i => Group.Resources[0] with { Arn = $"arn:aws:ec2:us-east-1:111122223333:security-group/sg-{i}" })]
            });
        }
    }

    public static IEnumerable<(string Reply, string Data)> ThreadLines
    {
        get
        {
            var data = new FindingReplyData
            {
                ByUserId = "U0JIYEON",
                ToUserId = "U0ALEX",
                By = "alice <a&b>",
                Text = "because <!here>",
                Code = "AccessDenied",
                Until = Now,
                From = Severity.Medium,
                To = Severity.Critical,
            };
            var json = System.Text.Json.JsonSerializer.Serialize(data, FindingJson.Default.FindingReplyData);
            return typeof(FindingReplies).GetFields().Select(name => ((string)name.GetRawConstantValue()!, json));
        }
    }

    private static Insight Insight => ChatOps.Findings.Insight.Read(ChatOps.Aws.EventBridgeEnvelope.ParseOne(Events.Body(Events.Insight)));

    private static Insight LongInsight => Insight with
    {
        Name = "<!channel> *hostile* & long " + new string('x', 300),
        Results = [.. Enumerable.Range(0, 150).Select(i => new InsightResult($"<user {i}> {new string('y', 200)}", 150 - i))],
    };

    /// <summary>Everything that comes from outside tries to do harm.</summary>
    private static Finding Hostile()
    {
        const string Evil = "<!channel> <https://evil.example|click> *bold* `code` & @here \u202e😀 ";
        var text = string.Concat(Enumerable.Repeat(Evil, 60));
        return Group with
        {
            Title = text,
            Description = text,
            Product = text,
            Generator = text,
            RemediationText = text,
            ControlId = null,
            ControlName = null,
            Region = Evil,
            Note = new FindingNote(text, text, Now),
            Resources = [new FindingResource(text, Evil, Evil, new Dictionary<string, string> { ["Env"] = text, ["Name"] = text })
            {
                Details = new Dictionary<string, string> { [Evil] = text },
            }],
            Vulnerabilities = [new Vulnerability(
                Evil, 9.8, 0.5, true, "NO", [.. Enumerable.Repeat(new VulnerablePackage(Evil, Evil, Evil, text), 20)], null)],
            Threat = new ThreatAction
            {
                Api = Evil,
                Service = Evil,
                Ip = Evil,
                Country = Evil,
                City = Evil,
                Organization = text,
                Port = Evil,
                Count = 3,
            },
        };
    }

    private static Finding Of(string file) => Events.Finding(file) with { RecordedAt = Now };

    private static List<(DateTimeOffset, string)> History(Finding finding, Locale locale) =>
        [.. ThreadLines.Select(line => (Now, new FindingThread([]).Render(finding, line.Reply, line.Data, locale).Text))];
}
