using System.Text;

namespace ChatOps.Aws.Tests;

/// <summary>The check itself: it must be able to say no.</summary>
public class ServiceModelTests
{
    [Theory]
    [InlineData("{}", "$.FindingIdentifiers is required")]
    [InlineData("""{"FindingIdentifiers":"x"}""", "$.FindingIdentifiers is String, not Array")]
    [InlineData("""{"FindingIdentifiers":[{"Id":"a"}]}""", "$.FindingIdentifiers[0].ProductArn is required")]
    [InlineData("""{"FindingIdentifiers":[],"Workflow":{"Status":"DONE"}}""", "$.Workflow.Status is 'DONE', none of")]
    [InlineData("""{"FindingIdentifiers":[],"Nothing":1}""", "$.Nothing is unknown")]
    [InlineData("""{"FindingIdentifiers":[],"Note":{"Text":" ","UpdatedBy":"me"}}""", "$.Note.Text is ' ', which does not match")]
    [InlineData("""{"FindingIdentifiers":[],"Confidence":101}""", "$.Confidence has 101, more than 100")]
    public void A_wrong_request_is_told_from_a_right_one(string body, string fault)
    {
        var headers = new Dictionary<string, string>
        {
            ["content-type"] = "application/json",
            ["authorization"] = "x/securityhub/aws4_request",
        };
        var request = new SeenRequest("PATCH", "/findings/batchupdate", headers, Encoding.UTF8.GetBytes(body));

        var faults = ServiceModel.Load("securityhub").Faults(request, "BatchUpdateFindings");

        Assert.StartsWith(fault, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_method_path_type_or_scope_is_named()
    {
        var request = new SeenRequest(
            "POST", "/x", new Dictionary<string, string>(), """{"ResourceARNList":["a"],"Tags":{"a":"b"}}"""u8.ToArray());

        Assert.Equal(4, ServiceModel.Load("resourcegroupstaggingapi").Faults(request, "TagResources").Count);
    }
}
