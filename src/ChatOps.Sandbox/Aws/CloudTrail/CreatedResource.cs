using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.CloudTrail;

/// <summary>A resource of which the sandbox needs no more than that it is there and has tags: a table, a function, a queue.</summary>
internal sealed class CreatedResource(string arn, string asffType, string? taggingType) : AwsResource
{
    public override string Arn => arn;

    public override string AsffType => asffType;

    public override string? TaggingType => taggingType;

    public override JsonObject? Details() => null;
}
