using System.Text.Json;
using ChatOps.Aws;

namespace ChatOps.Findings;

/// <summary>
/// GuardDuty's attack sequences: who did what, whence and to what, step by step, instead of one action on one resource. Its own events
/// write the names small, ASFF (<c>Detection.Sequence</c>) with a capital.
/// </summary>
internal static class AttackSequences
{
    private const int MaxSteps = 30;
    private const int MaxActors = 20;

    /// <summary>The finding with what its sequence says; as it is when it has none.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="sequence">The sequence.</param>
    public static Finding Read(Finding finding, JsonElement? sequence)
    {
        if (sequence is not { ValueKind: JsonValueKind.Object }) return finding;
        var actors = Of(sequence, "actors").Items().Take(MaxActors).Select(actor => (Id: Text(actor, "id"), Name: ActorOf(actor)))
            .Where(actor => actor.Name is not null).ToList();
        var endpoints = Of(sequence, "endpoints").Items().Take(MaxSteps)
            .Select(endpoint => (Id: Text(endpoint, "id"), Json: endpoint)).ToList();
        var resources = Of(sequence, "resources").Items().Take(MaxSteps).Select(item => ResourceOf(item, finding)).OfType<FindingResource>()
            .ToList();
        var named = resources.Concat(finding.Resources).ToLookup(resource => resource.Arn, ResourceText.Name);
        return finding with
        {
            Actors = [.. actors.Select(actor => actor.Name!).Distinct()],
            Signals =
            [
                .. Of(sequence, "signals").Items().Take(MaxSteps).Select(Step).OfType<ThreatSignal>()
                .OrderBy(step => step.FirstSeen ?? DateTimeOffset.MaxValue),
            ],
            Resources = finding.Resources.Count > 0 ? finding.Resources : resources,
        };

        ThreatSignal? Step(JsonElement signal)
        {
            if ((Text(signal, "name") ?? Text(signal, "title") ?? Text(signal, "type")) is not { } name) return null;
            var endpoint = Ids(signal, "endpointIds").Select(id => endpoints.FirstOrDefault(item => item.Id == id).Json)
                .FirstOrDefault(json => json.ValueKind == JsonValueKind.Object);
            var (from, place) = endpoint.ValueKind == JsonValueKind.Object ? WhenceOf(endpoint) : (null, null);
            return new ThreatSignal(
                name, At(signal, "firstSeenAt") ?? At(signal, "createdAt"), At(signal, "lastSeenAt"),
                EventText.Whole(Text(signal, "count")),
                Ids(signal, "actorIds").Select(id => actors.FirstOrDefault(actor => actor.Id == id).Name).FirstOrDefault(),
                from, place,
                [
                    .. Ids(signal, "resourceUids").Concat(Ids(signal, "resourceIds")).Select(id => named[id].FirstOrDefault() ?? id)
                        .Distinct().Take(5),
                ]);
        }
    }

    /// <summary>A member by its name, whose first letter is small or a capital.</summary>
    private static JsonElement? Of(JsonElement? json, string name) =>
        json.Child(name) ?? json.Child($"{char.ToUpperInvariant(name[0])}{name[1..]}");

    private static string? Text(JsonElement? json, string name) => EventText.Text(Of(json, name), 256);

    private static IEnumerable<string> Ids(JsonElement json, string name) =>
        Of(json, name).Items().Select(item => EventText.Text(item, 512)).OfType<string>();

    /// <summary>A time as text, or as milliseconds.</summary>
    private static DateTimeOffset? At(JsonElement json, string name) => Text(json, name) is not { } text
        ? null
        : EventText.Whole(text) is > 0 and < 253_402_300_800_000 and { } ms
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : EventText.ReadTime(text);

    private static string? ActorOf(JsonElement actor)
    {
        var user = Of(actor, "user");
        var name = Text(user, "name") ?? Text(user, "uid") ?? Text(Of(actor, "process"), "name") ?? Text(actor, "id");
        return name is null ? null : Text(user, "type") is { } type ? $"{name} ({type})" : name;
    }

    private static (string? From, string? Place) WhenceOf(JsonElement endpoint)
    {
        var place = string.Join(
            ", ",
            new[]
            {
                Text(Of(endpoint, "location"), "city"), Text(Of(endpoint, "location"), "country"),
                Text(Of(endpoint, "autonomousSystem"), "name"),
            }.OfType<string>());
        return (Text(endpoint, "ip") ?? Text(endpoint, "domain"), place.Length > 0 ? place : null);
    }

    private static FindingResource? ResourceOf(JsonElement item, Finding finding)
    {
        if ((Text(item, "uid") ?? Text(item, "name")) is not { } uid) return null;
        var type = Text(item, "resourceType") switch
        {
            "S3_BUCKET" => "AwsS3Bucket",
            "S3_OBJECT" => "AwsS3Object",
            "EC2_INSTANCE" => "AwsEc2Instance",
            "EC2_NETWORK_INTERFACE" => "AwsEc2NetworkInterface",
            "EKS_CLUSTER" => "AwsEksCluster",
            "ECS_CLUSTER" => "AwsEcsCluster",
            "IAM_INSTANCE_PROFILE" => "AwsIamInstanceProfile",
            "AUTOSCALING_AUTO_SCALING_GROUP" => "AwsAutoScalingAutoScalingGroup",
            "ACCESS_KEY" when uid.Contains(":role/", StringComparison.Ordinal) => "AwsIamRole",
            "ACCESS_KEY" => "AwsIamAccessKey",
            _ => "Other",
        };
        return new FindingResource(uid, type, Text(item, "region") ?? finding.Region, NativeFindings.TagList(Of(item, "tags")));
    }
}
