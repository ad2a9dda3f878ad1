using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace ChatOps.Assets.Tests;

public sealed class AssetQueryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

    [Theory]
    [InlineData("payroll", "payroll")]
    [InlineData("  payroll   exports ", "payroll exports")]
    [InlineData("\"two words\"", "\"two words\"")]
    [InlineData("“two words”", "\"two words\"")]
    [InlineData("type:s3", "type:s3")]
    [InlineData("TYPE:AWS::S3::Bucket", "type:AWS::S3::Bucket")]
    [InlineData("-tag:Owner", "-tag:Owner")]
    [InlineData("tag:Env=PROD,DEV", "tag:Env=PROD,DEV")]
    [InlineData("tag:bighead:Env=PROD", "tag:bighead:Env=PROD")]
    [InlineData("tag:\"Cost Center\"=\"R&D, Seoul\"", "tag:\"Cost Center\"=\"R&D, Seoul\"")]
    [InlineData("-payroll", "-payroll")]
    [InlineData("\"-payroll\"", "\"-payroll\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("arn:aws:s3:::payroll-exports", "arn:aws:s3:::payroll-exports")]
    [InlineData("\"type:s3\"", "\"type:s3\"")]
    [InlineData("created:7d owner:SECURITY", "created:7d owner:SECURITY")]
    [InlineData("태그:없음", "태그:없음")]
    [InlineData("", "")]
    public void What_people_type_is_read(string typed, string means) => Assert.Equal(means, Read(typed).ToString());

    [Theory]
    [InlineData("type:", "asset.query.empty")]
    [InlineData("region: payroll", "asset.query.empty")]
    [InlineData("tag:=PROD", "asset.query.tag")]
    [InlineData("tag:Env=", "asset.query.empty")]
    [InlineData("\"open", "asset.query.quote")]
    [InlineData("tag:\"open", "asset.query.quote")]
    [InlineData("created:soon", "asset.query.created")]
    [InlineData("created:2026-13-01", "asset.query.created")]
    [InlineData("created:2026-11-15..2026-11-01", "asset.query.created")]
    [InlineData("a b c d e f g h i j k l m n o p q r s t u", "asset.query.many")]
    public void What_is_wrong_is_named(string typed, string key)
    {
        Assert.False(AssetQueryReader.TryRead(typed, Now, Seoul, out _, out var fault));
        Assert.Equal(key, fault!.Key);
        foreach (var language in ChatOps.Platform.Localization.Locale.Languages)
            Assert.NotEmpty(ChatOps.Platform.Localization.Locale.For(language, Seoul).Text(fault.Key, [.. fault.Values]));
    }

    [Theory]
    [InlineData("7d", "2026-11-13T03:00Z", null)]
    [InlineData("24h", "2026-11-19T03:00Z", null)]
    [InlineData("2w", "2026-11-06T03:00Z", null)]
    [InlineData(">7d", null, "2026-11-13T03:00Z")]
    [InlineData("<7d", "2026-11-13T03:00Z", null)]
    [InlineData("today", "2026-11-19T15:00Z", "2026-11-20T15:00Z")]
    [InlineData("yesterday", "2026-11-18T15:00Z", "2026-11-19T15:00Z")]
    [InlineData("2026-11-01", "2026-10-31T15:00Z", "2026-11-01T15:00Z")]
    [InlineData("2026-11", "2026-10-31T15:00Z", "2026-11-30T15:00Z")]
    [InlineData("2026", "2025-12-31T15:00Z", "2026-12-31T15:00Z")]
    [InlineData(">2026-11-01", "2026-11-01T15:00Z", null)]
    [InlineData(">=2026-11-01", "2026-10-31T15:00Z", null)]
    [InlineData("<2026-11-01", null, "2026-10-31T15:00Z")]
    [InlineData("<=2026-11-01", null, "2026-11-01T15:00Z")]
    [InlineData("2026-11-01..2026-11-15", "2026-10-31T15:00Z", "2026-11-15T15:00Z")]
    public void Times_are_read_in_the_configured_zone(string typed, string? from, string? before)
    {
        Assert.True(CreatedRange.TryRead(typed, Now, Seoul, out var readFrom, out var readBefore));
        Assert.Equal((Moment(from), Moment(before)), (readFrom?.ToUniversalTime(), readBefore?.ToUniversalTime()));

        static DateTimeOffset? Moment(string? text) => text is null ? null : DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Property(MaxTest = 500)]
    public void Whatever_is_typed_is_read_or_refused_and_never_thrown_at(string? typed)
    {
        if (AssetQueryReader.TryRead(typed ?? "", Now, Seoul, out var query, out var fault)) Assert.Equal(query.Terms, Read(query.ToString()).Terms);
        else Assert.NotNull(fault);
    }

    [Property(MaxTest = 300)]
    public Property A_search_reads_as_it_is_written() => Prop.ForAll(Queries().ToArbitrary(), query => Assert.Equal(query.Terms, Read(query.ToString()).Terms));

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
    public void A_type_is_named_in_short_or_in_full(string written, string type, bool means) => Assert.Equal(means, ResourceType.Means(written, type));

    [Theory]
    [InlineData("arn:aws:s3:::payroll-exports", "AWS::S3::Bucket", "payroll-exports")]
    [InlineData("arn:aws:ec2:ap-northeast-2:111122223333:instance/i-0123", "AWS::EC2::Instance", "i-0123")]
    [InlineData("arn:aws:iam::111122223333:role/service/deployer", "AWS::IAM::Role", "deployer")]
    [InlineData("arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/lambda/pay:*", "AWS::Logs::LogGroup", "pay")]
    [InlineData("arn:aws:glacier:ap-northeast-2:111122223333:vaults/old", "AWS::glacier::vaults", "old")]
    [InlineData("arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/web/50dc6c495c0c9188", "AWS::ElasticLoadBalancingV2::LoadBalancer", "50dc6c495c0c9188")]
    [InlineData("arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/old-web", "AWS::ElasticLoadBalancing::LoadBalancer", "old-web")]
    [InlineData("arn:aws:wafv2:ap-northeast-2:111122223333:regional/webacl/front/a1b2", "AWS::WAFv2::WebACL", "a1b2")]
    [InlineData("arn:aws:wafv2:us-east-1:111122223333:global/ipset/offices/c3d4", "AWS::WAFv2::IPSet", "c3d4")]
    public void An_ARN_alone_tells_type_and_name(string arn, string type, string name) =>
        Assert.Equal((type, name), (ResourceType.Of(arn), AssetRow.NameOf(arn, null, new Dictionary<string, string>())));

    private static AssetQuery Read(string typed)
    {
        Assert.True(AssetQueryReader.TryRead(typed, Now, Seoul, out var query, out var fault), fault?.Key);
        return query;
    }

    private static Gen<AssetQuery> Queries()
    {
        var value = Gen.Elements("payroll", "R&D, Seoul", "a\"b", "c\\d", "이름", "x=y", "-dash", "type:s3", "two words", "PR*", ":", "arn:aws:s3:::b");
        var values = Gen.Choose(1, 3).SelectMany(count => Gen.ArrayOf(value, count)).Select(items => new TermValues(items));
        var flag = Gen.Elements(true, false);
        var word = from text in value from negated in flag select (AssetTerm)new WordTerm(text, negated);
        var tag = from key in value from some in flag from items in values from negated in flag select (AssetTerm)new TagTerm(key, some ? items : TermValues.None, negated);
        var filter = from name in Gen.Elements("type", "account", "region", "owner", "group") from items in values from negated in flag select (AssetTerm)new ValueTerm(name, items, negated);
        return from count in Gen.Choose(0, 6) from terms in Gen.ArrayOf(Gen.OneOf(word, tag, filter), count) select new AssetQuery(terms);
    }
}
