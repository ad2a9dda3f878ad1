using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation.Tests;

public sealed class CatalogueTests
{
    /// <summary>Real findings that bring the resource types of the catalogue.</summary>
    private static readonly Dictionary<string, string> EventOfType = new()
    {
        ["AwsS3Bucket"] = "securityhub-imported/fsbp-s3-2-passed",
        ["AwsEc2SecurityGroup"] = "securityhub-imported/fsbp-ec2-2-failed",
        ["AwsAccount"] = "securityhub-imported/fsbp-ec2-7-failed",
        ["AwsEc2Instance"] = "securityhub-imported/control-ec2-8-archived",
        ["AwsRdsDbInstance"] = "securityhub-imported/fsbp-rds-2-failed",
    };

    public static TheoryData<string> Controls => [.. RemediationWorld.ShippedCatalogue().Entries.SelectMany(entry => entry.Controls)];

    [Fact]
    public void At_least_twelve_controls_are_remediated() => Assert.True(Controls.Count >= 12, $"only {Controls.Count}");

    [Theory]
    [InlineData("s3-bucket-level-public-access-prohibited", "S3.8")]
    [InlineData("S3-BUCKET-VERSIONING-ENABLED", "S3.14")]
    [InlineData("our-own-rule", null)]
    public void A_finding_of_Config_is_remediated_as_the_control_that_checks_the_same(string rule, string? control)
    {
        var finding = Events.Finding("config/compliance-change-first-evaluation") with { Rule = rule };

        Assert.Equal(control, RemediationWorld.ShippedCatalogue().Find(finding)?.Entry.Controls[^1]);
    }

    [Theory, MemberData(nameof(Controls))]
    public async Task Every_remediation_fills_its_parameters_from_a_real_finding(string control)
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var entry = world.Catalogue.Value.Entries.Single(entry => entry.Controls.Contains(control));
        var file = EventOfType[entry.ResourceTypes[0]];
        var finding = Events.Finding(file) with { ControlId = control };
        var found = world.Catalogue.Value.Find(finding);
        Assert.NotNull(found);
        Assert.Same(entry, found.Value.Entry);

