using FsCheck.Xunit;

namespace ChatOps.Aws.Tests;

public class ConsoleLinksTests
{
    [Theory]
    [InlineData("arn:aws:s3:::my-bucket", "https://console.aws.amazon.com/s3/buckets/my-bucket")]
    [InlineData("arn:aws:s3:::my-bucket/a b/c", "https://console.aws.amazon.com/s3/object/my-bucket?prefix=a%20b%2Fc")]
    [InlineData(
        "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
        "https://us-east-1.console.aws.amazon.com/ec2/home?region=us-east-1#InstanceDetails:instanceId=i-1")]
    [InlineData(
        "arn:aws:ec2:us-east-1:111122223333:security-group/sg-1",
        "https://us-east-1.console.aws.amazon.com/ec2/home?region=us-east-1#SecurityGroup:groupId=sg-1")]
    [InlineData(
        "arn:aws-cn:ec2:cn-north-1:111122223333:vpc/vpc-1",
        "https://cn-north-1.console.amazonaws.cn/vpcconsole/home?region=cn-north-1#VpcDetails:VpcId=vpc-1")]
    [InlineData("arn:aws:iam::111122223333:role/path/Name", "https://console.aws.amazon.com/iam/home#/roles/details/Name")]
    [InlineData(
        "arn:aws:lambda:us-east-1:111122223333:function:f:live",
        "https://us-east-1.console.aws.amazon.com/lambda/home?region=us-east-1#/functions/f/aliases/live")]
    [InlineData(
        "arn:aws:lambda:us-east-1:111122223333:function:f:12",
        "https://us-east-1.console.aws.amazon.com/lambda/home?region=us-east-1#/functions/f/versions/12")]
    [InlineData(
        "arn:aws-cn:lambda:cn-north-1:111122223333:function:f:12",
        "https://cn-north-1.console.amazonaws.cn/lambda/home?region=cn-north-1#/functions/f/versions/12")]
    [InlineData(
        "arn:aws:lambda:us-east-1:111122223333:function:f:$LATEST",
        "https://us-east-1.console.aws.amazon.com/lambda/home?region=us-east-1#/functions/f")]
    [InlineData(
        "arn:aws:logs:us-east-1:111122223333:log-group:/aws/f:*",
        "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Ff")]
    [InlineData(
        "arn:aws:logs:us-east-1:111122223333:log-group:/aws/f:log-stream:2026/11/29/[$LATEST]a",
        "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Ff" +
        "/log-events/2026$252F11$252F29$252F$255B$2524LATEST$255Da")]
    [InlineData(
        "arn:aws-cn:sqs:cn-north-1:111122223333:q",
        "https://cn-north-1.console.amazonaws.cn/sqs/v3/home?region=cn-north-1#/queues/" +
        "https%3A%2F%2Fsqs.cn-north-1.amazonaws.com.cn%2F111122223333%2Fq")]
    [InlineData("arn:aws-us-gov:iam::111122223333:role/Name", "https://console.amazonaws-us-gov.com/iam/home#/roles/details/Name")]
    [InlineData(
        "arn:aws-eusc:ec2:eusc-de-east-1:111122223333:instance/i-1",
        "https://eusc-de-east-1.console.amazonaws-eusc.eu/ec2/home?region=eusc-de-east-1#InstanceDetails:instanceId=i-1")]
    [InlineData(
        "arn:aws:cloudwatch:us-east-1:111122223333:alarm:5xx > 5 %/min",
        "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/5xx%20%3E%205%20%25%2Fmin")]
    [InlineData(
        "arn:aws:ecr:us-east-1:111122223333:repository/shop-api/sha256:ab12",
        "https://us-east-1.console.aws.amazon.com/ecr/repositories/private/111122223333/shop-api?region=us-east-1")]
    [InlineData(
        "arn:aws:ssm:us-east-1:111122223333:automation-execution/e-1",
        "https://us-east-1.console.aws.amazon.com/systems-manager/automation/execution/e-1?region=us-east-1")]
    [InlineData(
        "arn:aws:unheard:us-east-1:111122223333:thing/x",
        "https://console.aws.amazon.com/go/view?arn=arn%3Aaws%3Aunheard%3Aus-east-1%3A111122223333%3Athing%2Fx")]
    [InlineData("arn:aws-cn:unheard:cn-north-1:111122223333:thing/x", null)]
    [InlineData("arn:aws-iso:ec2:us-iso-east-1:111122223333:vpc/vpc-1", null)]
    public void A_resource_has_its_page(string arn, string? link) => Assert.Equal(link, ConsoleLinks.For(Arn.Parse(arn)));

    [Theory]
    [InlineData(
        "AwsEc2Instance", "i-1", "https://us-east-1.console.aws.amazon.com/ec2/home?region=us-east-1#InstanceDetails:instanceId=i-1")]
    [InlineData("AwsS3Bucket", "b", "https://console.aws.amazon.com/s3/buckets/b")]
    [InlineData("AwsS3Bucket", "arn:aws:s3:::b", "https://console.aws.amazon.com/s3/buckets/b")]
    [InlineData("AwsAccount", "AWS::::Account:111122223333", "https://us-east-1.console.aws.amazon.com/billing/home#/account")]
    [InlineData("Other", "x", null)]
    [InlineData("AwsEc2Instance", "", null)]
    public void A_resource_of_a_finding_has_its_page_by_its_type(string type, string id, string? link) =>
        Assert.Equal(link, ConsoleLinks.For(type, id, "us-east-1"));

