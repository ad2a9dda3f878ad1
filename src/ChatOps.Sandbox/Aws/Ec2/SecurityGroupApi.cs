using System.Net;
using System.Xml.Linq;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Controls;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Ec2;

/// <summary>Security groups and their rules. Called under the state's lock.</summary>
internal sealed class SecurityGroupApi(AwsState state, ControlEvaluation evaluation)
{
    public AwsAnswer Describe(AwsCall call)
    {
        var (ids, names) = (call.Form.Values("GroupId"), call.Form.Values("GroupName"));
        var all = state.In<SecurityGroup>(call.Caller.AccountId, call.Region).ToArray();
        if (ids.FirstOrDefault(id => all.All(g => g.GroupId != id)) is { } missing)
            throw NotFound(missing);
        var found = Ec2Filter.Apply(
            call.Form,
            all.Where(g => (ids.Count == 0 || ids.Contains(g.GroupId)) && (names.Count == 0 || names.Contains(g.Name))),
            (g, name) => name switch
            {
                "group-id" => g.GroupId,
                "group-name" => g.Name,
                "vpc-id" => g.VpcId,
                "owner-id" => g.AccountId,
                "description" => g.Description,
                _ => null,
            });
        return AwsAnswer.Ec2(call, new XElement("securityGroupInfo", found.Select(g => new XElement(
            "item",
            new XElement("ownerId", g.AccountId),
            new XElement("groupId", g.GroupId),
            new XElement("groupName", g.Name),
            new XElement("groupDescription", g.Description),
            new XElement("vpcId", g.VpcId),
            new XElement("ipPermissions", Permissions(g, g.Ingress)),
            new XElement("ipPermissionsEgress", Permissions(g, g.Egress)),
            Ec2Filter.TagSet(g)))));
    }

    public AwsAnswer Create(AwsCall call)
    {
        var name = call.Form.Required("GroupName");
        var vpc = call.Form.Text("VpcId") ?? "vpc-0a1b2c3d4e5f60718";
        if (state.In<SecurityGroup>(call.Caller.AccountId, call.Region).Any(g => g.Name == name && g.VpcId == vpc))
            throw new AwsFault("InvalidGroup.Duplicate", $"The security group '{name}' already exists for VPC '{vpc}'");
        var group = new SecurityGroup
        {
            AccountId = call.Caller.AccountId,
            Region = call.Region,
            GroupId = "sg-" + AwsIds.Hex(17),
            Name = name,
            VpcId = vpc,
            Description = call.Form.Required("GroupDescription"),
        };
        group.Egress.Add(new SecurityRule("-1", null, null, "0.0.0.0/0"));
        state.Resources.Add(group);
        evaluation.Later(group);
        return AwsAnswer.Ec2(call, new XElement("return", true), new XElement("groupId", group.GroupId));
    }

    public AwsAnswer Delete(AwsCall call)
    {
        var group = Find(call);
        if (group.Name == "default")
            throw new AwsFault(
                "CannotDelete", "the specified group: \"" + group.GroupId + "\" name: \"default\" cannot be deleted by a user");
        state.Resources.Remove(group);
        evaluation.Later(group);
        return AwsAnswer.Ec2(call, new XElement("return", true));
    }

    public AwsAnswer Authorize(AwsCall call, Func<SecurityGroup, List<SecurityRule>> side)
    {
        var group = Find(call);
        var rules = Rules(call.Form);
        if (rules.FirstOrDefault(r => side(group).Exists(r.SameAs)) is { } twice)
            throw new AwsFault(
                "InvalidPermission.Duplicate",
                $"the specified rule \"peer: {twice.Range}, {twice.Protocol.ToUpperInvariant()}, from port: {twice.FromPort}, to port: " +
                $"{twice.ToPort}, ALLOW\" already exists");
        side(group).AddRange(rules);
        evaluation.Later(group);
        return AwsAnswer.Ec2(call, new XElement("return", true));
    }

