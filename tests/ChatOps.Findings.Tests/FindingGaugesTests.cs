using ChatOps.Platform.Storage;

namespace ChatOps.Findings.Tests;

public sealed class FindingGaugesTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Findings_are_counted_while_they_are_open(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(
            FindingWorld.Changed("securityhub-imported/control-ec2-19-consolidated", Open("one", "HIGH")),
            FindingWorld.Changed("securityhub-imported/control-ec2-19-consolidated", Open("two", "HIGH")),
            FindingWorld.Changed("securityhub-imported/control-ec2-19-consolidated", Open("three", "CRITICAL")),
            FindingWorld.Changed("securityhub-imported/control-ec2-19-consolidated", finding =>
            {
                Open("four", "HIGH")(finding);
                finding["RecordState"] = "ARCHIVED";
            }));

        var text = await GaugeText.ReadAsync(new FindingGauges(world.Database));

        Assert.Contains("chatops.findings.open{severity=high,state=new,account=111122223333} 2", text, StringComparison.Ordinal);
        Assert.Contains("chatops.findings.open{severity=critical,state=new,account=111122223333} 1", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split(", ").Length);
    }

    private static Action<System.Text.Json.Nodes.JsonNode> Open(string id, string severity) => finding =>
    {
        finding["Id"] = $"arn:aws:securityhub:ap-northeast-2:111122223333:security-control/EC2.19/finding/{id}";
        finding["RecordState"] = "ACTIVE";
        finding["AwsAccountId"] = "111122223333";
        finding["Workflow"] = new System.Text.Json.Nodes.JsonObject { ["Status"] = "NEW" };
        finding["Compliance"]!["Status"] = "FAILED";
        finding["Severity"] = new System.Text.Json.Nodes.JsonObject { ["Label"] = severity };
    };
}
