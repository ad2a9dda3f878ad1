using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;

namespace ChatOps.Platform.Tests.Routing;

public sealed class RoutesTests
{
    private static readonly RouteFacts PublicBucket = new()
    {
        Severity = Severity.High,
        Product = "Security Hub",
        Account = "111122223333",
        Region = "ap-northeast-2",
        ResourceTypes = ["AwsS3Bucket"],
        Controls = ["S3.8"],
        Tags = [new("Env", "PROD"), new("Team", "data")],
    };

    [Theory]
    [InlineData(RouteKind.Alerts, "#alerts")]
    [InlineData(RouteKind.Health, "#alerts")]
    [InlineData(RouteKind.Costs, "#costs")]
    [InlineData(RouteKind.Reports, "#reports")]
    [InlineData(RouteKind.Tagging, "#assets")]
    [InlineData(RouteKind.Approvals, "#approvals")]
    [InlineData(RouteKind.Findings, "#security")]
    public void As_shipped_every_kind_has_its_channel(RouteKind kind, string channel) =>
        Assert.Equal([new Destination(channel, null)], ShippedRoutes.Current().For(kind, PublicBucket));

    [Theory]
    [InlineData(Severity.Critical, true)]
    [InlineData(Severity.High, true)]
    [InlineData(Severity.Medium, true)]
    [InlineData(Severity.Low, false)]
    [InlineData(Severity.Informational, false)]
    public void As_shipped_findings_of_medium_and_worse_are_posted(Severity severity, bool posted) =>
        Assert.Equal(posted, ShippedRoutes.Current().For(RouteKind.Findings, PublicBucket with { Severity = severity }).Count > 0);

    [Fact]
    public void All_routes_that_match_send_until_one_stops()
    {
        var routes = ShippedRoutes.Read("""
            findings:
              - to: "#everything"
              - to: ["#prod", "#everything"]
                language: ko
                tag: { env: [prod, production] }
                stop: true
              - to: "#never"
            """);

        Assert.Equal([new Destination("#everything", null), new Destination("#prod", "ko")], routes.For(RouteKind.Findings, PublicBucket));
        Assert.Equal(["#everything", "#never"], routes.For(RouteKind.Findings, PublicBucket with { Tags = [] }).Select(to => to.Channel));
    }

    [Theory]
    [InlineData("severity: high", true)]
    [InlineData("severity: [critical, low]", false)]
    [InlineData("severity: low+", true)]
    [InlineData("severity: critical+", false)]
    [InlineData("product: security*", true)]
    [InlineData("product: Inspector", false)]
    [InlineData("account: \"111122223333\"", true)]
    [InlineData("account: \"4444*\"", false)]
    [InlineData("region: [us-east-1, ap-*]", true)]
    [InlineData("region: us-east-1", false)]
    [InlineData("resourceType: AwsS3*", true)]
    [InlineData("resourceType: AwsEc2Instance", false)]
    [InlineData("control: [\"s3.*\"]", true)]
    [InlineData("control: CVE-2024-6387", false)]
    [InlineData("tag: { Team: \"*\" }", true)]
    [InlineData("tag: { Env: PROD, Team: web }", false)]
    public void Each_condition_decides(string condition, bool matches) =>
        Assert.Equal(
            matches, ShippedRoutes.Read($"findings:\n  - to: \"#x\"\n    {condition}\n").For(RouteKind.Findings, PublicBucket).Count > 0);

    [Fact]
    public void Faults_are_named_with_their_lines_all_at_once()
    {
        var fault = Assert.Throws<PolicyException>(() => ShippedRoutes.Read("""
            findings:
              - severity: severe
                to: "#Security"
              - language: fr
                acount: "1"
                account: "12"
                to: "#x"
            costs:
              - to: "#costs"
                severity: high
            """));

        Assert.Collection(
            fault.Faults,
            line => Assert.Contains("routes.yaml:2: 'severe' is no severity", line, StringComparison.Ordinal),
            line => Assert.Contains("routes.yaml:3: '#Security' is no channel", line, StringComparison.Ordinal),
            line => Assert.Contains("routes.yaml:4: 'language' is 'fr'", line, StringComparison.Ordinal),
            line => Assert.Contains("routes.yaml:5: 'acount' is not known here", line, StringComparison.Ordinal),
            line => Assert.Contains("routes.yaml:6: '12' is no account id", line, StringComparison.Ordinal),
            line => Assert.Contains("routes.yaml:10: 'severity' is not known here", line, StringComparison.Ordinal));
    }
}