    public AwsAnswer Revoke(AwsCall call, Func<SecurityGroup, List<SecurityRule>> side)
    {
        var group = Find(call);
        var rules = Rules(call.Form);
        if (rules.Any(r => !side(group).Exists(r.SameAs)))
            throw new AwsFault("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
        side(group).RemoveAll(present => rules.Any(present.SameAs));
        evaluation.Later(group);
        return AwsAnswer.Ec2(call, new XElement("return", true));
    }

    private SecurityGroup Find(AwsCall call)
    {
        var id = call.Form.Text("GroupId");
        var name = id is null ? call.Form.Required("GroupName") : null;
        return state.In<SecurityGroup>(call.Caller.AccountId, call.Region).FirstOrDefault(
            g => id is null ? g.Name == name : g.GroupId == id)
            ?? throw NotFound(id ?? name!);
    }

    private static List<SecurityRule> Rules(FormParameters form)
    {
        var rules = form.Members("IpPermissions").SelectMany(PermissionRules).ToList();
        if (form.Text("CidrIp") is { } cidr)
            rules.Add(Rule(form, cidr, null));
        if (rules.Count == 0)
            throw new AwsFault("MissingParameter", "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.");
        return rules;
    }

    private static IEnumerable<SecurityRule> PermissionRules(FormParameters permission) =>
    [
        .. permission.Members("IpRanges").Select(r => Rule(permission, r.Required("CidrIp"), r.Text("Description"))),
        .. permission.Members("Ipv6Ranges").Select(r => Rule(permission, r.Required("CidrIpv6"), r.Text("Description"))),
        .. permission.Members("PrefixListIds").Select(r => Rule(permission, r.Required("PrefixListId"), r.Text("Description"))),
        .. permission.Members("Groups").Concat(permission.Members("UserIdGroupPairs")).Select(r =>
            Rule(permission, r.Required("GroupId"), r.Text("Description")) with
            {
                UserId = r.Text("UserId"),
                PeerVpcId = r.Text("VpcId"),
                PeeringId = r.Text("VpcPeeringConnectionId"),
            }),
    ];

    private static SecurityRule Rule(FormParameters ports, string range, string? description)
    {
        if (!range.StartsWith("sg-", StringComparison.Ordinal) && !range.StartsWith("pl-", StringComparison.Ordinal)
            && !IPNetwork.TryParse(range, out _))
            throw new AwsFault("InvalidParameterValue", $"CIDR block {range} is malformed");
        var protocol = ports.Required("IpProtocol");
        return new SecurityRule(protocol, ports.Number("FromPort"), ports.Number("ToPort"), range, description);
    }

    private static IEnumerable<XElement> Permissions(SecurityGroup group, IEnumerable<SecurityRule> rules) => rules
        .GroupBy(r => (r.Protocol, r.FromPort, r.ToPort))
        .Select(g => new XElement(
            "item",
            new XElement("ipProtocol", g.Key.Protocol),
            g.Key.FromPort is null ? null : new XElement("fromPort", g.Key.FromPort),
            g.Key.ToPort is null ? null : new XElement("toPort", g.Key.ToPort),
            new XElement("groups", g.Where(r => r.IsGroup).Select(r => Pair(group, r))),
            new XElement("ipRanges", g.Where(r => !r.IsGroup && !r.IsV6 && !r.IsPrefixList).Select(r => Item("cidrIp", r))),
            new XElement("ipv6Ranges", g.Where(r => r.IsV6).Select(r => Item("cidrIpv6", r))),
            new XElement("prefixListIds", g.Where(r => r.IsPrefixList).Select(r => Item("prefixListId", r)))));

    private static XElement Item(string name, SecurityRule rule) => new(
        "item",
        new XElement(name, rule.Range),
        rule.Description is null ? null : new XElement("description", rule.Description));

    private static XElement Pair(SecurityGroup group, SecurityRule rule)
    {
        var item = Item("groupId", rule);
        item.AddFirst(new XElement("userId", rule.UserId ?? group.AccountId));
        if (rule.PeerVpcId is { } vpc)
            item.Add(new XElement("vpcId", vpc));
        if (rule.PeeringId is { } peering)
            item.Add(new XElement("vpcPeeringConnectionId", peering), new XElement("peeringStatus", "active"));
        return item;
    }

    /// <summary>The rules of groups one by one, with their ids.</summary>
    public AwsAnswer DescribeRules(AwsCall call)
    {
        var groups = call.Form.Members("Filter").Where(filter => filter.Required("Name") == "group-id")
            .SelectMany(filter => filter.Values("Value")).ToHashSet(StringComparer.Ordinal);
        var rules = state.In<SecurityGroup>(call.Caller.AccountId, call.Region).Where(g => groups.Contains(g.GroupId))
            .SelectMany(g => g.Ingress.Select(rule => (g, rule, false)).Concat(g.Egress.Select(rule => (g, rule, true))));
        return AwsAnswer.Ec2(call, new XElement("securityGroupRuleSet", rules.Select(row => RuleItem(row.g, row.rule, row.Item3))));
    }

    private static XElement RuleItem(SecurityGroup group, SecurityRule rule, bool isEgress) => new(
        "item",
        new XElement("securityGroupRuleId", rule.RuleId),
        new XElement("groupId", group.GroupId),
        new XElement("groupOwnerId", group.AccountId),
        new XElement("isEgress", isEgress),
        new XElement("ipProtocol", rule.Protocol),
        new XElement("fromPort", rule.FromPort ?? -1),
        new XElement("toPort", rule.ToPort ?? -1),
        rule.IsGroup
            ? new XElement(
                "referencedGroupInfo", new XElement("groupId", rule.Range), new XElement("userId", rule.UserId ?? group.AccountId))
            : new XElement(rule.IsPrefixList ? "prefixListId" : rule.IsV6 ? "cidrIpv6" : "cidrIpv4", rule.Range),
        rule.Description is null ? null : new XElement("description", rule.Description));

    private static AwsFault NotFound(string id) => new("InvalidGroup.NotFound", $"The security group '{id}' does not exist");
}
