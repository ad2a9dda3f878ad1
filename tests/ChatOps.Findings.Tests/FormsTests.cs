using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Aws;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings.Tests;

/// <summary>Forms that say what they say in places of their own: nothing of it may arrive empty.</summary>
public sealed class FormsTests
{
    private static readonly Platform.Localization.Locale English = Platform.Localization.Locale.For("en", TimeZoneInfo.Utc);

    private static readonly JsonSerializerOptions AsWritten = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Theory]
    [InlineData("forms/ocsf-uid-alt", "arn:aws:s3:::partner-drop", "partner-drop")]
    [InlineData("forms/ocsf-bare-uid", "arn:aws:s3:::partner-pickup", "partner-pickup")]
    public void The_ARN_of_a_resource_is_found_wherever_it_stands(string file, string arn, string name)
    {
        var finding = Events.Finding(file);

        Assert.Equal((arn, "AwsS3Bucket"), (finding.Resources[0].Arn, finding.Resources[0].Type));
        Assert.Equal(name, ResourceText.Name(finding.Resources[0]));
        Assert.NotNull(ResourceText.Console(finding.Resources[0]));
    }

    [Theory]
    [InlineData("""{"name":"orders"}""", "orders", "orders")]
    [InlineData("""{"uid":"i-0abc","name":"api-1"}""", "i-0abc", "api-1 (i-0abc)")]
    [InlineData("""{"uid":"arn:aws:ec2:us-east-1:111122223333:instance/i-0abc","uid_alt":"i-0abc"}""",
        "arn:aws:ec2:us-east-1:111122223333:instance/i-0abc", "i-0abc")]
    public void Of_a_resource_any_name_may_be_missing(string resource, string arn, string name)
    {
        var node = JsonNode.Parse(Events.Body("forms/ocsf-uid-alt"))!;
        node["detail"]!["findings"]![0]!["resources"]![0] = JsonNode.Parse(resource);

        var read = Assert.Single(SecurityHubEvents.Read(node.ToJsonString()).Findings[0].Resources);

        Assert.Equal((arn, name), (read.Arn, ResourceText.Name(read)));
    }

    [Fact]
    public void An_exposure_shows_what_it_is_made_of()
    {
        var finding = Events.Finding("forms/exposure-lambda");

        var text = TextOf(finding);
        Assert.All(
            new[]
            {
                "CVE-2023-33246", "Exploit Available", "Lambda function policies should prohibit public access", "Publicly Invocable",
                "Lambda functions should be in a VPC", "Deployed outside VPC",
            },
            part => Assert.Contains(part, text));
        // Ours, where we have it, is found by its identity.
        Assert.Equal(
            Finding.IdOf(finding.Related[1].Arn, "arn:aws:securityhub:ap-northeast-2::product/aws/securityhub"),
            Finding.IdOf(finding.Related[1].Arn, finding.Related[1].ProductArn));
        var control = Events.Finding("securityhub-imported/control-ec2-19-consolidated");
        var details = FindingDetailsModal.Render(finding, new FindingView(), [], English, related: [(control, null)]);
        Assert.Contains(
            details.Blocks.OfType<SectionBlock>(),
            block => block.Accessory is Button { ActionId: "finding.open" } open && open.Value == control.Id);
    }

    [Fact]
    public void An_attack_sequence_is_a_timeline_in_both_forms()
    {
        var native = GuardDutyEvents.Read(EventBridgeEnvelope.ParseOne(Events.Body("forms/guardduty-attack-sequence-iam")));
        Assert.Equal(["arn:aws:iam::111122223333:role/deployer", "arn:aws:s3:::contracts-2026"], native.Resources.Select(item => item.Arn));

        var node = JsonNode.Parse(Events.Body("securityhub-imported/control-ec2-19-consolidated"))!;
        var sequence = JsonNode.Parse(Events.Body("forms/guardduty-attack-sequence-iam"))!
            ["detail"]!["service"]!["detection"]!["sequence"]!;
        foreach (var signal in sequence["signals"]!.AsArray())
        {
            signal!["firstSeenAt"] = 1772599867000;
            signal["resourceIds"] = signal["resourceUids"]!.DeepClone();
        }

        node["detail"]!["findings"]![0]!["Detection"] = new JsonObject { ["Sequence"] = Capitals(sequence) };
        var asff = SecurityHubEvents.Read(node.ToJsonString()).Findings[0];

        Assert.All([native, asff], finding =>
        {
            var text = TextOf(finding);
            Assert.All(
                [
                    "deployer", "AssumedRole", "198.51.100.9", "Riga, Latvia, example-as", "contracts-2026", "iam:CreateAccessKey",
                    "s3:GetObject",
                ],
                part => Assert.Contains(part, text));
            Assert.Equal(2, finding.Signals.Count);
            Assert.Equal(new DateTimeOffset(2026, 3, 4, 4, 51, 7, TimeSpan.Zero), finding.Signals[0].FirstSeen);
        });
    }

    [Fact]
    public void Every_piece_of_evidence_and_its_actor_are_read()
    {
        var node = JsonNode.Parse(Events.Body("forms/ocsf-uid-alt"))!;
        node["detail"]!["findings"]![0]!["evidences"] = JsonNode.Parse("""
            [
              {"actor":{"user":{"name":"deployer","type":"AssumedRole"}},"api":{"operation":"CreateAccessKey","service":{"name":"iam"}},
               "src_endpoint":{"ip":"198.51.100.9","location":{"city":"Riga","country":"Latvia"}}},
              {"actor":{"user":{"uid":"AIDAEXAMPLE"}},"process":{"name":"xmrig"}}
            ]
            """);

        var finding = SecurityHubEvents.Read(node.ToJsonString()).Findings[0];

        Assert.Equal(["deployer (AssumedRole)", "AIDAEXAMPLE"], finding.Actors);
        Assert.Equal(["CreateAccessKey", "xmrig"], finding.Signals.Select(signal => signal.Name));
        Assert.Equal(("198.51.100.9", "Riga, Latvia"), (finding.Signals[0].From, finding.Signals[0].Place));
    }

    /// <summary>What RDS says of itself stands under the type's own name, or without it.</summary>
    [Theory]
    [InlineData("""{"AwsRdsDbInstance":{"DbiResourceId":"db-ABC"}}""")]
    [InlineData("""{"DbiResourceId":"db-ABC"}""")]
    public void RDS_2_in_OCSF_is_the_same_control_of_the_same_resource(string data)
    {
        var node = JsonNode.Parse(Events.Body("forms/ocsf-uid-alt"))!;
        var body = node["detail"]!["findings"]![0]!;
        body["compliance"]!["control"] = "RDS.2";
        body["resources"]![0] = JsonNode.Parse($$"""
            {"uid":"payroll-main","uid_alt":"arn:aws:rds:ap-northeast-2:111122223333:db:payroll-main","type":"AWS::RDS::DBInstance",
             "data":{{data}}}
            """);

        var finding = SecurityHubEvents.Read(node.ToJsonString()).Findings[0];

        Assert.Equal(("RDS.2", "arn:aws:securityhub:ap-northeast-2::product/aws/securityhub"), (finding.ControlId, finding.ProductArn));
        Assert.Equal(
            ("AwsRdsDbInstance", "arn:aws:rds:ap-northeast-2:111122223333:db:payroll-main", "db-ABC"),
            (finding.Resources[0].Type, finding.Resources[0].Arn, finding.Resources[0].Details["DbiResourceId"]));
    }

    /// <summary>Our part of a note is told from others' by its line.</summary>
    [Fact]
    public void A_note_keeps_its_lines()
    {
        var finding = SecurityHubEvents.Read(FindingWorld.Changed(
            "securityhub-imported/control-ec2-19-consolidated",
            body => body["Note"] = new JsonObject { ["Text"] = "see SEC-1\n[ChatOps] Acknowledged", ["UpdatedBy"] = "ChatOps" }))
            .Findings[0];

        Assert.Equal("see SEC-1", FindingNotes.OthersOf(finding.Note));
    }

    private static string TextOf(Finding finding) => JsonSerializer.Serialize(
        FindingMessage.Render(finding, new FindingView(), English).Blocks.OfType<SectionBlock>().Select(block => block.Text!.Text),
        AsWritten);

    private static JsonNode? Capitals(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(
            $"{char.ToUpperInvariant(member.Key[0])}{member.Key[1..]}", Capitals(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Capitals)]),
        _ => node?.DeepClone(),
    };
}
