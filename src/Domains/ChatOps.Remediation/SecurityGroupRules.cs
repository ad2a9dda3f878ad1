using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.EC2.Model;

namespace ChatOps.Remediation;

/// <summary>
/// A security group's rules one by one, as EC2 has them: one protocol with its ports, one range, group or prefix list, its description
/// and its id. What EC2 describes together is told apart, so that each can be taken away and put back by itself.
/// </summary>
internal static class SecurityGroupRules
{
    /// <summary>The rules of one direction.</summary>
    /// <param name="permissions">As DescribeSecurityGroups has them.</param>
    /// <param name="known">As DescribeSecurityGroupRules has them, with their ids; empty when it cannot be asked.</param>
    /// <param name="egress">Which direction it is.</param>
    public static JsonArray Of(
        IEnumerable<IpPermission> permissions, IReadOnlyList<SecurityGroupRule> known, bool egress)
    {
        var ids = known.Where(rule => (rule.IsEgress ?? false) == egress).ToList();
        return [.. permissions.SelectMany(Of).Select(JsonNode (rule) =>
        {
            if (ids.FirstOrDefault(candidate => Same(rule, candidate)) is { } found) rule["RuleId"] = found.SecurityGroupRuleId;
            return rule;
        })];
    }

    /// <summary>Rules as EC2 takes them: those of one protocol and its ports together, in their order.</summary>
    public static List<IpPermission> Permissions(IEnumerable<JsonNode?> rules, bool withDescriptions) =>
    [
        .. rules.OfType<JsonObject>().GroupBy(rule => (Text(rule, "IpProtocol"), Number(rule, "FromPort"), Number(rule, "ToPort")))
            .Select(group => new IpPermission
            {
                IpProtocol = group.Key.Item1,
                FromPort = group.Key.Item2,
                ToPort = group.Key.Item3,
                Ipv4Ranges = NullIfEmpty(group.Where(rule => Has(rule, "CidrIp")).Select(rule => new IpRange
                {
                    CidrIp = Text(rule, "CidrIp"),
                    Description = withDescriptions ? Description(rule) : null,
                })),
                Ipv6Ranges = NullIfEmpty(group.Where(rule => Has(rule, "CidrIpv6")).Select(rule => new Ipv6Range
                {
                    CidrIpv6 = Text(rule, "CidrIpv6"),
                    Description = withDescriptions ? Description(rule) : null,
                })),
                PrefixListIds = NullIfEmpty(group.Where(rule => Has(rule, "PrefixListId")).Select(rule => new PrefixListId
                {
                    Id = Text(rule, "PrefixListId"),
                    Description = withDescriptions ? Description(rule) : null,
                })),
                UserIdGroupPairs = NullIfEmpty(group.Where(rule => Has(rule, "GroupId")).Select(rule => new UserIdGroupPair
                {
                    GroupId = Text(rule, "GroupId"),
                    UserId = Text(rule, "UserId"),
                    VpcId = Text(rule, "VpcId"),
                    VpcPeeringConnectionId = Text(rule, "VpcPeeringConnectionId"),
                    Description = withDescriptions ? Description(rule) : null,
                })),
            }),
    ];

    /// <summary>Those that are in one list and not in the other.</summary>
    public static IReadOnlyList<JsonNode?> Without(IEnumerable<JsonNode?> rules, IEnumerable<JsonNode?> others)
    {
        var left = others.Select(ResourceState.Text).ToList();
        return [.. rules.Where(rule => !left.Remove(ResourceState.Text(rule)))];
    }

    /// <summary>Whether a rule lets the whole internet in to one of the ports.</summary>
    public static bool OpensTo(JsonNode? rule, IReadOnlyList<int> ports) =>
        rule is JsonObject json && Range(json) is "0.0.0.0/0" or "::/0"
        && Text((JsonObject)rule, "IpProtocol") is "-1" or "tcp" or "6"
        && (Number((JsonObject)rule, "FromPort") is not { } from || from == -1
            || ports.Any(port => from <= port && port <= (Number((JsonObject)rule, "ToPort") ?? from)));

