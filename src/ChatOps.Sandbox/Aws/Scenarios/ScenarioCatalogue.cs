using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Delivery;

namespace ChatOps.Sandbox.Aws.Scenarios;

/// <summary>What can be made to happen. A second press makes a second resource.</summary>
internal static class ScenarioCatalogue
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("public-bucket", "Public bucket payroll-exports", "S3.8 in prod: the public access block of a bucket is switched off. By EventBridge.", "HIGH", EventRoute.EventBridge, (aws, route) =>
        {
            var bucket = FirstState.Compliant(FreeBucket(aws.State, "payroll-exports"), AwsSandboxOptions.ProdAccount, aws.Time.GetUtcNow(), ("Env", "PROD"), ("Owner", "SECURITY"), ("Service", "payroll"));
            bucket.PublicAccessBlock = null;
            aws.State.Resources.Add(bucket);
            return aws.Evaluation.Now(bucket, route);
        }),
    ];

    private static string FreeBucket(AwsState state, string name)
    {
        var free = name;
        for (var i = 2; state.Bucket(free) is not null; i++)
            free = $"{name}-{i}";
        return free;
    }
}
