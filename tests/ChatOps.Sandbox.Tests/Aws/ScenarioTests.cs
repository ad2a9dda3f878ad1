using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Tests.Aws;

public sealed class ScenarioTests(RunningAws aws) : IClassFixture<RunningAws>
{
    [Fact]
    public async Task Every_scenario_is_described_in_both_languages()
    {
        var scenarios = JsonNode.Parse(await aws.Http.GetStringAsync("/sandbox/aws"))!["scenarios"]!.AsArray();

        Assert.NotEmpty(scenarios);
        Assert.All(scenarios, scenario => Assert.All(
            new[] { "title", "description", "title_ko", "description_ko" }, name => Assert.NotEqual("", (string)scenario![name]!)));
    }
}
