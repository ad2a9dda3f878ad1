using Amazon.EC2;
using Amazon.EC2.Model;
using ChatOps.Aws;

namespace ChatOps.Tagging;

/// <summary>
/// What came with an instance: its volumes and network interfaces, of which CloudTrail tells nothing. RunInstances answers before volumes
/// are attached, so EC2 is asked, when the instance has its own tags.
/// </summary>
internal sealed class AttachedResources(IAwsClients aws)
{
    private const string Launch = "ec2:RunInstances";

    /// <summary>What was attached so much later than the launch came by another call.</summary>
    private static readonly TimeSpan AtLaunch = TimeSpan.FromMinutes(2);

    /// <summary>The look at what came with a resource that was just settled; null where nothing can have.</summary>
    public static Creation? LookFor(Creation settled) =>
        settled is { Event: Launch, Parent: null, Arn: not null, State: CreationState.Tagged or CreationState.Nothing }
            ? Part(settled, null, "AWS::EC2::Volume", settled.Name)
            : null;

    /// <summary>What came with instances, by their ARN; those that EC2 does not have ready yet are left out.</summary>
    public async Task<(IReadOnlyDictionary<string, IReadOnlyList<Creation>> Found, TagCallFault? Fault)> OfAsync(
        string account, string region, IReadOnlyList<Creation> instances, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, IReadOnlyList<Creation>>(StringComparer.Ordinal);
        var byId = instances.ToDictionary(instance => IdOf(instance.Arn!), StringComparer.Ordinal);
        // A filter, not ids: one that is gone would fail the call for all.
        var request = new DescribeInstancesRequest { Filters = [new Filter("instance-id", [.. byId.Keys])] };
        var fault = await TagCalls.TryAsync(
            async () =>
            {
                do
                {
                    var page = await aws.Ec2(account, region).DescribeInstancesAsync(request, cancellationToken);
                    foreach (var instance in (page.Reservations ?? []).SelectMany(reservation => reservation.Instances ?? [])
                        .Where(IsReady))
                    {
                        if (byId.TryGetValue(instance.InstanceId, out var launched)) found[launched.Arn!] = PartsOf(launched, instance);
                    }

                    request.NextToken = page.NextToken;
                }
                while (!string.IsNullOrEmpty(request.NextToken));
            },
            cancellationToken);
        return (found, fault);
    }

    /// <summary>While it is pending its volumes may be still to come.</summary>
    private static bool IsReady(Instance instance) =>
        instance.State?.Name != InstanceStateName.Pending || instance.RootDeviceType != DeviceType.Ebs
            || instance.BlockDeviceMappings is { Count: > 0 };

    private static IReadOnlyList<Creation> PartsOf(Creation launched, Instance instance)
    {
        var prefix = launched.Arn![..(launched.Arn!.LastIndexOf(':') + 1)];
        var volumes = (instance.BlockDeviceMappings ?? []).Select(mapping => mapping.Ebs)
            .Where(volume => volume?.VolumeId is not null && CameWith(instance, volume.AttachTime))
            .Select(volume => Part(launched, $"{prefix}volume/{volume.VolumeId}", "AWS::EC2::Volume", volume.VolumeId));
        // An interface that was there before outlives the instance it is given to: those that go with it came with it.
        var interfaces = (instance.NetworkInterfaces ?? []).Where(instanceNetworkInterface =>
            instanceNetworkInterface.Attachment is { DeleteOnTermination: true } attachment && CameWith(instance, attachment.AttachTime))
            .Select(instanceNetworkInterface => Part(
                launched, $"{prefix}network-interface/{instanceNetworkInterface.NetworkInterfaceId}", "AWS::EC2::NetworkInterface",
                instanceNetworkInterface.NetworkInterfaceId));
        return [.. volumes, .. interfaces];
    }

    private static bool CameWith(Instance instance, DateTime? attachedAt) =>
        attachedAt is not { } attached || instance.LaunchTime is not { } launched
            || attached.ToUniversalTime() - launched.ToUniversalTime() < AtLaunch;

    private static Creation Part(Creation of, string? arn, string type, string name) => of with
    {
        Id = CreateEventReader.Hash($"{of.Id}/{arn}"),
        Arn = arn,
        Type = type,
        Name = name,
        OwnTags = new Dictionary<string, string>(),
        State = CreationState.Pending,
        Reason = null,
        Tags = new Dictionary<string, string>(),
        Missing = [],
        Attempts = 0,
        Parent = of.Id,
    };

    private static string IdOf(string arn) => arn[(arn.LastIndexOf('/') + 1)..];
}
