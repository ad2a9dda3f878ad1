using FsCheck.Xunit;

namespace ChatOps.Aws.Tests;

public class ConsoleLinksTests
{
    [Theory]
    [InlineData("arn:aws:s3:::my-bucket", "https://console.aws.amazon.com/s3/buckets/my-bucket")]
    [InlineData("arn:aws:s3:::my-bucket/a b/c", "https://console.aws.amazon.com/s3/object/my-bucket?prefix=a%20b%2Fc")]
    [InlineData("arn:aws:ec2:us-east-1:111122223333:instance/i-1", "https://us-east-1.console.aws.amazon.com/ec2/home?region=us-east-1#InstanceDetails:instanceId=i-1")]
    [InlineData("arn:aws:ec2:us-east-1:111122223333:security-group/sg-1", "https://us-east-1.console.aws.amazon.com/ec2/home?region=us-east-1#SecurityGroup:groupId=sg-1")]
    [InlineData("arn:aws-cn:ec2:cn-north-1:111122223333:vpc/vpc-1", "https://cn-north-1.console.amazonaws.cn/vpcconsole/home?region=cn-north-1#VpcDetails:VpcId=vpc-1")]
    [InlineData("arn:aws:iam::111122223333:role/path/Name", "https://console.aws.amazon.com/iam/home#/roles/details/Name")]
    [InlineData("arn:aws:lambda:us-east-1:111122223333:function:f:live", "https://us-east-1.console.aws.amazon.com/lambda/home?region=us-east-1#/functions/f")]
    [InlineData("arn:aws:logs:us-east-1:111122223333:log-group:/aws/f:*", "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Ff")]
    [InlineData("arn:aws:ssm:us-east-1:111122223333:automation-execution/e-1", "https://us-east-1.console.aws.amazon.com/systems-manager/automation/execution/e-1?region=us-east-1")]
    [InlineData("arn:aws:unheard:us-east-1:111122223333:thing/x", null)]
    [InlineData("arn:aws-iso:ec2:us-iso-east-1:111122223333:vpc/vpc-1", null)]
    public void A_resource_has_its_page(string arn, string? link) => Assert.Equal(link, ConsoleLinks.For(Arn.Parse(arn)));

    [Theory]
    [InlineData("AwsEc2Instance", "i-1", "https://us-east-1.console.aws.amazon.com/ec2/home?region=us-east-1#InstanceDetails:instanceId=i-1")]
    [InlineData("AwsS3Bucket", "b", "https://console.aws.amazon.com/s3/buckets/b")]
    [InlineData("AwsS3Bucket", "arn:aws:s3:::b", "https://console.aws.amazon.com/s3/buckets/b")]
    [InlineData("AwsAccount", "AWS::::Account:111122223333", "https://us-east-1.console.aws.amazon.com/billing/home#/account")]
    [InlineData("Other", "x", null)]
    [InlineData("AwsEc2Instance", "", null)]
    public void A_resource_of_a_finding_has_its_page_by_its_type(string type, string id, string? link) =>
        Assert.Equal(link, ConsoleLinks.For(type, id, "us-east-1"));

    [Fact]
    public void A_finding_and_an_execution_have_their_pages()
    {
        Assert.Equal(
            "https://us-east-1.console.aws.amazon.com/securityhub/home?region=us-east-1#/findings?search=Id%3D%5Coperator%5C%3AEQUALS%5C%3Aarn%3Aaws%3Afinding%2F1",
            ConsoleLinks.SecurityHubFinding("us-east-1", "arn:aws:finding/1"));
        Assert.Equal(
            "https://us-east-1.console.aws.amazon.com/systems-manager/automation/execution/e-1?region=us-east-1",
            ConsoleLinks.AutomationExecution("us-east-1", "e-1"));
    }

    [Fact]
    public void A_hostile_Region_gives_no_link() => Assert.Null(ConsoleLinks.AutomationExecution("evil.example/", "e-1"));

    [Property(MaxTest = 500)]
    public bool No_text_breaks_out_of_a_link(string? type, string? id, string? region)
    {
        var links = new[]
        {
            ConsoleLinks.For(type ?? "", id ?? "", region ?? ""), ConsoleLinks.For("AwsEc2Instance", id ?? "", "us-east-1"),
            ConsoleLinks.SecurityHubFinding("us-east-1", id ?? ""), ConsoleLinks.AutomationExecution(region ?? "", id ?? ""),
        };
        return links.All(link => link is null || (link.IndexOfAny(['|', '>', '<', ' ', '"', '\n']) < 0
            && new Uri(link).Host.EndsWith("console.aws.amazon.com", StringComparison.Ordinal)));
    }
}
