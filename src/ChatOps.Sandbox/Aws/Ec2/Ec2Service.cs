using System.Xml.Linq;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Controls;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Ec2;

/// <summary>
/// EC2 (its own query protocol) as far as the controls look: security groups, instances, snapshots, tags, EBS encryption.
/// </summary>
internal sealed class Ec2Service(AwsState state, ControlEvaluation evaluation) : LockedService(state)
{
    private readonly SecurityGroupApi _groups = new(state, evaluation);

    public override string SigningName => "ec2";

    protected override AwsAnswer Answer(AwsCall call) => call.Operation switch
    {
        "DescribeSecurityGroups" => _groups.Describe(call),
        "DescribeSecurityGroupRules" => _groups.DescribeRules(call),
        "CreateSecurityGroup" => _groups.Create(call),
        "DeleteSecurityGroup" => _groups.Delete(call),
        "AuthorizeSecurityGroupIngress" => _groups.Authorize(call, g => g.Ingress),
        "AuthorizeSecurityGroupEgress" => _groups.Authorize(call, g => g.Egress),
        "RevokeSecurityGroupIngress" => _groups.Revoke(call, g => g.Ingress),
        "RevokeSecurityGroupEgress" => _groups.Revoke(call, g => g.Egress),
        "DescribeInstances" => DescribeInstances(call),
        "ModifyInstanceMetadataOptions" => ModifyMetadataOptions(call),
        "CreateTags" => Tag(call, (resource, key, value) => resource.Tags[key] = value ?? ""),
        "DeleteTags" => Tag(call, (resource, key, _) => resource.Tags.Remove(key)),
        "DescribeTags" => DescribeTags(call),
        "GetEbsEncryptionByDefault" => Encryption(call, null),
        "EnableEbsEncryptionByDefault" => Encryption(call, true),
        "DisableEbsEncryptionByDefault" => Encryption(call, false),
        "DescribeSnapshots" => DescribeSnapshots(call),
        "DescribeSnapshotAttribute" => AwsAnswer.Ec2(
            call,
            new XElement("snapshotId", Snapshot(call).SnapshotId),
            new XElement(
                "createVolumePermission",
                Snapshot(call).CreateVolumePermission.Select(p => new XElement("item", new XElement(p == "all" ? "group" : "userId", p))))),
        "ModifySnapshotAttribute" => ModifySnapshot(call),
        _ => throw new AwsFault(
            "InvalidAction", $"The action {call.Operation} is not valid for this web service. (The sandbox does not serve it.)"),
    };

    private AwsAnswer DescribeInstances(AwsCall call)
    {
        var ids = call.Form.Values("InstanceId");
        var all = State.In<Instance>(call.Caller.AccountId, call.Region).ToArray();
        if (ids.FirstOrDefault(id => all.All(i => i.InstanceId != id)) is { } missing)
            throw new AwsFault("InvalidInstanceID.NotFound", $"The instance ID '{missing}' does not exist");
        var found = Ec2Filter.Apply(call.Form, all.Where(i => ids.Count == 0 || ids.Contains(i.InstanceId)), (i, name) => name switch
        {
            "instance-id" => i.InstanceId,
            "instance-state-name" => i.State,
            "instance-type" => i.Type,
            "vpc-id" => i.VpcId,
            "subnet-id" => i.SubnetId,
            "metadata-options.http-tokens" => i.HttpTokens,
            _ => null,
        });
        return AwsAnswer.Ec2(call, new XElement("reservationSet", found.Select(i => new XElement(
            "item",
            new XElement("reservationId", "r-" + i.InstanceId[2..]),
            new XElement("ownerId", i.AccountId),
            new XElement("instancesSet", Describe(i))))));
    }

    private static XElement Describe(Instance i) => new(
        "item",
        new XElement("instanceId", i.InstanceId),
        new XElement("imageId", i.ImageId),
        new XElement("instanceState", new XElement("code", i.State == "running" ? 16 : 80), new XElement("name", i.State)),
        new XElement("instanceType", i.Type),
        new XElement("launchTime", AwsIds.Iso(i.LaunchedAt)),
        new XElement("placement", new XElement("availabilityZone", i.Region + "a")),
        new XElement("subnetId", i.SubnetId),
        new XElement("vpcId", i.VpcId),
        new XElement("privateIpAddress", i.PrivateIp),
        i.PublicIp is null ? null : new XElement("ipAddress", i.PublicIp),
        new XElement(
            "metadataOptions",
            new XElement("state", "applied"),
            new XElement("httpTokens", i.HttpTokens),
            new XElement("httpPutResponseHopLimit", 2),
            new XElement("httpEndpoint", "enabled")),
        Ec2Filter.TagSet(i));

