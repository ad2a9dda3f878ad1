using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Controls;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.SecurityHub;

namespace ChatOps.Sandbox.Aws.Scenarios;

/// <summary>Very many findings at once, as when a new control is switched on: a few controls, both accounts, real resources.</summary>
internal static class Storm
{
    /// <summary>The most that one press makes.</summary>
    public const int Most = 100_000;

    private const int Chunk = 250;

    /// <summary>Makes the findings in chunks, so that the bot's calls are answered between them.</summary>
    public static void Break(AwsSandbox aws, int count)
    {
        for (var made = 0; made < count; made += Chunk)
        {
            lock (aws.State.Sync)
            {
                var findings = Enumerable.Range(made, Math.Min(Chunk, count - made)).Select(i => Finding(aws, i)).ToArray();
                aws.FindingEvents.Imported(findings);
            }
        }
    }

    private static StoredFinding Finding(AwsSandbox aws, int i)
    {
        // Seven of ten in prod, most in the home region; fixed by number, so that two storms are alike.
        var account = i % 10 < 7 ? AwsSandboxOptions.ProdAccount : AwsSandboxOptions.StageAccount;
        var region = i % 32 == 31 ? AwsSandboxOptions.OtherRegion : AwsSandboxOptions.HomeRegion;
        var now = aws.Time.GetUtcNow();
        (string, string)[] tags = i % 4 == 0
            ? []
            : [("Env", account == AwsSandboxOptions.ProdAccount ? "PROD" : "STAGE"), ("Owner", i % 3 == 0 ? "DEV" : "DEVOPS")];
        var name = $"storm-{AwsIds.Hex(8)}";
        switch (i % 20)
        {
            case < 12:
                var open = FirstState.Group(name, account, region, tags);
                open.Ingress.Add(new SecurityRule("tcp", 22, 22, "0.0.0.0/0"));
                return OfControl(aws, open, i % 20 == 0 ? "EC2.19" : "EC2.13");
            case < 15:
                var bucket = FirstState.Bucket(name, account, now, tags);
                bucket.PublicAccessBlock = null;
                return OfControl(aws, bucket, "S3.8");
            case < 17:
                var database = FirstState.Database(name, account, now, tags);
                database.DeletionProtection = false;
                return OfControl(aws, database, "RDS.8");
            default:
                var server = FirstState.Server("i-" + AwsIds.Hex(17), account, now, [.. tags, ("Name", name)]);
                aws.State.Resources.Add(server);
                return OtherProducts.Vulnerability(
                    aws, server, i / 20 % OtherProducts.KnownVulnerabilities, EventRoute.EventBridge, announce: false);
        }
    }

    private static StoredFinding OfControl(AwsSandbox aws, AwsResource resource, string controlId)
    {
        resource.JudgedBy = new HashSet<string>(StringComparer.Ordinal) { controlId };
        aws.State.Resources.Add(resource);
        var control = ControlCatalogue.All.First(c => c.Id == controlId);
        var finding = new StoredFinding
        {
            Body = Asff.OfControl(control, resource, AwsState.Accounts.First(a => a.Id == resource.AccountId).Name, aws.Time.GetUtcNow()),
            AccountId = resource.AccountId,
            Region = resource.Region,
            ControlId = controlId,
            ResourceArn = resource.Arn,
        };
        aws.State.Findings.Add(finding);
        return finding;
    }
}
