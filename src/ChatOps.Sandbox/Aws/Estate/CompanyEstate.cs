using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.Estate;

/// <summary>
/// The rest of the company: some thousand resources in both accounts, the same ones at every start. Tags are as real ones are: most
/// complete, some with a key missing, some with none.
/// </summary>
internal static class CompanyEstate
{
    private static readonly string[] Services =
        [
            "payroll", "campus", "lectures", "exam", "library", "portal", "billing", "video", "search", "partner-api", "students",
            "notifications", "analytics", "identity"
        ];

    private static readonly string[] Owners = ["SECURITY", "DEVELOPER", "DEVOPS", "BILLING"];

    private static readonly Kind[] Kinds =
    [
        new(
            "AWS::EC2::Instance", "ec2:instance", 14, "WEB",
            p => ($"arn:aws:ec2:{p.Region}:{p.Account}:instance/i-{p.Hex(17)}", null, $"{p.Service}-{p.Role}-{p.Number}")),
        new(
            "AWS::EC2::Volume", "ec2:volume", 16, "STORAGE",
            p => ($"arn:aws:ec2:{p.Region}:{p.Account}:volume/vol-{p.Hex(17)}", null, $"{p.Service}-{p.Role}-{p.Number}-data")),
        new(
            "AWS::EC2::Snapshot", "ec2:snapshot", 12, "STORAGE",
            p => ($"arn:aws:ec2:{p.Region}::snapshot/snap-{p.Hex(17)}", null, $"{p.Service}-daily-{p.Number}")),
        new(
            "AWS::EC2::NetworkInterface", "ec2:network-interface", 12, null,
            p => ($"arn:aws:ec2:{p.Region}:{p.Account}:network-interface/eni-{p.Hex(17)}", null, null)),
        new(
            "AWS::EC2::SecurityGroup", "ec2:security-group", 6, null,
            p => ($"arn:aws:ec2:{p.Region}:{p.Account}:security-group/sg-{p.Hex(17)}", $"{p.Service}-{p.Role}", $"{p.Service}-{p.Role}")),
        new(
            "AWS::EC2::Subnet", "ec2:subnet", 2, null,
            p => ($"arn:aws:ec2:{p.Region}:{p.Account}:subnet/subnet-{p.Hex(17)}", null, $"{p.Service}-private-{p.Number}")),
        new("AWS::S3::Bucket", "s3:bucket", 5, "STORAGE", p => (
            $"arn:aws:s3:::bighead-{p.Service}-{p.Env}-{p.Purpose}-{p.Number}", $"bighead-{p.Service}-{p.Env}-{p.Purpose}-{p.Number}",
            null)),
        new(
            "AWS::RDS::DBInstance", "rds:db", 3, "DB",
            p => ($"arn:aws:rds:{p.Region}:{p.Account}:db:{p.Service}-{p.Env}-{p.Number}", $"{p.Service}-{p.Env}-{p.Number}", null)),
        new(
            "AWS::RDS::DBSnapshot", "rds:snapshot", 5, "DB",
            p => ($"arn:aws:rds:{p.Region}:{p.Account}:snapshot:rds:{p.Service}-{p.Env}-{p.Number}-2026-10-01", null, null)),
        new("AWS::Lambda::Function", "lambda:function", 9, "WAS", p => (
            $"arn:aws:lambda:{p.Region}:{p.Account}:function:{p.Service}-{p.Purpose}-{p.Number}", $"{p.Service}-{p.Purpose}-{p.Number}",
            null)),
        new("AWS::DynamoDB::Table", "dynamodb:table", 3, "DB", p => (
            $"arn:aws:dynamodb:{p.Region}:{p.Account}:table/{p.Service}-{p.Purpose}-{p.Number}", $"{p.Service}-{p.Purpose}-{p.Number}",
            null)),
        new(
            "AWS::SQS::Queue", "sqs", 4, "WAS",
            p => ($"arn:aws:sqs:{p.Region}:{p.Account}:{p.Service}-{p.Purpose}-{p.Number}", $"{p.Service}-{p.Purpose}-{p.Number}", null)),
        new(
            "AWS::SNS::Topic", "sns", 2, "WAS",
            p => ($"arn:aws:sns:{p.Region}:{p.Account}:{p.Service}-{p.Purpose}-{p.Number}", $"{p.Service}-{p.Purpose}-{p.Number}", null)),
        new("AWS::Logs::LogGroup", "logs:log-group", 9, "STORAGE", p => (
            $"arn:aws:logs:{p.Region}:{p.Account}:log-group:/aws/lambda/{p.Service}-{p.Purpose}-{p.Number}",
            $"/aws/lambda/{p.Service}-{p.Purpose}-{p.Number}", null)),
        new("AWS::CloudWatch::Alarm", "cloudwatch:alarm", 4, null, p => (
            $"arn:aws:cloudwatch:{p.Region}:{p.Account}:alarm:{p.Service} {p.Purpose} errors {p.Number}",
            $"{p.Service} {p.Purpose} errors {p.Number}", null)),
        new("AWS::ElasticLoadBalancingV2::LoadBalancer", "elasticloadbalancing:loadbalancer", 2, "WEB", p => (
            $"arn:aws:elasticloadbalancing:{p.Region}:{p.Account}:loadbalancer/app/{p.Service}-{p.Env}-{p.Number}/{p.Hex(16)}",
            $"{p.Service}-{p.Env}-{p.Number}", null)),
        new("AWS::ElasticLoadBalancingV2::TargetGroup", "elasticloadbalancing:targetgroup", 3, "WEB", p =>
            ($"arn:aws:elasticloadbalancing:{p.Region}:{p.Account}:targetgroup/{p.Service}-{p.Role}-{p.Number}/{p.Hex(16)}", null, null)),
        new("AWS::ECS::Service", "ecs:service", 3, "WAS", p => (
            $"arn:aws:ecs:{p.Region}:{p.Account}:service/bighead-{p.Env}/{p.Service}-{p.Role}-{p.Number}",
            $"{p.Service}-{p.Role}-{p.Number}", null)),
        new("AWS::ECR::Repository", "ecr:repository", 2, "STORAGE", p =>
            ($"arn:aws:ecr:{p.Region}:{p.Account}:repository/{p.Service}/{p.Role}-{p.Number}", $"{p.Service}/{p.Role}-{p.Number}", null)),
        new("AWS::SecretsManager::Secret", "secretsmanager:secret", 3, "STORAGE", p => (
            $"arn:aws:secretsmanager:{p.Region}:{p.Account}:secret:{p.Env}/{p.Service}/{p.Purpose}-{p.Number}-{p.Hex(6)}",
            $"{p.Env}/{p.Service}/{p.Purpose}-{p.Number}", null)),
        new("AWS::KMS::Key", "kms:key", 1, null, p => (
            $"arn:aws:kms:{p.Region}:{p.Account}:key/{p.Hex(8)}-{p.Hex(4)}-{p.Hex(4)}-{p.Hex(4)}-{p.Hex(12)}", null,
            $"{p.Service}-{p.Env}-{p.Number}")),
        new("AWS::IAM::Role", "iam:role", 6, null, p => (
            $"arn:aws:iam::{p.Account}:role/{p.Service}-{p.Purpose}-{p.Number}", $"{p.Service}-{p.Purpose}-{p.Number}",
            null)) { IsGlobal = true },
        new("AWS::CloudFront::Distribution", "cloudfront:distribution", 1, "WEB", p => (
            $"arn:aws:cloudfront::{p.Account}:distribution/E{p.Hex(13).ToUpperInvariant()}", null,
            $"{p.Service}-{p.Env}-{p.Number}")) { IsGlobal = true },
    ];