    [Theory]
    [InlineData("us-east-1", "https://us-east-1.console.aws.amazon.com")]
    [InlineData("cn-northwest-1", "https://cn-northwest-1.console.amazonaws.cn")]
    [InlineData("us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com")]
    [InlineData("eusc-de-east-1", "https://eusc-de-east-1.console.amazonaws-eusc.eu")]
    public void What_is_known_by_its_Region_alone_has_its_page_in_the_Regions_partition(string region, string host)
    {
        Assert.Equal(
            $"{host}/securityhub/home?region=" +
            $"{region}#/findings?search=Id%3D%255Coperator%255C%253AEQUALS%255C%253Aarn%253Aaws%253Afinding%252F1",
            ConsoleLinks.SecurityHubFinding(region, "arn:aws:finding/1"));
        Assert.Equal($"{host}/securityhub/home?region={region}#/insights/arn%3Ai", ConsoleLinks.SecurityHubInsight(region, "arn:i"));
        Assert.Equal($"{host}/guardduty/home?region={region}#/findings?macros=current&fId=1a", ConsoleLinks.GuardDutyFinding(region, "1a"));
        Assert.Equal(
            $"{host}/config/home?region={region}#/rules/details?configRuleName=my%20rule", ConsoleLinks.ConfigRule(region, "my rule"));
        Assert.Equal($"{host}/cloudwatch/home?region={region}#alarmsV2:alarm/a%2Fb", ConsoleLinks.CloudWatchAlarm(region, "a/b"));
        Assert.Equal($"{host}/systems-manager/automation/execution/e-1?region={region}", ConsoleLinks.AutomationExecution(region, "e-1"));
    }

    [Theory]
    [InlineData("us-east-1", "https://console.aws.amazon.com/billing/home#/budgets")]
    [InlineData("cn-north-1", "https://console.amazonaws.cn/billing/home#/budgets")]
    [InlineData("us-gov-west-1", null)]
    public void Budgets_are_where_the_account_is_billed(string region, string? link) => Assert.Equal(link, ConsoleLinks.Budgets(region));

    [Fact]
    public void An_event_of_AWS_Health_has_its_page_in_its_list()
    {
        var arn = Arn.Parse("arn:aws:health:us-east-1::event/EC2/X/1");
        Assert.Equal(
            "https://health.console.aws.amazon.com/health/home#/account/dashboard/open-issues" +
            "?eventID=arn%3Aaws%3Ahealth%3Aus-east-1%3A%3Aevent%2FEC2%2FX%2F1&eventTab=details",
            ConsoleLinks.HealthEvent(arn, "open-issues"));
        Assert.StartsWith(
            "https://health.console.aws.amazon.com/health/home#/account/event-log?", ConsoleLinks.HealthEvent(arn, "event-log"),
            StringComparison.Ordinal);
        Assert.Null(ConsoleLinks.HealthEvent(arn with { Partition = "aws-cn" }, "open-issues"));
    }

    [Theory]
    [InlineData("us-iso-east-1")]
    [InlineData("us-isob-east-1")]
    [InlineData("eu-isoe-west-1")]
    [InlineData("")]
    [InlineData("evil.example/")]
    public void A_Region_without_a_public_console_gives_no_link(string region) =>
        Assert.Null(ConsoleLinks.AutomationExecution(region, "e-1"));

    [Theory]
    [InlineData("https://console.aws.amazon.com/cost-management/home#/anomaly-detection", true)]
    [InlineData("https://us-east-1.console.aws.amazon.com/x", true)]
    [InlineData("https://cn-north-1.console.amazonaws.cn/x", true)]
    [InlineData("http://console.aws.amazon.com/x", false)]
    [InlineData("https://evilconsole.aws.amazon.com/x", false)]
    [InlineData("https://console.aws.amazon.com.evil.example/x", false)]
    public void An_address_from_outside_is_known_as_the_consoles(string address, bool isConsole) =>
        Assert.Equal(isConsole, ConsoleLinks.IsConsole(new Uri(address)));

    [Property(MaxTest = 500)]
    public bool No_text_breaks_out_of_a_link(string? type, string? id, string? region)
    {
        var links = new[]
        {
            ConsoleLinks.For(type ?? "", id ?? "", region ?? ""), ConsoleLinks.For("AwsEc2Instance", id ?? "", "us-east-1"),
            ConsoleLinks.SecurityHubFinding("us-east-1", id ?? ""), ConsoleLinks.AutomationExecution(region ?? "", id ?? ""),
        };
        return links.All(link => link is null || (link.IndexOfAny(['|', '>', '<', ' ', '"', '\n']) < 0
            && ConsoleLinks.IsConsole(new Uri(link))));
    }
}
