using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.Estate;

/// <summary>A resource of which the sandbox needs no more than that it is there, what it is called, and its tags.</summary>
internal sealed class EstateResource(string arn, string configType, string? taggingType) : AwsResource
{
    public override string Arn => arn;

    /// <summary><c>AWS::EC2::Instance</c>.</summary>
    public string ConfigType => configType;

    /// <summary>As ASFF would write it.</summary>
    public override string AsffType =>
        configType.Replace("::", "", StringComparison.Ordinal).Replace("AWS", "Aws", StringComparison.Ordinal);

    public override string? TaggingType => taggingType;

    /// <summary>Its name apart from its tags; null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary>The service of the company that it belongs to: its resource group.</summary>
    public required string Service { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>IAM and the like belong to no Region.</summary>
    public bool IsGlobal { get; init; }

    public override JsonObject? Details() => null;
}