    /// <summary>Whether a rule lets the whole internet in, to whatever.</summary>
    public static bool IsOpen(JsonNode? rule) => rule is JsonObject json && Range(json) is "0.0.0.0/0" or "::/0";

    /// <summary>A rule's protocol and ports as people say them: <c>tcp 22</c>, <c>tcp 8000-8999</c>, <c>all</c>.</summary>
    public static string Ports(JsonNode? rule)
    {
        if (rule is not JsonObject json) return "";
        var (protocol, from, to) = (Text(json, "IpProtocol"), Number(json, "FromPort"), Number(json, "ToPort"));
        return protocol == "-1" ? "all"
            : from is null ? protocol ?? ""
            : from == to ? string.Create(CultureInfo.InvariantCulture, $"{protocol} {from}")
            : string.Create(CultureInfo.InvariantCulture, $"{protocol} {from}-{to}");
    }

    /// <summary>A rule as people say it: <c>tcp 22 · 0.0.0.0/0 (office)</c>.</summary>
    public static string Shown(JsonNode? rule) => rule is not JsonObject json
        ? ""
        : $"{Ports(rule)} · {Range(json)}{(Description(json) is { Length: > 0 } description ? $" ({description})" : "")}";

    private static IEnumerable<JsonObject> Of(IpPermission permission)
    {
        JsonObject Rule(string name, string? value, string? description)
        {
            var rule = new JsonObject { ["IpProtocol"] = permission.IpProtocol };
            if (permission.FromPort is { } from) rule["FromPort"] = from;
            if (permission.ToPort is { } to) rule["ToPort"] = to;
            rule[name] = value;
            if (!string.IsNullOrEmpty(description)) rule["Description"] = description;
            return rule;
        }

        foreach (var range in permission.Ipv4Ranges ?? []) yield return Rule("CidrIp", range.CidrIp, range.Description);
        foreach (var range in permission.Ipv6Ranges ?? []) yield return Rule("CidrIpv6", range.CidrIpv6, range.Description);
        foreach (var list in permission.PrefixListIds ?? []) yield return Rule("PrefixListId", list.Id, list.Description);
        foreach (var pair in permission.UserIdGroupPairs ?? [])
        {
            var rule = Rule("GroupId", pair.GroupId, pair.Description);
            foreach (var (name, value) in new[]
            {
                ("UserId", pair.UserId), ("VpcId", pair.VpcId), ("VpcPeeringConnectionId", pair.VpcPeeringConnectionId),
                ("PeeringStatus", pair.PeeringStatus),
            })
            {
                if (!string.IsNullOrEmpty(value)) rule[name] = value;
            }

            yield return rule;
        }
    }

    private static bool Same(JsonObject rule, SecurityGroupRule known) =>
        Text(rule, "IpProtocol") == known.IpProtocol
        && (Number(rule, "FromPort") ?? -1) == (known.FromPort ?? -1) && (Number(rule, "ToPort") ?? -1) == (known.ToPort ?? -1)
        && Range(rule) == (known.CidrIpv4 ?? known.CidrIpv6 ?? known.PrefixListId ?? known.ReferencedGroupInfo?.GroupId);

    private static string? Range(JsonObject rule) =>
        Text(rule, "CidrIp") ?? Text(rule, "CidrIpv6") ?? Text(rule, "PrefixListId") ?? Text(rule, "GroupId");

    private static bool Has(JsonObject rule, string name) => rule.ContainsKey(name);

    private static string? Text(JsonObject rule, string name) => (string?)rule[name];

    private static int? Number(JsonObject rule, string name) => (int?)rule[name];

    private static string? Description(JsonObject rule) => Text(rule, "Description");

    private static List<T>? NullIfEmpty<T>(IEnumerable<T> items) => items.ToList() is { Count: > 0 } list ? list : null;
}
