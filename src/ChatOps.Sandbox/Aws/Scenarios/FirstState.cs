using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Sns;
using ChatOps.Sandbox.Aws.Sqs;

namespace ChatOps.Sandbox.Aws.Scenarios;

/// <summary>What the accounts hold when nothing has happened: a small company's estate, in order.</summary>
internal static class FirstState
{
    public const string LogBucket = "bighead-access-logs";
    public const string Vpc = "vpc-0a1b2c3d4e5f60718";

    private const string Prod = AwsSandboxOptions.ProdAccount;
    private const string Stage = AwsSandboxOptions.StageAccount;

    public static void Make(AwsState state, TimeProvider time, int estateSize)
    {
        var now = time.GetUtcNow();
        foreach (var (account, _) in AwsState.Accounts)
        {
            foreach (var region in AwsState.Regions)
            {
                state.Resources.Add(new AccountSettings { AccountId = account, Region = region });
                state.Resources.Add(Group("default", account, region));
            }
        }

        state.Resources.AddRange(
        [
            Bucket(LogBucket, Prod, now, ("Env", "PROD"), ("Owner", "DEVOPS")),
            Bucket("bighead-assets", Prod, now, ("Env", "PROD"), ("Owner", "DEV")),
            Bucket("bighead-stage-artifacts", Stage, now, ("Env", "STAGE"), ("Owner", "DEVOPS")),
            Group("web", Prod, AwsSandboxOptions.HomeRegion, ("Env", "PROD"), ("Owner", "DEVOPS")),
            Server("i-0fedcba9876543210", Prod, now, ("Name", "api-1"), ("Env", "PROD"), ("Owner", "DEV")),
            Server("i-0123456789abcdef0", Stage, now, ("Name", "stage-api-1"), ("Env", "STAGE"), ("Owner", "DEV")),
            Database("orders", Prod, now, ("Env", "PROD"), ("Owner", "DEV"), ("Service", "orders")),
        ]);
        Estate.CompanyEstate.Add(state, estateSize, now);
        state.EverTagged.UnionWith(state.Resources.Where(resource => resource.Tags.Count > 0).Select(resource => resource.Arn));
        foreach (var (account, _) in AwsState.Accounts)
        {
            // Tags that new resources get by themselves: by service, and for one person.
            Put("/auto-tag/ec2/tag/bighead_ServiceType", "edu-platform");
            Put("/auto-tag/rds/tag/bighead_ServiceType", "edu-platform");
            Put("/auto-tag/alex/tag/bighead_Owner", "DEVOPS");

            void Put(string name, string value) =>
                state.Parameters[(account, AwsSandboxOptions.HomeRegion, name)] = new Parameter(name, "String", value, 1, now, null);
        }

        state.Topics.Add(new Topic(
            Prod, AwsSandboxOptions.HomeRegion, AwsSandboxOptions.TopicArn.Split(':')[^1])
        { Attributes = { ["SignatureVersion"] = "2" } });
        state.Queues.Add(new MessageQueue(Prod, AwsSandboxOptions.HomeRegion, AwsSandboxOptions.QueueName, time));
    }

    /// <summary>A bucket that passes every control.</summary>
    public static Bucket Bucket(string name, string account, DateTimeOffset now, params (string Key, string Value)[] tags)
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
        return Tagged(bucket, tags);
    }

    /// <summary>A security group without rules.</summary>
    public static SecurityGroup Group(string name, string account, string region, params (string Key, string Value)[] tags) => Tagged(
        new SecurityGroup
        {
            AccountId = account,
            Region = region,
            GroupId = "sg-" + AwsIds.Hex(17),
            Name = name,
            VpcId = Vpc,
            Description = name == "default" ? "default VPC security group" : name,
        },
        tags);

    /// <summary>A running instance that passes every control.</summary>
    public static Instance Server(string id, string account, DateTimeOffset now, params (string Key, string Value)[] tags) => Tagged(
        new Instance
        {
            AccountId = account,
            Region = AwsSandboxOptions.HomeRegion,
            InstanceId = id,
            LaunchedAt = now.AddDays(-30),
            PublicIp = "203.0.113.20",
        },
        tags);

    /// <summary>A database that passes every control.</summary>
    public static DbInstance Database(string name, string account, DateTimeOffset now, params (string Key, string Value)[] tags) => Tagged(
        new DbInstance
        {
            AccountId = account,
            Region = AwsSandboxOptions.HomeRegion,
            Identifier = name,
            ResourceId = "db-" + AwsIds.Upper(26),
            CreatedAt = now.AddDays(-200),
        },
        tags);

    private static T Tagged<T>(T resource, (string Key, string Value)[] tags)
        where T : AwsResource
    {
        foreach (var (key, value) in tags)
            resource.Tags[key] = value;
        return resource;
    }
}
