using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;

namespace ChatOps.Findings;

/// <summary>
/// GuardDuty's own EventBridge events. The finding gets the identity by which Security Hub imports it (its ARN, and the product
/// <c>aws/guardduty</c> of its Region), so that whichever of the two comes later meets the one that is there.
/// </summary>
internal static class GuardDutyEvents
{
    /// <summary>A finding was generated, or seen again.</summary>
    public const string Kind = "aws.guardduty/GuardDuty Finding";

    /// <summary>Reads an event.</summary>
    /// <exception cref="UnreadableEventException">It has no ARN or account.</exception>
    public static Finding Read(EventBridgeEnvelope envelope)
    {
        JsonElement? json = envelope.Detail;
        if (json.Text("arn", 512) is not { } text || !Arn.TryParse(text, out var arn))
            throw new UnreadableEventException("'detail.arn' is missing or no ARN.");
        var (service, account) = (json.Child("service"), json.Text("accountId", 12) ?? arn.Account);
        if (account.Length != 12 || !account.All(char.IsAsciiDigit))
            throw new UnreadableEventException("'detail.accountId' is not twelve digits.");
        var region = json.Text("region", 64) ?? envelope.Region;
        var type = json.Text("type", 256) ?? "";
        var updated = json.Value.Time("updatedAt") ?? envelope.Time;
        var created = json.Value.Time("createdAt") ?? updated;
        var productArn = NativeFindings.ProductArn(arn.Partition, region, "aws/guardduty");
        var finding = new Finding
        {
            Id = Finding.IdOf(text, productArn),
            Arn = text,
            ProductArn = productArn,
            Account = account,
            Region = region,
            Title = json.Text("title", 512) ?? (type.Length > 0 ? type : text),
            Description = json.Text("description", 4096) ?? "",
            // GuardDuty's scale ends at 10.
            Severity = json.Number("severity") is { } severity ? Asff.RankOf(severity * 10) : Severity.Medium,
            Product = "GuardDuty",
            Company = "Amazon",
            Generator = text.IndexOf("/finding/", StringComparison.Ordinal) is > 0 and var detector ? text[..detector] : "",
            Types = type.Length > 0 ? [type] : [],
            Archived = service.Flag("archived") == true,
            FirstSeen = service?.Time("eventFirstSeen") ?? created,
            LastSeen = service?.Time("eventLastSeen") ?? updated,
            CreatedAt = created,
            UpdatedAt = updated,
            ObservedAt = envelope.Time,
            SourceUrl = EventText.Link(ConsoleLinks.GuardDutyFinding(region, arn.Resource[(arn.Resource.LastIndexOf('/') + 1)..])),
            Threat = ThreatOf(service),
            Resources = ResourcesOf(json.Child("resource"), arn.Partition, account, region),
            Form = FindingForm.Native,
        };
        return AttackSequences.Read(finding, service.Child("detection").Child("sequence"));
    }

    private static ThreatAction? ThreatOf(JsonElement? service)
    {
        if (service.Child("action") is not { ValueKind: JsonValueKind.Object } given) return null;
        JsonElement? action = given;
        var (call, connection, dns) = (
            action.Child("awsApiCallAction"), action.Child("networkConnectionAction"), action.Child("dnsRequestAction"));
        var probe = action.Child("portProbeAction").Child("portProbeDetails").Items().Select(item => (JsonElement?)item).FirstOrDefault();
        var other = action.Child("kubernetesApiCallAction") ?? action.Child("rdsLoginAttemptAction");
        var remote = (call ?? connection ?? probe ?? other).Child("remoteIpDetails");
        return new ThreatAction
        {
            Kind = action.Text("actionType", 64),
            Ip = remote.Text("ipAddressV4", 64) ?? remote.Text("ipAddressV6", 64),
            Country = remote.Child("country").Text("countryName", 128),
            City = remote.Child("city").Text("cityName", 128),
            Organization = remote.Child("organization").Text("org", 256) ?? remote.Child("organization").Text("asnOrg", 256),
            Api = call.Text("api", 128) ?? other.Text("verb", 128),
            Service = call.Text("serviceName", 128),
            Port = (connection ?? probe).Child("localPortDetails").Text("port", 16),
            Domain = dns.Text("domain", 256) ?? call.Child("domainDetails").Text("domain", 256),
            Direction = connection.Text("connectionDirection", 32),
            Blocked = (connection ?? dns ?? action.Child("portProbeAction")).Flag("blocked"),
            Count = EventText.Whole(service.Text("count", 32)),
        };
    }

    /// <summary>What it happened to. An event names the type and gives its details under a member of their own.</summary>
    private static List<FindingResource> ResourcesOf(JsonElement? resource, string partition, string account, string region)
    {
        var found = new List<FindingResource>();
        void Add(string? id, string type, JsonElement? details, params string[] facts)
        {
            if (id is null) return;
            var known = facts.Select(fact => (Name: char.ToUpperInvariant(fact[0]) + fact[1..], Value: details.Text(fact, 256))).Where(
                fact => fact.Value is not null);
            found.Add(new FindingResource(id, type, region, NativeFindings.TagList(details.Child("tags")))
            {
                Details = known.ToDictionary(fact => fact.Name, fact => fact.Value!, StringComparer.Ordinal),
            });
        }

        if (resource.Child("instanceDetails") is { } instance && instance.Text("instanceId", 64) is { } instanceId)
            Add(
                $"arn:{partition}:ec2:{region}:{account}:instance/{instanceId}", "AwsEc2Instance", instance, "instanceType", "imageId",
                "availabilityZone", "instanceState");
        if (resource.Child("accessKeyDetails") is { } key)
            Add(
                $"AWS::IAM::AccessKey:{key.Text("accessKeyId", 128) ?? "null"}", "AwsIamAccessKey", key, "userName", "userType",
                "principalId");
        foreach (var bucket in resource.Child("s3BucketDetails").Items().Take(10))
            Add(bucket.Text("arn", 512), "AwsS3Bucket", bucket, "name", "type");
        Add(resource.Child("eksClusterDetails").Text("arn", 512), "AwsEksCluster", resource.Child("eksClusterDetails"), "name", "status");
        Add(resource.Child("ecsClusterDetails").Text("arn", 512), "AwsEcsCluster", resource.Child("ecsClusterDetails"), "name", "status");
        Add(
            resource.Child("lambdaDetails").Text("functionArn", 512), "AwsLambdaFunction", resource.Child("lambdaDetails"), "functionName",
            "role");
        Add(
            resource.Child("rdsDbInstanceDetails").Text("dbInstanceArn", 512), "AwsRdsDbInstance", resource.Child("rdsDbInstanceDetails"),
            "engine", "engineVersion");
        return found;
    }
}
