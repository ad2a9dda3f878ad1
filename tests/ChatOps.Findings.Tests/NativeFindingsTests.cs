using System.Text.Json.Nodes;
using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack;

namespace ChatOps.Findings.Tests;

/// <summary>Findings straight from the services that find things, and their meeting with the same findings of Security Hub.</summary>
public sealed class NativeFindingsTests
{
    private const string BruteForce = "guardduty/ec2-ssh-brute-force";
    private const string HubBruteForce = "securityhub-imported/guardduty-ssh-brute-force";
    private const string Package = "inspector2/ec2-package-closed";
    private const string FirstEvaluation = "config/compliance-change-first-evaluation";
    private const string NonCompliant = "config/compliance-change-noncompliant";
    private const string HubRule = "securityhub-imported/config-rule-noncompliant";

    private static readonly FindingActor Jiyeon = new("U0JIYEON", "jiyeon");

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    public static TheoryData<string> Files => [.. Events.V2, .. Events.Native];

    [Fact]
    public void GuardDuty_tells_who_did_what_to_which_instance()
    {
        var finding = Events.Finding(BruteForce);

        Assert.Equal(
            "arn:aws:guardduty:us-east-1:111122223333:detector/12abc34d567e8fa901bc2d34e56789f0/finding/e88c0e1b9c4951f5dc963e79c62fffaa",
            finding.Arn);
        Assert.Equal("arn:aws:securityhub:us-east-1::product/aws/guardduty", finding.ProductArn);
        Assert.Equal((Severity.Low, "GuardDuty", FindingForm.Native), (finding.Severity, finding.Product, finding.Form));
        Assert.Equal(
            ("198.51.100.7", "Exampleland", "22", 3L, false),
            (finding.Threat!.Ip, finding.Threat.Country, finding.Threat.Port, finding.Threat.Count, finding.Threat.Blocked));
        var resource = Assert.Single(finding.Resources);
        Assert.Equal(
            ("arn:aws:ec2:us-east-1:111122223333:instance/i-0fedcba9876543210", "AwsEc2Instance", "bastion"),
            (resource.Arn, resource.Type, resource.Tags["Name"]));
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 4, 0, 0, TimeSpan.Zero), finding.FirstSeen);
    }

    [Theory]
    [InlineData(1.0, Severity.Low)]
    [InlineData(3.9, Severity.Low)]
    [InlineData(4.0, Severity.Medium)]
    [InlineData(7.0, Severity.High)]
    [InlineData(8.9, Severity.High)]
    [InlineData(9.0, Severity.Critical)]
    public void GuardDutys_scale_is_read_as_GuardDuty_explains_it(double severity, Severity rank) =>
        Assert.Equal(
            rank, GuardDutyEvents.Read(EventBridgeEnvelope.ParseOne(Detail(BruteForce, detail => detail["severity"] = severity))).Severity);

    [Fact]
    public void The_account_of_a_finding_is_its_own_and_not_the_envelopes() =>
        Assert.Equal("444455556666", Events.Finding("guardduty/ec2-c2-activity-minimal").Account);

    [Fact]
    public void Inspector_tells_the_vulnerability_its_package_and_that_it_is_closed()
    {
        var finding = Events.Finding(Package);

        Assert.Equal(
            (Severity.Medium, FindingState.Archived, "arn:aws:securityhub:eu-central-1::product/aws/inspector"),
            (finding.Severity, finding.State, finding.ProductArn));
        var vulnerability = Assert.Single(finding.Vulnerabilities);
        Assert.Equal(
            ("CVE-2024-29069", 4.8, 0.00043, false, "YES"),
            (vulnerability.Id, vulnerability.Cvss, vulnerability.Epss, vulnerability.ExploitAvailable, vulnerability.FixAvailable));
        Assert.Equal(new VulnerablePackage("snapd", "2.63", "0:2.63+22.04ubuntu0.1", null), Assert.Single(vulnerability.Packages));
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 16, 59, 44, 356, TimeSpan.Zero), finding.FirstSeen);
        Assert.Equal("arn:aws:ec2:eu-central-1:111122223333:instance/i-0a1b2c3d4e5f60718", finding.Resources[0].Arn);
        Assert.Equal("22", Events.Finding("inspector2/ec2-network-reachability").Resources[0].Details["OpenToTheWorld"]);
    }

    [Theory]
    [InlineData("Wed Mar 04 16:59:44.356 UTC 2026", "2026-03-04T16:59:44.356Z")]
    [InlineData("Thu Mar 04 16:59:44 UTC 2026", "2026-03-04T16:59:44Z")]
    [InlineData("Jan 19, 2022, 10:46:15 PM", "2022-01-19T22:46:15Z")]
    [InlineData("Wed, 4 Mar 2026 05:01:10 GMT", "2026-03-04T05:01:10Z")]
    [InlineData("2026-03-04T05:06:07.123Z", "2026-03-04T05:06:07.123Z")]
    [InlineData("2026-03-04T14:06:07+09:00", "2026-03-04T05:06:07Z")]
    public void Every_way_in_which_AWS_writes_a_moment_is_read(string text, string moment) =>
        Assert.Equal(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture), EventText.ReadTime(text));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("")]
    [InlineData("Wed")]
    public void What_is_no_moment_is_none(string text) => Assert.Null(EventText.ReadTime(text));

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_native_event_is_recorded_and_repeating_or_reordering_changes_nothing(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        var bodies = Events.V2.Concat(Events.Native).Append(Events.RuleInvocation).Select(Events.Body).ToList();
        await world.ReadAsync(bodies);
        var ids = Events.V2.Concat(Events.Native).Select(file => Events.Finding(file).Id).ToList();
        var before = await Task.WhenAll(ids.Select(world.FindAsync));
        Assert.All(before, Assert.NotNull);
        world.Outbox.Clear();

        await world.ReadAsync([.. bodies.AsEnumerable().Reverse(), .. bodies]);

        foreach (var known in before) Assert.Equal(known!.Version, (await world.FindAsync(known.Id))!.Version);
        Assert.Empty(world.Outbox.Requests);
        Assert.Empty(world.Outbox.Replies);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_finding_told_by_GuardDuty_and_Security_Hub_is_one_in_any_order(DatabaseKind kind)
    {
        string Native(int minute, int count) => Detail(BruteForce, detail =>
        {
            detail["severity"] = 8;
            detail["updatedAt"] = $"2026-03-04T05:{minute:00}:00.000Z";
            detail["service"]!["eventLastSeen"] = $"2026-03-04T05:{minute:00}:00.000Z";
            detail["service"]!["count"] = count;
        });
        string Hub(int minute, int count) => FindingWorld.Changed(HubBruteForce, finding =>
        {
            finding["Id"] = Events.Finding(BruteForce).Arn;
            finding["Severity"] = new JsonObject { ["Label"] = "HIGH" };
            finding["UpdatedAt"] = $"2026-03-04T05:{minute:00}:00.000Z";
            finding["LastObservedAt"] = $"2026-03-04T05:{minute:00}:00.000Z";
            finding["ProductFields"]!["aws/guardduty/service/count"] = $"{count}";
        });
        string[] incoming = [Native(1, 3), Native(20, 9), Hub(1, 3), Hub(20, 9)];
        string? agreed = null;
        foreach (var order in Permutations([0, 1, 2, 3]))
        {
            await using var world = await FindingWorld.CreateAsync(kind);
            foreach (var i in order) await world.ReadAsync(incoming[i]);
            await world.ReadAsync(incoming);

            Assert.Equal(1, await world.CountAsync("findings"));
            var finding = (await world.FindAsync(Events.Finding(BruteForce).Id))!;
            Assert.True(finding.InSecurityHub);
            Assert.Equal(("bastion", 9L, Severity.High), (finding.Resources[0].Tags["Name"], finding.Threat!.Count, finding.Severity));
            Assert.Equal([finding.Subject], world.Outbox.Requests.Select(request => request.Subject).Distinct());
            var now = FindingJson.Write(finding with { ObservedAt = default });
            Assert.Equal(agreed ??= now, now);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_compliance_change_and_Security_Hubs_finding_of_the_same_rule_and_resource_are_one(DatabaseKind kind)
    {
        foreach (var order in new[] { new[] { NonCompliant, HubRule }, [HubRule, NonCompliant] })
        {
            await using var world = await FindingWorld.CreateAsync(kind);
            foreach (var file in order) await world.ReadAsync(Events.Body(file));

            Assert.Equal(1, await world.CountAsync("findings"));
            var finding = (await world.FindAsync(Events.Finding(HubRule).Id))!;
            Assert.Equal((Events.Finding(HubRule).Arn, "required-tags", true), (finding.Arn, finding.Rule, finding.InSecurityHub));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Both_generations_of_Security_Hub_tell_of_one_finding(DatabaseKind kind)
    {
        var asff = Events.Finding("securityhub-imported/inspector-cve-ec2");
        var ocsf = JsonNode.Parse(Events.Body("securityhub-v2-ocsf/vulnerability-cve"))!;
        ocsf["detail"]!["findings"]![0]!["finding_info"]!["uid"] = asff.Arn;
        await using var world = await FindingWorld.CreateAsync(kind);

        await world.ReadAsync(ocsf.ToJsonString());
        await world.ReadAsync(Events.Body("securityhub-imported/inspector-cve-ec2"));
        await world.ReadAsync(ocsf.ToJsonString());

        Assert.Equal(1, await world.CountAsync("findings"));
        Assert.Equal(FindingForm.Asff, (await world.FindAsync(asff.Id))!.Form);
    }

    [Fact]
    public void OCSF_is_read_with_its_control_vulnerability_and_resource_as_the_catalogue_knows_them()
    {
        var control = Events.Finding("securityhub-v2-ocsf/compliance-s3-1");
        Assert.Equal(
            ("S3.1", Severity.Medium, "FAILED", "AwsS3Bucket", "dev"),
            (control.ControlId, control.Severity, control.Compliance, control.Resources[0].Type, control.Resources[0].Tags["env"]));
        Assert.Equal("S3 general purpose buckets should have block public access settings enabled", control.Title);
        Assert.Equal(["FSBP"], control.Standards);
        var cve = Events.Finding("securityhub-v2-ocsf/vulnerability-cve");
        var vulnerability = Assert.Single(cve.Vulnerabilities);
        Assert.Equal(
            ("CVE-2024-6387", 8.1, 0.97, true, "8.7p2"),
            (vulnerability.Id, vulnerability.Cvss, vulnerability.Epss, vulnerability.ExploitAvailable, vulnerability.Packages[0].FixedIn));
        Assert.Equal("arn:aws:securityhub:us-east-1::product/aws/inspector", cve.ProductArn);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_decided_about_a_finding_that_Security_Hub_does_not_have_is_kept_here_until_it_has(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Detail(BruteForce, detail => detail["severity"] = 8));
        var id = Events.Finding(BruteForce).Id;

        await world.Acts.AcknowledgeAsync(Jiyeon, id, default);
        await world.ReadAsync(Detail(
            BruteForce, detail => { detail["severity"] = 8; detail["updatedAt"] = "2026-03-04T05:30:00Z"; }, "2026-03-04T07:00:00Z"));

        Assert.Equal(0, await world.CountAsync("finding_writes"));
        Assert.False(await world.Writer.WorkAsync());
        Assert.Equal(
            (FindingState.Acknowledged, "U0JIYEON"),
            ((await world.FindAsync(id))!.State, (await world.FindAsync(id))!.Acknowledged?.ByUserId));

        world.Outbox.Clear();
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.ReadAsync(
            FindingWorld.Changed(HubBruteForce, finding => finding["Id"] = Events.Finding(BruteForce).Arn, "2026-03-04T08:00:00Z"));

        Assert.Equal(FindingState.Acknowledged, (await world.FindAsync(id))!.State);
        Assert.Contains(FindingReplies.Imported, world.Outbox.Replies.Select(reply => reply.Reply));
        Assert.True(await world.Writer.WorkAsync());
        Assert.Equal("NOTIFIED", Assert.Single(world.Aws.Updates).Update.Workflow!.Status);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Compliant_resolves_and_failing_again_asks_for_somebody_again(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        var id = Events.Finding(NonCompliant).Id;
        await world.ReadAsync(Events.Body(NonCompliant));
        await world.Acts.AcknowledgeAsync(Jiyeon, id, default);

        await world.ReadAsync(Evaluated("COMPLIANT", "2026-03-04T05:10:00Z"));
        Assert.Equal(FindingState.Resolved, (await world.FindAsync(id))!.State);
        Assert.Contains(FindingReplies.Resolved, world.Outbox.Replies.Select(reply => reply.Reply));

        await world.ReadAsync(Evaluated("NON_COMPLIANT", "2026-03-04T05:20:00Z"));
        Assert.Equal((FindingState.New, null), ((await world.FindAsync(id))!.State, (await world.FindAsync(id))!.Acknowledged));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task That_a_resource_is_compliant_is_news_only_where_it_was_not(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);

        await world.ReadAsync(Detail(FirstEvaluation, detail => detail["newEvaluationResult"]!["complianceType"] = "COMPLIANT"));
        Assert.Equal(0, await world.CountAsync("findings"));

        // It overtook the one that says what was wrong: that one comes too late to open anything.
        var overtaking = JsonNode.Parse(Evaluated("COMPLIANT", "2026-03-04T05:10:00Z"))!;
        await world.ReadAsync(overtaking.ToJsonString(), Events.Body(NonCompliant));
        Assert.Equal(FindingState.Resolved, (await world.FindAsync(Events.Finding(NonCompliant).Id))!.State);
        Assert.Empty(world.Outbox.Requests);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Rules_that_Security_Hub_made_for_its_controls_are_left_to_its_findings(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);

        await world.ReadAsync(
            Detail(NonCompliant, detail => detail["configRuleName"] = "securityhub-s3-bucket-public-read-prohibited-1a2b3c"));

        Assert.Equal(0, await world.CountAsync("findings"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_custom_rules_invocation_makes_its_finding_more_telling_and_ends_it_with_the_resource(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        var invocation = JsonNode.Parse(Events.Body(Events.RuleInvocation))!;
        var change = Detail(NonCompliant, detail =>
        {
            detail["configRuleARN"] = (string)invocation["configRuleArn"]!;
            detail["configRuleName"] = (string)invocation["configRuleName"]!;
            detail["resourceType"] = "AWS::EC2::Instance";
            detail["resourceId"] = "i-094bc87c84d56c589";
        });

        await world.ReadAsync(invocation.ToJsonString());
        Assert.Equal(0, await world.CountAsync("findings"));
        await world.ReadAsync(change, invocation.ToJsonString());

        var id = ConfigRules.Read(EventBridgeEnvelope.ParseOne(change))!.Finding.Id;
        Assert.Equal("dev-keypair", (await world.FindAsync(id))!.Resources[0].Tags["Name"]);
        Assert.True((await world.FindAsync(id))!.Open);

        invocation["invokingEvent"] = ((string)invocation["invokingEvent"]!)
            .Replace("\"configurationItemStatus\":\"OK\"", "\"configurationItemStatus\":\"ResourceDeleted\"", StringComparison.Ordinal)
            .Replace("2016-08-24T00:13:58.422Z", "2026-03-04T06:00:00Z", StringComparison.Ordinal);
        await world.ReadAsync(invocation.ToJsonString());
        Assert.Equal(FindingState.Archived, (await world.FindAsync(id))!.State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_insights_results_are_shown_once_where_findings_go(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);

        await world.ReadAsync(Events.Body(Events.Insight));
        await world.ReadAsync(Events.Body(Events.Insight));

        var request = Assert.Single(world.Outbox.Requests);
        Assert.Equal(("insight", "#security"), (request.Subject.Kind, request.Channel));
        var insight = await new InsightSubject(world.Database, world.Home).FindAsync(request.Subject.Key, default);
        Assert.Equal(
            ("5. AWS users with the most suspicious activity", 4, 5L),
            (insight!.Name, insight.Results.Count, insight.Results.Sum(result => result.Count)));
        Assert.Equal(new InsightResult("alice", 2), insight.Results[0]);
    }

    [Theory, MemberData(nameof(Files))]
    public void A_message_loses_no_key_fact(string file)
    {
        var finding = Events.Finding(file);
        var text = System.Text.Json.JsonSerializer.Serialize(
            FindingMessage.Render(finding, new FindingView("prod"), Locale.For("en", TimeZoneInfo.Utc)), SlackJson.Context.Message);

        Assert.Contains(finding.Account, text, StringComparison.Ordinal);
        Assert.Contains(finding.Region, text, StringComparison.Ordinal);
        Assert.Contains(finding.Product, text, StringComparison.Ordinal);
        Assert.Contains(ResourceText.Name(finding.Resources[0]), text, StringComparison.Ordinal);
    }

    /// <summary>
    /// Any field of any real event replaced by any junk, at any depth: read, or refused with a reason; nothing broken is kept.
    /// </summary>
    [Theory, MemberData(nameof(Files))]
    public void Hostile_values_anywhere_are_read_or_refused(string file)
    {
        string[] junk =
        [
            "null", "1e400", "-1", "[]", "{}", "[[1]]", "\"\"", "\"\\u0000\\ud800x\"", "true", $"\"{new string('x', 20_000)}\"",
        ];
        foreach (var path in Paths(JsonNode.Parse(Events.Body(file))!["detail"]!, []))
        {
            foreach (var value in junk)
            {
                var changed = JsonNode.Parse(Events.Body(file))!;
                Set(changed["detail"]!, path, JsonNode.Parse(value.Replace("\\ud800", "", StringComparison.Ordinal)));
                try
                {
                    var envelope = EventBridgeEnvelope.ParseOne(changed.ToJsonString());
                    var findings = envelope.Source switch
                    {
                        "aws.guardduty" => [GuardDutyEvents.Read(envelope)],
                        "aws.inspector2" => [InspectorEvents.Read(envelope)],
                        "aws.config" => ConfigRules.Read(envelope) is { } incoming ? [incoming.Finding] : [],
                        _ => SecurityHubEvents.Read(changed.ToJsonString()).Findings,
                    };
                    Assert.All(findings, finding => Assert.DoesNotContain("\\u0000", FindingJson.Write(finding), StringComparison.Ordinal));
                    Assert.All(
                        findings, finding => Assert.True(finding.Title.Length is > 0 and <= 512 && finding.Description.Length <= 4096));
                }
                catch (FormatException refused)
                {
                    Assert.NotEqual("", refused.Message);
                }
            }
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] at) => node switch
    {
        JsonObject members => members.SelectMany(member => Paths(member.Value, [.. at, member.Key]).Prepend([.. at, member.Key])),
        JsonArray items => items.SelectMany((item, i) => Paths(item, [.. at, i])),
        _ => [],
    };

    private static void Set(JsonNode root, object[] path, JsonNode? value)
    {
        var parent = path[..^1].Aggregate(root, (node, step) => step is int i ? node[i]! : node[(string)step]!);
        if (path[^1] is int place) parent[place] = value;
        else parent[(string)path[^1]] = value;
    }

    private static string Evaluated(string result, string at) => Detail(NonCompliant, detail =>
    {
        detail["newEvaluationResult"]!["complianceType"] = result;
        detail["newEvaluationResult"]!["resultRecordedTime"] = at;
        detail["oldEvaluationResult"] = new JsonObject { ["complianceType"] = result == "COMPLIANT" ? "NON_COMPLIANT" : "COMPLIANT" };
    }, at);

    private static string Detail(string file, Action<JsonNode> change, string? time = null)
    {
        var node = JsonNode.Parse(Events.Body(file))!;
        change(node["detail"]!);
        if (time is not null) node["time"] = time;
        return node.ToJsonString();
    }

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));
}