    private AwsAnswer ModifyMetadataOptions(AwsCall call)
    {
        var id = call.Form.Required("InstanceId");
        var instance = State.In<Instance>(call.Caller.AccountId, call.Region).FirstOrDefault(i => i.InstanceId == id)
            ?? throw new AwsFault("InvalidInstanceID.NotFound", $"The instance ID '{id}' does not exist");
        if (call.Form.Text("HttpTokens") is { } tokens)
        {
            instance.HttpTokens = tokens is "required" or "optional"
                ? tokens
                : throw new AwsFault("InvalidParameterValue", $"Value ({tokens}) for parameter HttpTokens is invalid.");
            evaluation.Later(instance);
        }

        return AwsAnswer.Ec2(
            call,
            new XElement("instanceId", id),
            new XElement(
                "instanceMetadataOptions", new XElement("state", "pending"), new XElement("httpTokens", instance.HttpTokens),
                new XElement("httpEndpoint", "enabled")));
    }

    private AwsAnswer Tag(AwsCall call, Action<AwsResource, string, string?> act)
    {
        foreach (var id in call.Form.Values("ResourceId"))
        {
            var resource = Find(call, id) ?? throw new AwsFault("InvalidID", $"The ID '{id}' is not valid");
            foreach (var tag in call.Form.Members("Tag"))
                act(resource, tag.Required("Key"), tag.Text("Value"));
        }

        return AwsAnswer.Ec2(call, new XElement("return", true));
    }

    private AwsAnswer DescribeTags(AwsCall call)
    {
        var rows = State.In<AwsResource>(call.Caller.AccountId, call.Region)
            .Where(r => r.TaggingType?.StartsWith("ec2:", StringComparison.Ordinal) ?? false)
            .SelectMany(r => r.Tags.Select(t => (Id: r.Arn.Split('/')[^1], Type: r.TaggingType![4..], t.Key, t.Value)));
        foreach (var filter in call.Form.Members("Filter"))
        {
            var (name, values) = (filter.Required("Name"), filter.Values("Value"));
            rows = rows.Where(row => values.Contains(name switch
            {
                "resource-id" => row.Id,
                "resource-type" => row.Type,
                "key" => row.Key,
                "value" => row.Value,
                _ => throw new AwsFault("InvalidParameterValue", $"The filter '{name}' is invalid"),
            }));
        }

        return AwsAnswer.Ec2(call, new XElement("tagSet", rows.Select(row => new XElement(
            "item",
            new XElement("resourceId", row.Id),
            new XElement("resourceType", row.Type),
            new XElement("key", row.Key),
            new XElement("value", row.Value)))));
    }

    private AwsAnswer Encryption(AwsCall call, bool? set)
    {
        var settings = State.Settings(call.Caller.AccountId, call.Region);
        if (set is { } requested)
        {
            settings.EbsEncryptionByDefault = requested;
            evaluation.Later(settings);
        }

        return AwsAnswer.Ec2(call, new XElement("ebsEncryptionByDefault", settings.EbsEncryptionByDefault));
    }

    private AwsAnswer DescribeSnapshots(AwsCall call)
    {
        var ids = call.Form.Values("SnapshotId");
        return AwsAnswer.Ec2(call, new XElement("snapshotSet", State.In<Snapshot>(call.Caller.AccountId, call.Region)
            .Where(s => ids.Count == 0 || ids.Contains(s.SnapshotId))
            .Select(s => new XElement(
                "item",
                new XElement("snapshotId", s.SnapshotId),
                new XElement("status", "completed"),
                new XElement("ownerId", s.AccountId),
                Ec2Filter.TagSet(s)))));
    }

    private AwsAnswer ModifySnapshot(AwsCall call)
    {
        var snapshot = Snapshot(call);
        foreach (var add in call.Form.Members("CreateVolumePermission.Add"))
            snapshot.CreateVolumePermission.Add(add.Text("Group") ?? add.Required("UserId"));
        foreach (var remove in call.Form.Members("CreateVolumePermission.Remove"))
            snapshot.CreateVolumePermission.Remove(remove.Text("Group") ?? remove.Required("UserId"));
        foreach (var who in call.Form.Values("UserGroup").Concat(call.Form.Values("UserId")))
        {
            if (call.Form.Text("OperationType") == "add")
                snapshot.CreateVolumePermission.Add(who);
            else
                snapshot.CreateVolumePermission.Remove(who);
        }

        return AwsAnswer.Ec2(call, new XElement("return", true));
    }

    private Snapshot Snapshot(AwsCall call)
    {
        var id = call.Form.Required("SnapshotId");
        return State.In<Snapshot>(call.Caller.AccountId, call.Region).FirstOrDefault(s => s.SnapshotId == id)
            ?? throw new AwsFault("InvalidSnapshot.NotFound", $"The snapshot '{id}' does not exist.");
    }

    private AwsResource? Find(AwsCall call, string id) => State.In<AwsResource>(call.Caller.AccountId, call.Region)
        .FirstOrDefault(r => (r.TaggingType?.StartsWith("ec2:", StringComparison.Ordinal) ?? false)
            && r.Arn.EndsWith("/" + id, StringComparison.Ordinal));
}
