using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Platform.Localization;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings.Tests;

public sealed class FindingMessageTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Snapshots =
    [
        "event-control-ec2-19-consolidated-0", "event-inspector-cve-ec2-0", "event-inspector-cve-ecr-image-0", "event-custom-action-guardduty-iam-key-0",
        "event-macie-sensitive-data-0", "event-control-config-1-not-available-0", "event-third-party-prowler-0", "event-health-finding-0",
        "state-acknowledged", "state-assigned", "state-remediation-running", "state-remediation-failed", "state-remediation-resolved",
        "state-suppressed", "state-archived", "state-write-denied", "list-page",
        "event-compliance-s3-1-0", "event-vulnerability-cve-0", "event-ec2-ssh-brute-force-0", "event-ec2-c2-activity-minimal-0", "event-iam-root-usage-low-float-0",
        "event-ec2-network-reachability-0", "event-ec2-package-closed-0", "event-compliance-change-noncompliant-0", "event-compliance-change-first-evaluation-0",
        "state-native-acknowledged", "state-native-archived", "state-v2-suppressed", "insight", "insight-long",
    ];

    public static TheoryData<string, string> SnapshotsByLanguage
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in Snapshots)
            {
                foreach (var language in Locale.Languages) data.Add(name, language);
            }

            return data;
        }
    }

    public static TheoryData<string> Languages => [.. Locale.Languages];

    /// <summary>Run with UPDATE_SNAPSHOTS=1 to accept what is rendered now, and read the difference in the commit.</summary>
    [Theory, MemberData(nameof(SnapshotsByLanguage))]
    public void The_message_reads_as_agreed(string name, string language)
    {
        var message = FindingGallery.Messages.Single(one => one.Name == name).Render(Locale.For(language, FindingGallery.Zone));
        var json = JsonNode.Parse(JsonSerializer.Serialize(message, SlackJson.Context.Message))!.ToJsonString(Indented) + "\n";

        var file = Path.Combine(SnapshotFolder(), $"{name}.{language}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(SnapshotFolder());
            File.WriteAllText(file, json);
        }

        Assert.True(File.Exists(file), $"There is no snapshot of {name} in {language} yet: run the tests with UPDATE_SNAPSHOTS=1 and read it.");
        Assert.Equal(File.ReadAllText(file), json);
    }

    [Theory, MemberData(nameof(Languages))]
    public void Every_message_and_modal_fits_Slack_in_every_language(string language)
    {
        var locale = Locale.For(language, FindingGallery.Zone);
        foreach (var (name, render) in FindingGallery.Messages)
        {
            var fitted = BlockKitLimits.Fit(render(locale));
            Assert.True(JsonSerializer.Serialize(fitted, SlackJson.Context.Message).Length < 13_000, $"{name} is too long for one message.");
        }

        foreach (var (_, render) in FindingGallery.Modals) Assert.NotEmpty(BlockKitLimits.Fit(render(locale)).Blocks);
    }

    [Theory, MemberData(nameof(Languages))]
    public void Nothing_from_outside_mentions_links_or_formats(string language)
    {
        var locale = Locale.For(language, FindingGallery.Zone);
        var texts = FindingGallery.Messages
            .Where(one => one.Name is "state-hostile" or "state-suppressed" || one.Name.StartsWith("reply-", StringComparison.Ordinal))
            .SelectMany(one => Markup(JsonSerializer.SerializeToNode(one.Render(locale), SlackJson.Context.Message)).Append(one.Render(locale).Text))
            .Concat(FindingGallery.Modals.Where(one => one.Name.EndsWith("hostile", StringComparison.Ordinal))
                .SelectMany(one => Markup(JsonSerializer.SerializeToNode(one.Render(locale), SlackJson.Context.ModalView))))
            .ToList();

        Assert.True(texts.Count > 30);
        foreach (var text in texts)
        {
            Assert.DoesNotContain("<!channel", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<!here", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<https://evil", text, StringComparison.Ordinal);
            // In monospace nothing is formatted: `*bold*` there is as written.
            Assert.DoesNotMatch(@"(?<!`[^`\n]*)\*bold\*", text);
        }
    }

    /// <summary>Every text in Slack's markup; plain text does no harm.</summary>
    private static IEnumerable<string> Markup(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } found when (string?)found["type"] == "mrkdwn" => [(string)found["text"]!],
        JsonObject found => found.SelectMany(member => Markup(member.Value)),
        JsonArray list => list.SelectMany(Markup),
        _ => [],
    };

    [Fact]
    public void The_notification_alone_tells_the_story()
    {
        var finding = Events.Finding("securityhub-imported/control-ec2-19-consolidated");

        Assert.Equal("CRITICAL: EC2.19 on web (sg-0a1b2c3d4e5f60718) (dev, team-net)", FindingMessage.Render(finding, new FindingView(), Locale.For("en", TimeZoneInfo.Utc)).Text);
    }

    [Theory]
    [InlineData("new", "finding.remediate finding.acknowledge finding.assign finding.more")]
    [InlineData("acknowledged", "finding.remediate finding.assign finding.more")]
    [InlineData("remediation-running", "finding.acknowledge finding.assign finding.more")]
    [InlineData("remediation-failed", "finding.remediate finding.acknowledge finding.assign finding.more")]
    [InlineData("remediation-resolved", "finding.more")]
    [InlineData("resolved-by-hand", "finding.reopen finding.more")]
    [InlineData("suppressed", "finding.reopen finding.more")]
    [InlineData("archived", "finding.more")]
    public void Only_buttons_that_make_sense_are_there(string state, string actions)
    {
        var message = FindingGallery.Messages.Single(one => one.Name == $"state-{state}").Render(Locale.For("en", TimeZoneInfo.Utc));

        Assert.Equal(actions.Split(' '), message.Blocks.OfType<ActionsBlock>().Single().Elements.Cast<InteractiveElement>().Select(element => element.ActionId));
    }

    [Fact]
    public void Without_a_remediation_in_the_catalogue_there_is_no_such_button()
    {
        var message = FindingMessage.Render(Events.Finding("securityhub-imported/health-finding"), new FindingView(), Locale.For("en", TimeZoneInfo.Utc));

        Assert.DoesNotContain(message.Blocks.OfType<ActionsBlock>().Single().Elements, element => element is Button { Style: ButtonStyle.Primary });
    }

    [Theory]
    [InlineData("arn:aws:s3:::example-uploads", "AwsS3Bucket", "https://console.aws.amazon.com/s3/buckets/example-uploads")]
    [InlineData("arn:aws:ec2:us-east-1:111122223333:instance/i-0a1b", "AwsEc2Instance", "https://console.aws.amazon.com/ec2/home?region=us-east-1#InstanceDetails:instanceId=i-0a1b")]
    [InlineData("arn:aws-cn:lambda:cn-north-1:111122223333:function:f", "AwsLambdaFunction", "https://console.amazonaws.cn/lambda/home?region=cn-north-1#/functions/f")]
    [InlineData("arn:aws:kms:us-east-1:111122223333:key/k", "AwsKmsKey", "https://console.aws.amazon.com/go/view?arn=arn%3Aaws%3Akms%3Aus-east-1%3A111122223333%3Akey%2Fk")]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "AwsIamAccessKey", null)]
    public void A_resource_links_to_its_console_page(string arn, string type, string? url) =>
        Assert.Equal(url, ResourceText.Console(new FindingResource(arn, type, null, new Dictionary<string, string>())));

    [Theory]
    [InlineData("AwsS3Bucket", "AWS::S3::Bucket")]
    [InlineData("AwsEc2SecurityGroup", "AWS::EC2::SecurityGroup")]
    [InlineData("AwsElbv2LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer")]
    [InlineData("AwsAccount", "AwsAccount")]
    [InlineData("Other", "Other")]
    public void A_type_is_said_as_people_know_it(string asff, string type) => Assert.Equal(type, ResourceText.Type(asff));

    /// <summary>Writes all there is to RENDERED_DIR, for the check against Slack's own types.</summary>
    [Fact]
    public void Everything_can_be_written_out_for_the_type_check()
    {
        var folder = Environment.GetEnvironmentVariable("RENDERED_DIR");
        var written = 0;
        foreach (var language in Locale.Languages)
        {
            var locale = Locale.For(language, FindingGallery.Zone);
            foreach (var (name, render) in FindingGallery.Messages) Write("message", name, language, JsonSerializer.SerializeToNode(BlockKitLimits.Fit(render(locale)), SlackJson.Context.Message)!);
            foreach (var (name, render) in FindingGallery.Modals) Write("modal", name, language, JsonSerializer.SerializeToNode<View>(BlockKitLimits.Fit(render(locale)), SlackJson.Context.View)!);
        }

        Assert.True(written > 100);

        void Write(string kind, string name, string language, JsonNode body)
        {
            written++;
            if (string.IsNullOrEmpty(folder)) return;
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, $"finding-{kind}-{name}.{language}.json"), body.ToJsonString(Indented));
        }
    }

    private static string SnapshotFolder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "snapshots");
}
