using ChatOps.Kernel.Filters;

namespace ChatOps.Assets.Tests;

public sealed class AssetFilterTests
{
    private static readonly FilterGrammar Grammar = AssetFilters.GrammarOf(new TwoAccounts());
    private static readonly FilterClock Clock = new(
        new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul"));

    [Theory]
    [InlineData("  payroll   exports ", "payroll exports")]
    [InlineData("“two words”", "\"two words\"")]
    [InlineData("type:s3", "type:s3")]
    [InlineData("TYPE:AWS::S3::Bucket", "type:AWS::S3::Bucket")]
    [InlineData("tag:bighead:Env=PROD", "tag:bighead:Env=PROD")]
    [InlineData("tag:\"Cost Center\"=\"R&D, Seoul\"", "tag:\"Cost Center\"=\"R&D, Seoul\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("arn:aws:s3:::payroll-exports", "arn:aws:s3:::payroll-exports")]
    [InlineData("\"type:s3\"", "\"type:s3\"")]
    [InlineData("created:7d owner:SECURITY", "created:7d owner:SECURITY")]
    [InlineData("account:prod", "account:111122223333")]
    // Korean names of the keys are keys.
    [InlineData("태그:없음", "tag:없음")]
    [InlineData("", "")]
    public void What_people_type_is_read(string typed, string means)
    {
        Assert.True(Grammar.TryRead(typed, Clock, out var filter, out var fault), fault?.ToString());
        Assert.Equal(means, filter.ToString());
    }

    [Theory]
    [InlineData("type:", FilterFaultKind.MissingValue)]
    [InlineData("region: payroll", FilterFaultKind.MissingValue)]
    [InlineData("tag:=PROD", FilterFaultKind.MissingTag)]
    [InlineData("tag:Env=", FilterFaultKind.MissingValue)]
    [InlineData("\"open", FilterFaultKind.OpenQuote)]
    [InlineData("created:soon", FilterFaultKind.NotATime)]
    [InlineData("created:2026-13-01", FilterFaultKind.NotATime)]
    [InlineData("created:2026-11-15..2026-11-01", FilterFaultKind.NotATime)]
    [InlineData("ip:10.0.0.1", FilterFaultKind.UnknownKey)]
    [InlineData("state:running", FilterFaultKind.UnknownKey)]
    [InlineData("account:prdo", FilterFaultKind.UnknownValue)]
    [InlineData("a b c d e f g h i j k l m n o p q r s t u", FilterFaultKind.TooMany)]
    public void What_is_wrong_is_named(string typed, FilterFaultKind kind)
    {
        Assert.False(Grammar.TryRead(typed, Clock, out _, out var fault));
        Assert.Equal(kind, fault!.Kind);
        foreach (var language in ChatOps.Platform.Localization.Locale.Languages)
            Assert.NotEmpty(ChatOps.Platform.Filters.FilterFaultText.Describe(
                fault, ChatOps.Platform.Localization.Locale.For(language, TimeZoneInfo.Utc)));
    }

    [Theory]
    [InlineData("s3", "AWS::S3::Bucket", true)]
    [InlineData("bucket", "AWS::S3::Bucket", true)]
    [InlineData("buckets", "AWS::S3::Bucket", true)]
    [InlineData("s3:bucket", "AWS::S3::Bucket", true)]
    [InlineData("AWS::S3::Bucket", "AWS::S3::Bucket", true)]
    [InlineData("ec2", "AWS::EC2::Instance", true)]
    [InlineData("ec2:volume", "AWS::EC2::Instance", false)]
    [InlineData("instance", "AWS::RDS::DBInstance", false)]
    [InlineData("s", "AWS::S3::Bucket", false)]
    [InlineData("alb", "AWS::ElasticLoadBalancingV2::LoadBalancer", true)]
    [InlineData("ALB", "AWS::ElasticLoadBalancing::LoadBalancer", false)]
    public void A_type_is_named_in_short_or_in_full(string written, string type, bool means) =>
        Assert.Equal(means, ResourceType.Means(FilterText.Literal(written), type));

    [Theory]
    [InlineData("arn:aws:s3:::payroll-exports", "AWS::S3::Bucket", "payroll-exports")]
    [InlineData("arn:aws:ec2:ap-northeast-2:111122223333:instance/i-0123", "AWS::EC2::Instance", "i-0123")]
    [InlineData("arn:aws:iam::111122223333:role/service/deployer", "AWS::IAM::Role", "deployer")]
    [InlineData("arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/lambda/pay:*", "AWS::Logs::LogGroup", "pay")]
    [InlineData("arn:aws:glacier:ap-northeast-2:111122223333:vaults/old", "AWS::glacier::vaults", "old")]
    [InlineData(
        "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/web/50dc6c495c0c9188",
        "AWS::ElasticLoadBalancingV2::LoadBalancer", "web")]
    [InlineData(
        "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/old-web", "AWS::ElasticLoadBalancing::LoadBalancer",
        "old-web")]
    [InlineData("arn:aws:wafv2:ap-northeast-2:111122223333:regional/webacl/front/a1b2", "AWS::WAFv2::WebACL", "a1b2")]
    [InlineData("arn:aws:wafv2:us-east-1:111122223333:global/ipset/offices/c3d4", "AWS::WAFv2::IPSet", "c3d4")]
    public void An_ARN_alone_tells_type_and_name(string arn, string type, string name) =>
        Assert.Equal((type, name), (ResourceType.Of(arn), AssetRow.NameOf(arn, null, new Dictionary<string, string>())));
}
