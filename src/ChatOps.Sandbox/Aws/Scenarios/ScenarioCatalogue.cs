using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.SecurityHub;

namespace ChatOps.Sandbox.Aws.Scenarios;

/// <summary>What can be made to happen. A second press makes a second resource.</summary>
internal static class ScenarioCatalogue
{
    private const string Prod = AwsSandboxOptions.ProdAccount;
    private const string Stage = AwsSandboxOptions.StageAccount;
    private const string Home = AwsSandboxOptions.HomeRegion;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        Misconfigured(
            "public-stage-bucket", "Public bucket campus-photos",
            "S3.8 in stage: the bucket's public access block is off. Remediated without approval.", "HIGH", EventRoute.EventBridge, "S3.8",
            aws =>
            {
                var bucket = NewBucket(aws, "campus-photos", Stage, ("Env", "STAGE"), ("Owner", "SECURITY"), ("Service", "campus"));
                bucket.PublicAccessBlock = null;
                return bucket;
            }),
        Misconfigured(
            "public-bucket", "Public bucket payroll-exports", "S3.8 in prod: the bucket's public access block is off. Needs approval.",
            "HIGH", EventRoute.EventBridge, "S3.8", aws =>
        {
            var bucket = NewBucket(aws, "payroll-exports", Prod, ("Env", "PROD"), ("Owner", "SECURITY"), ("Service", "payroll"));
            bucket.PublicAccessBlock = null;
            return bucket;
        }),
        Misconfigured(
            "readable-bucket", "Everybody can read press-kit", "S3.2 in prod: the bucket's policy lets everybody read. Comes through SNS.",
            "CRITICAL", EventRoute.Sns, "S3.2", aws =>
        {
            var bucket = NewBucket(aws, "press-kit", Prod, ("Env", "PROD"), ("Owner", "MARKETING"));
            bucket.PublicAccessBlock = null;
            bucket.Policy = Controls.BucketPolicy.PublicReadOf(bucket.Name);
            return bucket;
        }),
        Misconfigured(
            "open-ssh", "SSH open to the world on bastion", "EC2.13 in prod: port 22 of a security group is open to 0.0.0.0/0.", "HIGH",
            EventRoute.EventBridge, "EC2.13", aws =>
            Open(aws, "bastion", Prod, Home, [22], ("Env", "PROD"), ("Owner", "DEVOPS"))),
        Misconfigured(
            "open-high-risk-ports", "High-risk ports open on legacy-admin",
            "EC2.19 in prod: 22 and 3389 are open to the world. Comes through SNS.", "CRITICAL", EventRoute.Sns, "EC2.19", aws =>
            Open(aws, "legacy-admin", Prod, Home, [22, 3389], ("Env", "PROD"), ("Owner", "DEVOPS"))),
        Misconfigured(
            "open-database-port", "Database port open on etl",
            "EC2.19 in stage: 22 and 3306 are open to the world. High risk, needs approval.", "CRITICAL", EventRoute.EventBridge, "EC2.19",
            aws =>
                Open(aws, "etl", Stage, Home, [22, 3306], ("Env", "STAGE"), ("Owner", "DATA"))),
        Misconfigured(
            "open-rdp", "RDP open on build-windows", "EC2.14 in stage, us-east-1: port 3389 is open to the world.", "HIGH",
            EventRoute.EventBridge, "EC2.14", aws =>
            Open(aws, "build-windows", Stage, AwsSandboxOptions.OtherRegion, [3389], ("Env", "STAGE"))),
        Misconfigured(
            "public-database", "Public database students-db", "RDS.2 in prod: a database can be reached from the internet.", "CRITICAL",
            EventRoute.EventBridge, "RDS.2", aws =>
        {
            var database = NewDatabase(aws, "students-db", Prod, ("Env", "PROD"), ("Owner", "DEV"), ("Service", "campus"));
            database.PubliclyAccessible = true;
            return database;
        }),
        Misconfigured(
            "unprotected-database", "Deletion protection off on campus-db",
            "RDS.8 in prod, LOW: recorded, but below what is posted to #security.", "LOW", EventRoute.EventBridge, "RDS.8", aws =>
        {
            var database = NewDatabase(aws, "campus-db", Prod, ("Env", "PROD"), ("Owner", "DEV"));
            database.DeletionProtection = false;
            return database;
        }),
        Misconfigured(
            "no-minor-upgrades", "Minor upgrades off on ledger",
            "RDS.13 in prod: a database takes no minor versions. Comes through SQS where the bot reads the queue.", "HIGH", EventRoute.Sqs,
            "RDS.13", aws =>
        {
            var database = NewDatabase(aws, "ledger", Prod, ("Env", "PROD"), ("Owner", "FINANCE"));
            database.AutoMinorVersionUpgrade = false;
            return database;
        }),
        Misconfigured(
            "several-on-one-database", "Three findings on reporting", "RDS.5, RDS.11 and RDS.13 in stage, in one event.", "MEDIUM",
            EventRoute.EventBridge, "RDS.5 RDS.11 RDS.13", aws =>
        {
            var database = NewDatabase(aws, "reporting", Stage, ("Env", "STAGE"), ("Owner", "DATA"));
            database.MultiAz = false;
            database.BackupRetentionDays = 0;
            database.AutoMinorVersionUpgrade = false;
            return database;
        }),
        Misconfigured(
            "unencrypted-stage-bucket", "No default encryption on stage-uploads", "S3.4 in stage: low risk, remediated without approval.",
            "MEDIUM", EventRoute.EventBridge, "S3.4", aws =>
        {
            var bucket = NewBucket(aws, "stage-uploads", Stage, ("Env", "STAGE"), ("Owner", "DEV"));
            bucket.Encryption = null;
            return bucket;
        }),
        Misconfigured(
            "default-security-group", "Default security group in use", "EC2.2 in prod: the VPC's default group has rules.", "HIGH",
            EventRoute.EventBridge, "EC2.2", aws =>
        {
            var group = aws.State.In<SecurityGroup>(Prod, Home).First(g => g.Name == "default");
            group.Ingress.Add(new SecurityRule("-1", null, null, group.GroupId));
            group.Egress.Add(new SecurityRule("-1", null, null, "0.0.0.0/0"));
            return group;
        }),
        Misconfigured(
            "ebs-encryption-off", "EBS encryption by default is off", "EC2.7 in stage: new volumes are not encrypted.", "MEDIUM",
            EventRoute.EventBridge, "EC2.7", aws =>
        {
            var settings = aws.State.Settings(Stage, Home);
            settings.EbsEncryptionByDefault = false;
            return settings;
        }),
        new(
            "critical-cve", "CVE-2024-3094 on api-1", "Inspector in prod: a critical vulnerability with CVSS, EPSS and a fix.", "CRITICAL",
            EventRoute.EventBridge, (aws, route) =>
            [OtherProducts.Vulnerability(aws, Server(aws, Prod), 0, route)]),
        new(
            "ssh-brute-force", "SSH brute force against api-1", "GuardDuty in prod: an address tries passwords. Comes through SNS.", "HIGH",
            EventRoute.Sns, (aws, route) =>
            [OtherProducts.BruteForce(aws, Server(aws, Prod), route)]),
        new("missing-tags", "Required tags are missing", "A Config rule in stage.", "MEDIUM", EventRoute.EventBridge, (aws, route) =>
            [OtherProducts.ConfigRule(aws, Server(aws, Stage), route)]),
    ];

    private static Scenario Misconfigured(
        string id,
        string title,
        string description,
        string severity,
        EventRoute route,
        string controls,
        Func<AwsSandbox, AwsResource> make) => new(id, title, description, severity, route, (aws, way) =>
        {
            var resource = make(aws);
            resource.JudgedBy = controls.Split(' ').ToHashSet(StringComparer.Ordinal);
            if (!aws.State.Resources.Contains(resource))
                aws.State.Resources.Add(resource);
            IReadOnlyList<StoredFinding> found = aws.Evaluation.Now(resource, way);
            return found;
        });

    private static Bucket NewBucket(AwsSandbox aws, string name, string account, params (string, string)[] tags) =>
        FirstState.Bucket(Free(name, n => aws.State.Bucket(n) is not null), account, aws.Time.GetUtcNow(), tags);

    private static DbInstance NewDatabase(AwsSandbox aws, string name, string account, params (string, string)[] tags) =>
        FirstState.Database(
            Free(name, n => aws.State.In<DbInstance>(account, Home).Any(d => d.Identifier == n)), account, aws.Time.GetUtcNow(), tags);

    private static SecurityGroup Open(
        AwsSandbox aws, string name, string account, string region, int[] ports, params (string, string)[] tags)
    {
        var group = FirstState.Group(
            Free(name, n => aws.State.In<SecurityGroup>(account, region).Any(g => g.Name == n)), account, region, tags);
        group.Ingress.AddRange(ports.Select(p => new SecurityRule("tcp", p, p, "0.0.0.0/0")));
        group.Egress.Add(new SecurityRule("-1", null, null, "0.0.0.0/0"));
        return group;
    }

    private static Instance Server(AwsSandbox aws, string account) => aws.State.In<Instance>(account, Home).First();

    private static string Free(string name, Func<string, bool> taken)
    {
        var free = name;
        for (var i = 2; taken(free); i++)
            free = $"{name}-{i}";
        return free;
    }
}
