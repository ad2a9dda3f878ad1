using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.Scenarios;

/// <summary>What the accounts hold when nothing has happened: a small company's estate, in order.</summary>
internal static class FirstState
{
    public const string LogBucket = "bighead-access-logs";

    public static void Make(AwsState state, DateTimeOffset now)
    {
        foreach (var (account, _) in AwsState.Accounts)
        {
            foreach (var region in AwsState.Regions)
                state.Resources.Add(new AccountSettings { AccountId = account, Region = region });
        }

        state.Resources.Add(Compliant(LogBucket, AwsSandboxOptions.ProdAccount, now, ("Env", "PROD"), ("Owner", "DEVOPS")));
    }

    /// <summary>A bucket that passes every control.</summary>
    public static Bucket Compliant(string name, string account, DateTimeOffset now, params (string Key, string Value)[] tags)
    {
        var bucket = new Bucket
        {
            AccountId = account,
            Region = AwsSandboxOptions.HomeRegion,
            Name = name,
            CreatedAt = now.AddDays(-90),
            Versioning = "Enabled",
            Logging = (LogBucket, name + "/"),
        };
        bucket.Policy = Controls.BucketPolicy.WithTls(bucket);
        foreach (var (key, value) in tags)
            bucket.Tags[key] = value;
        return bucket;
    }
}
