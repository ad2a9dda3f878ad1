using System.Globalization;
using System.Text.RegularExpressions;
using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Health;

/// <summary>The words about health events that several views use. All of it is markup, escaped. Pure.</summary>
internal static partial class HealthText
{
    /// <summary>Services whose name Health writes in a way that nobody says.</summary>
    private static readonly Dictionary<string, string> Services = new(StringComparer.Ordinal)
    {
        ["ELASTICLOADBALANCING"] = "Elastic Load Balancing",
        ["DIRECTCONNECT"] = "Direct Connect",
        ["CLOUDFRONT"] = "CloudFront",
        ["DYNAMODB"] = "DynamoDB",
        ["ELASTICACHE"] = "ElastiCache",
        ["ROUTE53"] = "Route 53",
        ["LAMBDA"] = "Lambda",
        ["CLOUDWATCH"] = "CloudWatch",
        ["BILLING"] = "Billing",
        ["ACCOUNT"] = "Account",
        ["RISK"] = "Security risk",
        ["ABUSE"] = "Abuse",
        ["VPN"] = "VPN",
        ["OPENSEARCH"] = "OpenSearch",
        ["REDSHIFT"] = "Redshift",
        ["APIGATEWAY"] = "API Gateway",
        ["AUTOSCALING"] = "Auto Scaling",
        ["CLOUDFORMATION"] = "CloudFormation",
        ["SAGEMAKER"] = "SageMaker",
        ["NOTIFICATIONS"] = "Notifications",
    };

    private static readonly string[] Abbreviations =
    [
        "API", "EC2", "RDS", "S3", "SQS", "SNS", "EBS", "VPC", "VPN", "IAM", "KMS", "ECS", "EKS", "TLS", "DNS", "OS",
    ];

    public static string Service(HealthEvent health) => Mrkdwn.Cut(PlainService(health));

    public static string PlainService(HealthEvent health) =>
        Services.GetValueOrDefault(health.Service) ?? (health.Service.Length > 0 ? health.Service : "AWS");

    /// <summary>
    /// What it is, from Health's code: <c>AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED</c> is 'Persistent instance retirement
    /// scheduled'.
    /// Plain text; the code is AWS's English.
    /// </summary>
    public static string Title(HealthEvent health)
    {
        var code = health.TypeCode;
        foreach (var prefix in new[] { $"AWS_{health.Service}_", "AWS_" })
        {
            if (prefix.Length < code.Length && code.StartsWith(prefix, StringComparison.Ordinal))
            {
                code = code[prefix.Length..];
                break;
            }
        }

        var words = code.Split('_', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => Abbreviations.Contains(word) ? word : word.ToLower(CultureInfo.InvariantCulture)).ToList();
        if (words.Count == 0) return PlainService(health);
        words[0] = char.ToUpper(words[0][0], CultureInfo.InvariantCulture) + words[0][1..];
        return string.Join(' ', words);
    }

    public static string Category(HealthCategory category, Locale locale) => locale.Text(category switch
    {
        HealthCategory.Issue => "health.category.issue",
        HealthCategory.ScheduledChange => "health.category.scheduled-change",
        HealthCategory.Investigation => "health.category.investigation",
        _ => "health.category.notification",
    });

    /// <summary>A state's sign; closed is green whatever it was.</summary>
    public static string Sign(HealthEvent health) => health.Status == HealthStatus.Closed ? "✅" : health.Rank.Sign();

    public static string Status(HealthStatus status, Locale locale) => locale.Text(status switch
    {
        HealthStatus.Closed => "health.status.closed",
        HealthStatus.Upcoming => "health.status.upcoming",
        _ => "health.status.open",
    });

    public static string Moment(DateTimeOffset at, Locale locale) => Mrkdwn.Date(at, "{date_short_pretty} {time}", locale.DayAndTime(at));

    /// <summary>AWS's text in the reader's language where there is one; English otherwise. Plain text.</summary>
    public static string Description(HealthEvent health, Locale locale) =>
        health.Descriptions.GetValueOrDefault(locale.Language)
            ?? health.Descriptions.GetValueOrDefault("en") ?? health.Descriptions.Values.FirstOrDefault() ?? "";

    /// <summary>The addresses in AWS's text that are AWS's own.</summary>
    public static IReadOnlyList<string> Links(string description) =>
    [
        .. Address().Matches(description).Select(match => match.Value.TrimEnd('.', ',', ')'))
            .Where(url => Uri.TryCreate(url, UriKind.Absolute, out var uri)
                && (uri.Host is "aws.amazon.com" || uri.Host.EndsWith(".aws.amazon.com", StringComparison.Ordinal)
                    || uri.Host.EndsWith(".amazonaws.com", StringComparison.Ordinal)))
            .Distinct().Take(10),
    ];

    /// <summary>The event's page in the Health console.</summary>
    public static string? Console(HealthEvent health)
    {
        if (!Arn.TryParse(health.Arn, out var arn)) return null;
        var list = health switch
        {
            { Status: HealthStatus.Closed } => "event-log",
            { Category: HealthCategory.ScheduledChange } => "scheduled-changes",
            { Category: HealthCategory.AccountNotification } => "other-notifications",
            _ => "open-issues",
        };
        return ConsoleLinks.HealthEvent(arn, list);
    }

    /// <summary>Whether an entity is the account itself, which stands in the message anyway.</summary>
    public static bool IsAccount(AffectedResource entity) => entity.Value.Length == 12 && entity.Value.All(char.IsAsciiDigit);

    /// <summary>The ARNs by which the inventory may know an entity.</summary>
    public static string? EntityArn(HealthEvent health, AffectedResource entity)
    {
        if (Arn.TryParse(entity.Value, out _)) return entity.Value;
        if (!Arn.TryParse(health.Arn, out var arn) || health.Accounts is not [var account, ..]) return null;
        var place = $"{health.Region}:{account}";
        return (health.Service, entity.Value) switch
        {
            ("EC2", ['i', '-', ..]) => $"arn:{arn.Partition}:ec2:{place}:instance/{entity.Value}",
            ("EC2" or "EBS", ['v', 'o', 'l', '-', ..]) => $"arn:{arn.Partition}:ec2:{place}:volume/{entity.Value}",
            ("RDS", _) => $"arn:{arn.Partition}:rds:{place}:db:{entity.Value}",
            ("LAMBDA", _) => $"arn:{arn.Partition}:lambda:{place}:function:{entity.Value}",
            ("S3", _) => $"arn:{arn.Partition}:s3:::{entity.Value}",
            _ => null,
        };
    }

    [GeneratedRegex(@"https://[^\s<>""'\\]{4,500}")]
    private static partial Regex Address();
}
