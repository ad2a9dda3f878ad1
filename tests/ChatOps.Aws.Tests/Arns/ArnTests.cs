using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace ChatOps.Aws.Tests;

public class ArnTests
{
    [Theory]
    [InlineData("arn:aws:ec2:ap-northeast-2:111122223333:instance/i-0a1b", "ec2", "ap-northeast-2", "111122223333", "instance", "i-0a1b")]
    [InlineData("arn:aws:s3:::bucket", "s3", "", "", "", "bucket")]
    [InlineData("arn:aws:s3:::bucket/a/b:c", "s3", "", "", "", "bucket/a/b:c")]
    [InlineData("arn:aws:s3:us-east-1:111122223333:accesspoint/ap", "s3", "us-east-1", "111122223333", "accesspoint", "ap")]
    [InlineData("arn:aws:iam::111122223333:role/path/to/Name", "iam", "", "111122223333", "role", "path/to/Name")]
    [InlineData("arn:aws:iam::111122223333:root", "iam", "", "111122223333", "", "root")]
    [InlineData("arn:aws:iam::aws:policy/AdministratorAccess", "iam", "", "aws", "policy", "AdministratorAccess")]
    [InlineData("arn:aws:rds:us-east-1:111122223333:db:orders", "rds", "us-east-1", "111122223333", "db", "orders")]
    [InlineData("arn:aws:lambda:us-east-1:111122223333:function:f:live", "lambda", "us-east-1", "111122223333", "function", "f:live")]
    [InlineData(
        "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/f:*", "logs", "us-east-1", "111122223333", "log-group",
        "/aws/lambda/f:*")]
    [InlineData("arn:aws:apigateway:us-east-1::/restapis/a1b2/stages/prod", "apigateway", "us-east-1", "", "restapis", "a1b2/stages/prod")]
    [InlineData("arn:aws:sns:us-east-1:111122223333:alerts", "sns", "us-east-1", "111122223333", "", "alerts")]
    [InlineData(
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/50dc", "elasticloadbalancing", "us-east-1",
        "111122223333", "loadbalancer", "app/web/50dc")]
    [InlineData(
        "arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:1-2:autoScalingGroupName/web", "autoscaling", "us-east-1",
        "111122223333", "autoScalingGroup", "1-2:autoScalingGroupName/web")]
    [InlineData("arn:aws-cn:ec2:cn-north-1:111122223333:vpc/vpc-1", "ec2", "cn-north-1", "111122223333", "vpc", "vpc-1")]
    [InlineData("arn:aws:cloudwatch:us-east-1:111122223333:alarm:높은 CPU", "cloudwatch", "us-east-1", "111122223333", "alarm", "높은 CPU")]
    [InlineData("arn:aws:securityhub:us-east-1::product/aws/securityhub", "securityhub", "us-east-1", "", "product", "aws/securityhub")]
    public void An_ARN_is_split_into_its_parts_and_written_back(
        string text, string service, string region, string account, string type, string id)
    {
        Assert.True(Arn.TryParse(text, out var arn));

        Assert.Equal((service, region, account, type, id), (arn.Service, arn.Region, arn.Account, arn.ResourceType, arn.ResourceId));
        Assert.Equal(text, arn.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("arn:")]
    [InlineData("arn:aws:s3:::")]
    [InlineData("arn:aws:s3::bucket")]
    [InlineData("arn:aws::us-east-1:111122223333:x")]
    [InlineData("ARN:aws:s3:::bucket")]
    [InlineData("arn:evil:s3:::bucket")]
    [InlineData("arn:awsome:s3:::bucket")]
    [InlineData("arn:aws:ec2:us east:111122223333:vpc/x")]
    [InlineData("arn:aws:ec2:us-east-1:11112222333/3:vpc/x")]
    [InlineData("arn:aws:s3:::bucket\n")]
    [InlineData("AWS::::Account:111122223333")]
    public void What_is_no_ARN_is_refused(string? text)
    {
        Assert.False(Arn.TryParse(text, out var arn));

        Assert.Equal(default, arn);
        Assert.Equal("", arn.ToString());
        if (text is not null)
            Assert.Throws<FormatException>(() => Arn.Parse(text));
    }

    [Fact]
    public void The_parts_of_a_default_value_are_empty()
    {
        Assert.Equal("", default(Arn).ResourceId);
        Assert.Equal("", default(Arn).ResourceType);
    }

    // Not in the theory: test names cannot carry it.
    [Fact]
    public void A_lone_surrogate_is_refused() => Assert.False(Arn.TryParse("arn:aws:s3:::a\ud800b", out _));

    [Fact]
    public void A_very_long_text_is_refused() => Assert.False(Arn.TryParse("arn:aws:s3:::" + new string('a', Arn.MaxLength), out _));

    [Property(MaxTest = 500)]
    public bool Any_text_is_read_without_a_fault_and_written_back_as_it_was(string? text) =>
        !Arn.TryParse(text, out var arn) || arn.ToString() == text;

    [Property(MaxTest = 500)]
    public Property A_hostile_tail_is_read_without_a_fault_and_written_back_as_it_was() => Prop.ForAll(
        ArbMap.Default.ArbFor<string>(),
        tail => !Arn.TryParse("arn:aws:ec2:us-east-1:111122223333:" + tail, out var arn)
            || (arn.ToString().EndsWith(tail, StringComparison.Ordinal)
                && arn.ResourceType.Length + arn.ResourceId.Length <= arn.Resource.Length));

    [Property(MaxTest = 500)]
    public Property Parts_that_are_joined_are_read_back() => Prop.ForAll(
        (from partition in Gen.Elements("aws", "aws-cn", "aws-us-gov", "aws-eusc")
         from service in Gen.Elements("s3", "ec2", "elasticloadbalancing", "execute-api")
         from region in Gen.Elements("", "us-east-1", "ap-northeast-2")
         from account in Gen.Elements("", "111122223333", "aws")
         from resource in Gen.NonEmptyListOf(Gen.Elements("a", "/", ":", "*", "한", "😀", " ", "-", "{", "}"))
         select new Arn(partition, service, region, account, string.Concat(resource))).ToArbitrary(),
        arn => Arn.TryParse(arn.ToString(), out var read) && read == arn && Arn.Parse(arn.ToString()) == arn);
}
