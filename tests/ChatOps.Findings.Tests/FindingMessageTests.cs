using ChatOps.Platform.Localization;
using ChatOps.Platform.Routing;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings.Tests;

public sealed class FindingMessageTests : GalleryTests<FindingGallery>
{
    [Fact]
    public void The_notification_alone_tells_the_story()
    {
        var finding = Events.Finding("securityhub-imported/control-ec2-19-consolidated");

        Assert.Equal(
            "CRITICAL: EC2.19 on web (sg-0a1b2c3d4e5f60718) (dev, team-net)",
            FindingMessage.Render(finding, new FindingView(), Locale.For("en", TimeZoneInfo.Utc)).Text);
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
        var message = FindingGallery.Messages.Single(item => item.Name == $"state-{state}").Render(Locale.For("en", TimeZoneInfo.Utc));

        Assert.Equal(
            actions.Split(' '),
            message.Blocks.OfType<ActionsBlock>().Single().Elements.Cast<InteractiveElement>().Select(element => element.ActionId));
    }

    [Fact]
    public void Without_a_remediation_in_the_catalogue_there_is_no_such_button()
    {
        var message = FindingMessage.Render(
            Events.Finding("securityhub-imported/health-finding"), new FindingView(), Locale.For("en", TimeZoneInfo.Utc));

        Assert.DoesNotContain(
            message.Blocks.OfType<ActionsBlock>().Single().Elements, element => element is Button { Style: ButtonStyle.Primary });
    }

    [Fact]
    public void Tags_with_the_policys_prefix_tell_whose_a_resource_is()
    {
        var finding = Events.Finding("securityhub-imported/control-ec2-19-consolidated");
        var tags = new Dictionary<string, string> { ["acme:Env"] = "PROD", ["Env"] = "DEV", ["acme:Owner"] = "SECURITY" };
        finding = finding with { Resources = [finding.Resources[0] with { Tags = tags }] };
        var message = FindingMessage.Render(
            finding, new FindingView("prod") { Vocabulary = GivenVocabulary.Prefixed.Value }, Locale.For("en", TimeZoneInfo.Utc));

        Assert.EndsWith("(PROD, SECURITY)", message.Text, StringComparison.Ordinal);
        Assert.Contains(
            message.Blocks.OfType<SectionBlock>().SelectMany(block => block.Fields ?? []),
            field => field.Text.EndsWith("Env PROD · Owner SECURITY", StringComparison.Ordinal));
    }

    [Fact]
    public void A_route_asks_for_tags_with_and_without_the_prefix()
    {
        var finding = Events.Finding("securityhub-imported/control-ec2-19-consolidated");
        finding = finding with
        {
            Resources = [finding.Resources[0] with { Tags = new Dictionary<string, string> { ["acme:Env"] = "PROD", ["Env"] = "DEV" } }],
        };
        IEnumerable<string> Channels(string tag) => new FindingRoutes(
            new GivenPolicy<Routes>(ShippedRoutes.Read($"findings:\n  - to: \"#prod\"\n    tag: {{ {tag} }}")), GivenVocabulary.Prefixed)
                .RequestsFor(finding).Select(request => request.Channel);

        Assert.Equal(["#prod"], Channels("Env: PROD"));
        Assert.Equal(["#prod"], Channels("\"acme:Env\": PROD"));
        Assert.Empty(Channels("Env: DEV"));
    }

    [Theory]
    [InlineData("arn:aws:s3:::example-uploads", "AwsS3Bucket", "https://console.aws.amazon.com/s3/buckets/example-uploads")]
    [InlineData(
        "arn:aws:ec2:us-east-1:111122223333:instance/i-0a1b", "AwsEc2Instance",
        "https://us-east-1.console.aws.amazon.com/ec2/home?region=us-east-1#InstanceDetails:instanceId=i-0a1b")]
    [InlineData(
        "arn:aws-cn:lambda:cn-north-1:111122223333:function:f:7", "AwsLambdaFunction",
        "https://cn-north-1.console.amazonaws.cn/lambda/home?region=cn-north-1#/functions/f/versions/7")]
    [InlineData(
        "arn:aws:kms:us-east-1:111122223333:key/k", "AwsKmsKey",
        "https://us-east-1.console.aws.amazon.com/kms/home?region=us-east-1#/kms/keys/k")]
    [InlineData(
        "arn:aws:waf:us-east-1:111122223333:webacl/w", "AwsWafWebAcl",
        "https://console.aws.amazon.com/go/view?arn=arn%3Aaws%3Awaf%3Aus-east-1%3A111122223333%3Awebacl%2Fw")]
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
}
