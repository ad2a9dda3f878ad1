using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Ssm;

/// <summary>
/// The documents that can be run: Amazon's (<c>AWS-…</c>, <c>AWSConfigRemediation-…</c>) with the parameters of the runbook
/// reference, and a few <c>ASR-…</c> runbooks of the Automated Security Response solution, which an account installs itself.
/// </summary>
internal static partial class AutomationDocuments
{
    private static DocumentParameter RequiredRole => new(
        "AutomationAssumeRole", "String", "(Required) The ARN of the role that allows Automation to perform the actions on your behalf.");

    private static DocumentParameter OptionalRole => new(
        "AutomationAssumeRole", "String", "(Optional) The ARN of the role that allows Automation to perform the actions on your behalf.",
        "");

    public static IReadOnlyList<AutomationDocument> All { get; } = [.. S3, .. Ec2, .. Rds];

    private static DocumentParameter Text(string name, string description, string? standard = null, params string[] allowed) =>
        new(name, "String", description, standard, allowed.Length == 0 ? null : allowed);

    private static DocumentParameter Flag(string name, string description, bool? standard = null) =>
        new(name, "Boolean", description, standard switch { null => null, true => "true", false => "false" });

    /// <summary>A step that changes one thing.</summary>
    private static DocumentStep Change(
        string name, string api, string permission, Action<StepContext> act, string action = "aws:executeAwsApi") =>
        new(name, action, api, permission, context =>
        {
            act(context);
            return null;
        }, Changes: true);

    /// <summary>A step that reads back and fails when what was changed is not so.</summary>
    private static DocumentStep Verify(
        string name, string api, string permission, Func<StepContext, bool> holds, string action = "aws:assertAwsResourceProperty") =>
        new(name, action, api, permission, context => holds(context)
            ? new JsonObject { ["Output"] = "Verified" }
            : throw new AwsFault("VerificationFailed", "The resource does not have the expected value after the change"));

    /// <summary>The first step of the RDS documents: from the immutable id to the name that RDS's API wants.</summary>
    private static DocumentStep FindDatabase(string parameter) => new(
        "GetDBInstanceIdentifier",
        "aws:executeAwsApi",
        "DescribeDBInstances",
        "rds:DescribeDBInstances",
        context => new JsonObject { ["DBInstanceIdentifier"] = context.Database(parameter).Identifier });
}