        using var json = JsonDocument.Parse(Events.Body(file));
        var details = Details.Of(json.RootElement.GetProperty("detail").GetProperty("findings")[0], found.Value.Resource.Arn);
        var parameters = world.Planner.Fill(entry, finding, found.Value.Resource, finding.Region, details);
        Assert.Equal(entry.Parameters.Select(parameter => parameter.Key), parameters.Select(parameter => parameter.Name));
        Assert.All(parameters.SelectMany(parameter => parameter.Values), value => Assert.DoesNotContain('{', value));
        if (entry.IsCall) return;
        var role = Assert.Single(parameters, parameter => parameter.Name == "AutomationAssumeRole");
        Assert.True(Arn.TryParse(role.Values[0], out var arn) && arn.Account == finding.Account);
    }

    [Fact]
    public async Task An_RDS_document_gets_the_immutable_id_and_not_the_name()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var finding = Events.Finding(EventOfType["AwsRdsDbInstance"]);
        var (entry, resource) = world.Catalogue.Value.Find(finding)!.Value;
        using var json = JsonDocument.Parse(Events.Body(EventOfType["AwsRdsDbInstance"]));
        var details = Details.Of(json.RootElement.GetProperty("detail").GetProperty("findings")[0], resource.Arn);
        var parameters = world.Planner.Fill(entry, finding, resource, finding.Region, details);
        Assert.Contains(
            parameters, parameter => parameter.Name == "DbiResourceId" && parameter.Values is ["db-U2ZDYPBQO3624IBNRFM5JYN35M"]);
        var fault = Assert.Throws<UserFacingException>(() => world.Planner.Fill(entry, finding, resource, finding.Region, null));
        Assert.Equal("remediation.fault.parameter", fault.Key);
    }

    [Theory]
    [InlineData("acme:Env", "PROD", nameof(ApprovalCause.Production))]
    [InlineData("ACME:env", "production", nameof(ApprovalCause.Production))]
    [InlineData("Env", "PROD", nameof(ApprovalCause.Production))]
    [InlineData("acme:Env", "DEV", nameof(ApprovalCause.None))]
    [InlineData("acme:Env", " ", nameof(ApprovalCause.UnknownTags))]
    [InlineData("other:Env", "DEV", nameof(ApprovalCause.UnknownTags))]
    public void Production_is_known_by_its_tag_with_and_without_the_policys_prefix(string key, string value, string cause) => Assert.Equal(
        cause,
        RemediationWorld.ShippedCatalogue().Approval.CauseFor(
            Risk.Low, new AwsAccount("444455556666", "stage", null, ["ap-northeast-2"]), "AwsS3Bucket",
            new Dictionary<string, string> { [key] = value },
            GivenVocabulary.Prefixed.Value).ToString());

    [Fact]
    public void The_tag_with_the_prefix_says_whether_it_is_production()
    {
        var rule = RemediationWorld.ShippedCatalogue().Approval;
        var account = new AwsAccount("444455556666", "stage", null, ["ap-northeast-2"]);
        ApprovalCause CauseFor(string prefixed, string bare) => rule.CauseFor(
            Risk.Low, account, "AwsS3Bucket", new Dictionary<string, string> { ["Env"] = bare, ["acme:Env"] = prefixed },
            GivenVocabulary.Prefixed.Value);

        Assert.Equal(ApprovalCause.Production, CauseFor("PROD", "DEV"));
        Assert.Equal(ApprovalCause.None, CauseFor("DEV", "PROD"));
        Assert.Equal(ApprovalCause.Production, CauseFor("", "PROD"));
    }

    [Fact]
    public async Task A_plan_says_who_is_affected_by_tags_with_the_prefix()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var bucket = world.Bucket();
        var tagged = bucket with
        {
            Resources =
        [
            bucket.Resources[0] with { Tags = new Dictionary<string, string> { ["acme:Env"] = "PROD", ["acme:Owner"] = "SECURITY" } },
        ]
        };
        var plan = await new RemediationPlanner(
            world.Catalogue, GivenVocabulary.Prefixed, world.Aws, RemediationWorld.OneAccount, world.Time).PlanAsync(tagged, default);

        Assert.Equal(ApprovalCause.Production, plan.Approval);
        var shown = JsonSerializer.Serialize(PlanBlocks.Render(plan, Locale.For("en", TimeZoneInfo.Utc)).OfType<SectionBlock>()
            .SelectMany(block => block.Fields ?? []).Select(field => field.Text));
        Assert.Contains("Env PROD \\u00B7 Owner SECURITY", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_the_catalogue_are_reported_at_once()
    {
        var fault = Assert.Throws<PolicyException>(() => PolicyDocument.Read(
            "remediations.yaml",
            """
            automation_role: "arn:{partition}:iam::{acount}:role/x"
            approval:
              when_tags_unknown: true
              expires_minutes: 0
              risks: [scary]
            remediations:
              - controls: [S3-8]
                resource_types: [AwsS3Bucket]
                document: "AWS Disable"
                parameters: { BucketName: "{resource.nam" }
                risk: medium
                reversible: maybe
                changes: { en: "x" }
                undo: "x"
                preview: { read: everything }
              - controls: [S3.8]
                resource_types: [AwsS3Bucket]
                document: AWS-X
                risk: low
                reversible: "yes"
                changes: { en: x, ko: x }
                undo: { en: x, ko: x }
              - controls: [s3.8]
                resource_types: [awss3bucket]
                document: AWS-Y
                reversible: "yes"
                colour: red
                changes: { en: x, ko: x }
                undo: { en: x, ko: x }
            """,
            RemediationCatalogue.Read));
        string[] expected =
        [
            "remediations.yaml:1: 'automation_role': '{acount}' is not known",
            "remediations.yaml:4: 'expires_minutes' is '0'",
            "remediations.yaml:5: 'scary' is not a risk",
            "remediations.yaml:7: 'S3-8' is not a control id",
            "remediations.yaml:9: 'AWS Disable' is not the name of a Systems Manager document",
            "remediations.yaml:10: 'BucketName': '{resource.nam' has an open placeholder",
            "remediations.yaml:12: 'reversible' is 'maybe'",
            "remediations.yaml:13: 'ko' is missing",
            "remediations.yaml:14: 'undo' must be keys and values",
            "remediations.yaml:15: 'everything' is not something that can be read",
            "remediations.yaml:23: s3.8 on awss3bucket has a remediation already",
            "remediations.yaml:23: 'risk' is missing",
            "remediations.yaml:27: 'colour' is not known here",
        ];
        Assert.All(expected, start => Assert.Contains(fault.Faults, line => line.StartsWith(start, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, fault.Faults.Count);
    }

    [Theory]
    [InlineData("DEV", "medium", "stage", "AwsS3Bucket", "none")]
    [InlineData("DEV", "high", "stage", "AwsS3Bucket", "risk")]
    [InlineData("PROD", "low", "stage", "AwsS3Bucket", "production")]
    [InlineData("production", "low", "stage", "AwsS3Bucket", "production")]
    [InlineData(null, "low", "stage", "AwsS3Bucket", "unknowntags")]
    [InlineData("DEV", "low", "prod", "AwsS3Bucket", "production")]
    [InlineData(null, "low", "prod", "AwsAccount", "production")]
    [InlineData(null, "low", "stage", "AwsAccount", "none")]
    [InlineData(null, "low", "live", "AwsAccount", "notsafe")]
    [InlineData("dev2", "low", "stage", "AwsS3Bucket", "notsafe")]
    public void Production_high_risk_and_what_cannot_be_told_need_approval(
        string? env, string risk, string account, string type, string cause)
    {
        var rule = RemediationWorld.ShippedCatalogue().Approval;
        Dictionary<string, string> tags = env is null ? [] : new() { ["env"] = env };
        var found = rule.CauseFor(
            Enum.Parse<Risk>(risk, true), new AwsAccount("444455556666", account, null, ["ap-northeast-2"]), type, tags,
            TagVocabulary.Bare);
        Assert.Equal(cause, found.ToString(), ignoreCase: true);
    }
}
