using System.Xml.Linq;
using Amazon.EC2;
using Amazon.EC2.Model;

namespace ChatOps.Remediation.Tests;

/// <summary>One security group of EC2, as its own XML describes it, which keeps what it is told.</summary>
internal sealed class PlayedSecurityGroup
{
    private readonly List<IpPermission> _inbound;
    private readonly List<IpPermission> _outbound;

    public PlayedSecurityGroup(Played<IAmazonEC2> ec2, string xml)
    {
        var group = XDocument.Parse(xml).Descendants().First(element => element.Name.LocalName == "securityGroupInfo").Elements().First();
        _inbound = Permissions(group, "ipPermissions");
        _outbound = Permissions(group, "ipPermissionsEgress");
        Id = Text(group, "groupId")!;
        ec2.On("DescribeSecurityGroupsAsync", (DescribeSecurityGroupsRequest _) => new DescribeSecurityGroupsResponse
        {
            SecurityGroups = [new SecurityGroup { GroupId = Id, IpPermissions = _inbound, IpPermissionsEgress = _outbound, Tags = [] }],
        }).On("DescribeSecurityGroupRulesAsync", DescribeSecurityGroupRulesResponse (DescribeSecurityGroupRulesRequest _) =>
            RuleIds ?? throw new AmazonEC2Exception("no") { ErrorCode = "UnauthorizedOperation" });
        ec2.On("AuthorizeSecurityGroupIngressAsync", (AuthorizeSecurityGroupIngressRequest request) =>
        {
            Add(_inbound, request.IpPermissions);
            return new AuthorizeSecurityGroupIngressResponse();
        }).On("AuthorizeSecurityGroupEgressAsync", (AuthorizeSecurityGroupEgressRequest request) =>
        {
            Add(_outbound, request.IpPermissions);
            return new AuthorizeSecurityGroupEgressResponse();
        }).On("RevokeSecurityGroupIngressAsync", (RevokeSecurityGroupIngressRequest request) =>
        {
            Remove(_inbound, request.IpPermissions);
            return new RevokeSecurityGroupIngressResponse();
        });
    }

    public string Id { get; }

    public DescribeSecurityGroupRulesResponse? RuleIds { get; set; }

    /// <summary>All rules, each in one line, sorted: the same text is the same group.</summary>
    public string Rules => string.Join('\n', Lines("in", _inbound).Concat(Lines("out", _outbound)).Order(StringComparer.Ordinal));

    public void Clear()
    {
        _inbound.Clear();
        _outbound.Clear();
    }

    public void Open(int port) => Add(_inbound, [
        new IpPermission { IpProtocol = "tcp", FromPort = port, ToPort = port, Ipv4Ranges = [new IpRange { CidrIp = "0.0.0.0/0" }] },
    ]);

    private static void Add(List<IpPermission> rules, List<IpPermission> added)
    {
        foreach (var permission in added)
        {
            if (rules.FirstOrDefault(rule => Same(rule, permission)) is not { } present)
            {
                rules.Add(permission);
                continue;
            }

            (present.Ipv4Ranges ??= []).AddRange(permission.Ipv4Ranges ?? []);
            (present.Ipv6Ranges ??= []).AddRange(permission.Ipv6Ranges ?? []);
            (present.UserIdGroupPairs ??= []).AddRange(permission.UserIdGroupPairs ?? []);
            (present.PrefixListIds ??= []).AddRange(permission.PrefixListIds ?? []);
        }
    }

    private static void Remove(List<IpPermission> rules, List<IpPermission> gone)
    {
        foreach (var permission in gone)
        {
            var present = rules.FirstOrDefault(rule => Same(rule, permission))
                ?? throw new AmazonEC2Exception("The specified rule does not exist") { ErrorCode = "InvalidPermission.NotFound" };
            var taken = 0;
            foreach (var range in permission.Ipv4Ranges ?? []) taken += present.Ipv4Ranges.RemoveAll(one => one.CidrIp == range.CidrIp);
            foreach (var range in permission.Ipv6Ranges ?? []) taken += present.Ipv6Ranges.RemoveAll(one => one.CidrIpv6 == range.CidrIpv6);
            if (taken == 0) throw new AmazonEC2Exception("The specified rule does not exist") { ErrorCode = "InvalidPermission.NotFound" };
            if (Lines("", [present]).Any()) continue;
            rules.Remove(present);
        }
    }

    private static bool Same(IpPermission rule, IpPermission other) =>
        (rule.IpProtocol, rule.FromPort, rule.ToPort) == (other.IpProtocol, other.FromPort, other.ToPort);

    private static IEnumerable<string> Lines(string direction, IEnumerable<IpPermission> rules) => rules.SelectMany(rule =>
    {
        var ports = $"{direction} {rule.IpProtocol} {rule.FromPort}-{rule.ToPort}";
        return (rule.Ipv4Ranges ?? []).Select(range => $"{ports} {range.CidrIp} {range.Description}")
            .Concat((rule.Ipv6Ranges ?? []).Select(range => $"{ports} {range.CidrIpv6} {range.Description}"))
            .Concat((rule.PrefixListIds ?? []).Select(list => $"{ports} {list.Id} {list.Description}"))
            .Concat((rule.UserIdGroupPairs ?? []).Select(pair =>
                $"{ports} {pair.GroupId} {pair.UserId} {pair.VpcId} {pair.VpcPeeringConnectionId} {pair.Description}"));
    });

    private static List<IpPermission> Permissions(XElement group, string name) =>
    [
        .. Items(group, name).Select(rule => new IpPermission
        {
            IpProtocol = Text(rule, "ipProtocol"),
            FromPort = Number(rule, "fromPort"),
            ToPort = Number(rule, "toPort"),
            Ipv4Ranges = [.. Items(rule, "ipRanges").Select(range => new IpRange
            {
                CidrIp = Text(range, "cidrIp"),
                Description = Text(range, "description"),
            })],
            Ipv6Ranges = [.. Items(rule, "ipv6Ranges").Select(range => new Ipv6Range { CidrIpv6 = Text(range, "cidrIpv6") })],
            PrefixListIds = [.. Items(rule, "prefixListIds").Select(list => new PrefixListId
            {
                Id = Text(list, "prefixListId"),
                Description = Text(list, "description"),
            })],
            UserIdGroupPairs = [.. Items(rule, "groups").Select(pair => new UserIdGroupPair
            {
                GroupId = Text(pair, "groupId"),
                UserId = Text(pair, "userId"),
                VpcId = Text(pair, "vpcId"),
                VpcPeeringConnectionId = Text(pair, "vpcPeeringConnectionId"),
                PeeringStatus = Text(pair, "peeringStatus"),
                Description = Text(pair, "description"),
            })],
        }),
    ];

    private static IEnumerable<XElement> Items(XElement element, string name) =>
        element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Elements() ?? [];

    private static string? Text(XElement element, string name) =>
        element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value;

    private static int? Number(XElement element, string name) =>
        Text(element, name) is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;
}
