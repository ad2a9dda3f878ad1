using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Aws.CloudTrail;

/// <summary>Somebody who calls AWS, as CloudTrail's userIdentity writes them.</summary>
/// <param name="Id">What the page sends.</param>
/// <param name="Identity">The userIdentity in an account.</param>
/// <param name="Agent">The call's userAgent.</param>
internal sealed record Caller(string Id, Func<string, JsonObject> Identity, string Agent)
{
    /// <summary>Those that the panel offers.</summary>
    public static IReadOnlyList<Caller> All { get; } =
    [
        // As IAM Identity Center names sessions: by mail address.
        new("jiyeon", account => Session(account, "AWSReservedSSO_Developer_0a1b2c3d4e5f6071", "jiyeon@bighead.example"), "Mozilla/5.0"),
        new("minho", account => Session(account, "AWSReservedSSO_Administrator_1a2b3c4d5e6f7081", "minho@bighead.example"), "Mozilla/5.0"),
        new("alex", account => User(account, "alex"), "aws-cli/2.31.0"),
        new("sora", account => User(account, "sora"), "aws-cli/2.31.0"),
        new("terraform", account => Session(account, "Terraform", "ci-4711"), "HashiCorp Terraform/1.9"),
        new("autoscaling", account => new JsonObject(Session(account, "AWSServiceRoleForAutoScaling", "AutoScaling").Select(
            pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())))
        {
            ["invokedBy"] = "autoscaling.amazonaws.com",
        }, "autoscaling.amazonaws.com"),
    ];

    private static JsonObject User(string account, string name) => new()
    {
        ["type"] = "IAMUser",
        ["principalId"] = "AIDASANDBOX" + name.ToUpperInvariant(),
        ["arn"] = $"arn:aws:iam::{account}:user/{name}",
        ["accountId"] = account,
        ["userName"] = name,
    };

    private static JsonObject Session(string account, string role, string session) => new()
    {
        ["type"] = "AssumedRole",
        ["principalId"] = $"AROASANDBOX:{session}",
        ["arn"] = $"arn:aws:sts::{account}:assumed-role/{role}/{session}",
        ["accountId"] = account,
        ["sessionContext"] = new JsonObject
        {
            ["sessionIssuer"] = new JsonObject
            {
                ["type"] = "Role",
                ["principalId"] = "AROASANDBOX",
                ["arn"] = $"arn:aws:iam::{account}:role/{role}",
                ["accountId"] = account,
                ["userName"] = role,
            },
            ["attributes"] = new JsonObject { ["mfaAuthenticated"] = "true" },
        },
    };
}
