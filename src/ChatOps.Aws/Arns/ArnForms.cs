using System.Text.RegularExpressions;

namespace ChatOps.Aws;

/// <summary>
/// The forms that AWS itself gives one resource's ARN, brought to the one that its services and Resource Groups Tagging take; and what an
/// ARN says of the resource's name. Pure.
/// </summary>
public static partial class ArnForms
{
    /// <summary>Kinds of EC2 that AWS Config or others call otherwise than EC2's own calls do.</summary>
    private static readonly Dictionary<string, string> Ec2Kinds = new(StringComparer.Ordinal)
    {
        ["eip-allocation"] = "elastic-ip",
        ["eip"] = "elastic-ip",
        ["nat-gateway"] = "natgateway",
        ["flow-log"] = "vpc-flow-log",
        ["host"] = "dedicated-host",
        ["launchtemplate"] = "launch-template",
        ["networkinterface"] = "network-interface",
        ["egress-only-gateway"] = "egress-only-internet-gateway",
    };

    /// <summary>The ARN by which AWS takes the resource; a text that is no ARN is given back as it is.</summary>
    public static string Canonical(string arn)
    {
        if (!Arn.TryParse(arn, out var parsed)) return arn;
        switch (parsed.Service)
        {
            case "ec2":
                var slash = parsed.Resource.IndexOf('/', StringComparison.Ordinal);
                if (slash <= 0) return arn;
                var kind = parsed.Resource[..slash];
                var known = Ec2Kinds.GetValueOrDefault(kind, kind);
                // Snapshots and images have no account in their ARN, whoever writes it there.
                var account = known is "snapshot" or "image" ? "" : parsed.Account;
                return (parsed with { Account = account, Resource = known + parsed.Resource[slash..] }).ToString();
            case "logs" when parsed.Resource.StartsWith("log-group:", StringComparison.Ordinal)
                && parsed.Resource.EndsWith(":*", StringComparison.Ordinal):
                return arn[..^2];
            case "apigateway" when parsed.Account.Length > 0:
                return (parsed with { Account = "" }).ToString();
            default:
                return arn;
        }
    }

    /// <summary>Whether the ARN has a <c>*</c> where AWS has an id that the caller did not know: it must be asked for by name.</summary>
    public static bool IsIncomplete(string arn) =>
        Arn.TryParse(arn, out var parsed) && parsed.Service == "autoscaling"
            && parsed.Resource.StartsWith("autoScalingGroup:*:", StringComparison.Ordinal);

    /// <summary>What the resource is called, as far as its ARN says: where it ends with an id made by AWS, the part before that.</summary>
    public static string NameOf(string arn)
    {
        if (!Arn.TryParse(arn, out var parsed)) return arn;
        var id = parsed.ResourceId.TrimEnd('*', ':', '/');
        switch (parsed.Service)
        {
            case "secretsmanager" when SecretSuffix().Match(id) is { Success: true } secret:
                return secret.Groups["name"].Value;
            // A path is part of the name there.
            case "ssm" when parsed.ResourceType == "parameter":
                return id.Contains('/', StringComparison.Ordinal) ? "/" + id : id;
            case "ecr" or "s3":
                return id;
            case "autoscaling" when id.LastIndexOf("Name/", StringComparison.Ordinal) is >= 0 and var at:
                return id[(at + 5)..];
        }

        var parts = id.Split('/', ':');
        var last = parts[^1];
        if (parts.Length > 1 && IsMade(last))
        {
            var named = parsed.Service switch
            {
                // loadbalancer/app/NAME/ID, listener/app/NAME/ID/ID, targetgroup/NAME/ID
                "elasticloadbalancing" => parsed.ResourceType == "targetgroup" ? parts[0] : parts.Length > 2 ? parts[1] : parts[0],
                "cloudformation" or "kafka" or "mq" or "opsworks" or "apprunner" or "wafv2" or "eks" => parts[^2],
                _ => null,
            };
            if (named is { Length: > 0 } && !IsMade(named)) return named;
        }

        return last.Length > 0 ? last : id.Length > 0 ? id : arn;
    }

    /// <summary>An id that AWS makes: hexadecimal, or a UUID with what may follow it.</summary>
    private static bool IsMade(string text) => Made().IsMatch(text);

    [GeneratedRegex("^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-[0-9a-z]+)?|[0-9a-f]{16,}|b-[0-9a-f-]{36,})$")]
    private static partial Regex Made();

    [GeneratedRegex("^(?<name>.+)-[A-Za-z0-9]{6}$")]
    private static partial Regex SecretSuffix();
}
