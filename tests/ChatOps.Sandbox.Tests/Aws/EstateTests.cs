using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Tests.Aws;

/// <summary>The estate through Debian's AWS command line client: Config, Tagging and Resource Groups tell of the same resources.</summary>
public sealed class EstateTests(RunningAws aws) : IClassFixture<RunningAws>
{
    [Fact]
    public async Task Config_counts_by_type_and_lists_a_type_with_its_tags()
    {
        var counts = Rows(await aws.CliAsync(
            "configservice", "select-resource-config", "--expression", "SELECT resourceType, COUNT(*) GROUP BY resourceType"));
        var buckets = (int)counts.Single(row => (string)row["resourceType"]! == "AWS::S3::Bucket")["COUNT(*)"]!;
        var listed = Rows(await aws.CliAsync(
            "configservice", "select-resource-config", "--expression",
            "SELECT arn, resourceName, resourceType, awsRegion, tags WHERE resourceType = 'AWS::S3::Bucket'"));

        Assert.True(counts.Count > 15 && counts.Sum(row => (int)row["COUNT(*)"]!) > 1000);
        Assert.Equal(buckets, listed.Count);
        var logs = listed.Single(row => (string)row["arn"]! == "arn:aws:s3:::bighead-access-logs");
        Assert.Contains(logs["tags"]!.AsArray(), tag => (string)tag!["key"]! == "Env" && (string)tag["value"]! == "PROD");
        Assert.Contains(listed, row => row["tags"]!.AsArray().Count == 0);
    }

    [Fact]
    public async Task An_expression_beyond_what_the_bot_sends_is_refused_in_Configs_words()
    {
        Assert.Contains(
            "InvalidExpressionException",
            (await aws.CliAsync("configservice", "select-resource-config", "--expression", "SELECT * WHERE tags.key = 'Env'")).Error,
            StringComparison.Ordinal);
        Assert.Contains(
            "InvalidExpressionException",
            (await aws.CliAsync("configservice", "select-resource-config", "--expression", "DROP TABLE x")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_tagged_by_the_Tagging_API_is_so_in_Config()
    {
        const string Arn = "arn:aws:s3:::bighead-assets";
        await aws.CliAsync("resourcegroupstaggingapi", "tag-resources", "--resource-arn-list", Arn, "--tags", "Colour=blue");
        var row = Assert.Single(
            Rows(await aws.CliAsync("configservice", "select-resource-config", "--expression", $"SELECT arn, tags WHERE arn = '{Arn}'")));
        Assert.Contains(row["tags"]!.AsArray(), tag => (string)tag!["value"]! == "blue");

        await aws.CliAsync("resourcegroupstaggingapi", "untag-resources", "--resource-arn-list", Arn, "--tag-keys", "Colour");
        row = Assert.Single(
            Rows(await aws.CliAsync("configservice", "select-resource-config", "--expression", $"SELECT arn, tags WHERE arn = '{Arn}'")));
        Assert.DoesNotContain(row["tags"]!.AsArray(), tag => (string)tag!["value"]! == "blue");
    }

    [Fact]
    public async Task A_group_has_what_belongs_to_its_service()
    {
        var groups = (await aws.CliAsync("resource-groups", "list-groups")).Json["GroupIdentifiers"]!.AsArray();
        var payroll = groups.Single(group => (string)group!["GroupName"]! == "payroll")!;
        var members = (await aws.CliAsync("resource-groups", "list-group-resources", "--group", (string)payroll["GroupArn"]!))
            .Json["Resources"]!.AsArray();

        Assert.True(members.Count > 20);
        Assert.Contains(
            "NotFoundException", (await aws.CliAsync("resource-groups", "list-group-resources", "--group", "nobody")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_estate_is_the_same_at_every_start_and_made_at_once()
    {
        static List<string> Make()
        {
            var state = new AwsState();
            ChatOps.Sandbox.Aws.Estate.CompanyEstate.Add(state, 3200, new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));
            return [.. state.Resources.Select(resource => $"{resource.Arn} {string.Join(',', resource.Tags)}")];
        }

        var began = System.Diagnostics.Stopwatch.StartNew();
        var item = Make();
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(5));
        Assert.Equal(item, Make());
        Assert.Equal(item.Count, item.Distinct().Count());
        Assert.True(item.Count > 2900);
    }

    private static List<JsonObject> Rows(CliResult answer) =>
        [.. answer.Json["Results"]!.AsArray().Select(row => JsonNode.Parse((string)row!)!.AsObject())];
}
