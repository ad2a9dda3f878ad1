namespace ChatOps.Tagging.Tests;

public sealed class DeleteEventTests
{
    [Theory]
    [InlineData("delete-bucket", "arn:aws:s3:::garden-old", "AWS::S3::Bucket")]
    [InlineData(
        "terminate-instances", "arn:aws:ec2:ap-northeast-2:111122223333:instance/i-0a1b2c3d4e5f60003", "AWS::EC2::Instance")]
    public void A_deleting_call_says_what_is_gone(string file, string arn, string type)
    {
        var gone = Assert.Single(new DeleteEventReader(new PlayedAssets()).Of(CloudTrailCall.Read(CreateCallCases.Body(file))!));

        Assert.Equal((arn, type), (gone.Arn, gone.Type));
    }

    [Fact]
    public void A_refused_call_deletes_nothing()
    {
        var body = CreateCallCases.Body("delete-bucket").Replace(
            "\"eventName\"", "\"errorCode\": \"AccessDenied\", \"eventName\"", StringComparison.Ordinal);

        Assert.Empty(new DeleteEventReader(new PlayedAssets()).Of(CloudTrailCall.Read(body)!));
    }

    [Fact]
    public void A_name_alone_is_told_with_its_type()
    {
        var gone = Assert.Single(new DeleteEventReader(new PlayedAssets()).Of(CloudTrailCall.Read(CreateEventTests.Event(
            "iam", "DeleteRole", request: new System.Text.Json.Nodes.JsonObject { ["roleName"] = "garden" }))!));

        Assert.Equal((null, "AWS::IAM::Role", "garden"), (gone.Arn, gone.Type, gone.Id));
    }
}