    /// <summary>Adds the estate.</summary>
    /// <param name="state">Where to.</param>
    /// <param name="size">About how many resources.</param>
    /// <param name="now">The present; creations lie in the two years before it.</param>
    public static void Add(AwsState state, int size, DateTimeOffset now)
    {
        var weights = Kinds.Sum(kind => kind.Weight);
        foreach (var kind in Kinds)
        {
            var count = size * kind.Weight / weights;
            for (var i = 0; i < count; i++)
            {
                var place = new Place(kind.ConfigType, i, kind.IsGlobal);
                var (arn, name, nameTag) = kind.Make(place);
                var resource = new EstateResource(arn, kind.ConfigType, kind.TaggingType)
                {
                    AccountId = place.Account,
                    Region = place.Region,
                    Name = name,
                    Service = place.Service,
                    CreatedAt = now.AddDays(-1 - place.Pick(700)).AddMinutes(-place.Pick(1440)),
                    IsGlobal = kind.IsGlobal,
                };
                Tag(resource, kind, place, nameTag);
                state.Resources.Add(resource);
            }
        }
    }

    private static void Tag(EstateResource resource, Kind kind, Place place, string? name)
    {
        // One of ten was made by hand, and nobody has tagged it.
        var care = place.Pick(100);
        if (care < 10) return;
        if (name is not null) resource.Tags["Name"] = name;
        resource.Tags["bighead:Env"] = place.Env == "prod" ? "PROD" : "DEV";
        if (care >= 25) resource.Tags["bighead:Owner"] = Owners[place.Pick(Owners.Length)];
        if (care >= 30) resource.Tags["bighead:ServiceType"] = place.Service.ToUpperInvariant();
        if (care >= 35 && kind.AssetType is { } type)
            resource.Tags["bighead:AssetType"] = type == "DB" && place.Service is "students" or "campus"
                ? "DB/STUDENT"
                : type == "DB" && place.Service == "partner-api" ? "DB/PARTNER" : type;
        if (care >= 45)
            resource.Tags["bighead:PIHandling"] = place.Service is "payroll" or "students" or "identity" or "billing" ? "Y" : "N";
        if (care >= 55) resource.Tags["bighead:ExternalAccess"] = place.Role == "web" ? "Y" : "N";
        if (care >= 50) resource.Tags["bighead:CreateDate"] = resource.CreatedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private sealed record Kind(
        string ConfigType, string TaggingType, int Weight, string? AssetType, Func<Place, (string Arn, string? Name, string? NameTag)> Make)
    {
        public bool IsGlobal { get; init; }
    }

    /// <summary>Where the nth of a kind stands; all of it follows from the two.</summary>
    private sealed class Place
    {
        private readonly byte[] _seed;
        private int _picked;

        public Place(string kind, int index, bool global)
        {
            _seed = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind} {index}")));
            Number = string.Create(CultureInfo.InvariantCulture, $"{index + 1}");
            Account = Pick(10) < 6 ? AwsSandboxOptions.ProdAccount : AwsSandboxOptions.StageAccount;
            Region = global || (Account == AwsSandboxOptions.ProdAccount && Pick(10) < 2)
                ? AwsSandboxOptions.OtherRegion
                : AwsSandboxOptions.HomeRegion;
            Service = Services[Pick(Services.Length)];
            Role = Pick(3) switch { 0 => "web", 1 => "was", _ => "worker" };
            Purpose = Pick(6) switch { 0 => "exports", 1 => "uploads", 2 => "events", 3 => "sessions", 4 => "reports", _ => "cache" };
        }

        public string Account { get; }

        public string Region { get; }

        public string Service { get; }

        public string Role { get; }

        public string Purpose { get; }

        public string Number { get; }

        public string Env => Account == AwsSandboxOptions.ProdAccount ? "prod" : "stage";

        public string Hex(int length) => Convert.ToHexStringLower(_seed)[..length];

        public int Pick(int below)
        {
            var hash = SHA256.HashData([.. _seed, (byte)_picked++]);
            return (int)(BitConverter.ToUInt32(hash) % (uint)below);
        }
    }
}
