using System.Globalization;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.Scenarios;

namespace ChatOps.Sandbox.Aws.Services;

/// <summary>
/// Events that services send by themselves, past Security Hub: GuardDuty, Inspector, Config and Health. What was sent last can be followed
/// up: imported by Security Hub, closed, compliant.
/// </summary>
internal sealed class ServiceEvents(AwsSandbox aws)
{
    private const string Attacker = "198.51.100.7";
    private const string Rule = "s3-bucket-level-public-access-prohibited";

    private (Instance Instance, string Id)? _threat;
    private (string Bucket, string Account, string Region)? _checked;
    private JsonObject? _health;

    /// <summary>GuardDuty finds a brute force attack. Security Hub does not know of it yet.</summary>
    public void GuardDuty()
    {
        var server = Server();
        var id = AwsIds.Hex(32);
        _threat = (server, id);
        var now = AwsIds.Iso(aws.Time.GetUtcNow());
        var title = $"{Attacker} is performing SSH brute force attacks against {server.InstanceId}.";
        Put("GuardDuty Finding", "aws.guardduty", server, [], new JsonObject
        {
            ["schemaVersion"] = "2.0",
            ["accountId"] = server.AccountId,
            ["region"] = server.Region,
            ["partition"] = "aws",
            ["id"] = id,
            ["arn"] = $"{OtherProducts.Detector(server)}/finding/{id}",
            ["type"] = "UnauthorizedAccess:EC2/SSHBruteForce",
            ["resource"] = new JsonObject
            {
                ["resourceType"] = "Instance",
                ["instanceDetails"] = new JsonObject
                {
                    ["instanceId"] = server.InstanceId,
                    ["instanceType"] = server.Type,
                    ["imageId"] = server.ImageId,
                    ["instanceState"] = server.State,
                    ["tags"] = new JsonArray(
                        [.. server.Tags.Select(tag => (JsonNode)new JsonObject { ["key"] = tag.Key, ["value"] = tag.Value })]),
                },
            },
            ["service"] = new JsonObject
            {
                ["serviceName"] = "guardduty",
                ["action"] = new JsonObject
                {
                    ["actionType"] = "NETWORK_CONNECTION",
                    ["networkConnectionAction"] = new JsonObject
                    {
                        ["connectionDirection"] = "INBOUND",
                        ["remoteIpDetails"] = new JsonObject
                        {
                            ["ipAddressV4"] = Attacker,
                            ["country"] = new JsonObject { ["countryName"] = "Exampleland" },
                            ["city"] = new JsonObject { ["cityName"] = "Exampleville" },
                        },
                        ["localPortDetails"] = new JsonObject { ["port"] = 22, ["portName"] = "SSH" },
                        ["blocked"] = false,
                    },
                },
                ["eventFirstSeen"] = now,
                ["eventLastSeen"] = now,
                ["archived"] = false,
                ["count"] = 412,
            },
            ["severity"] = 8,
            ["createdAt"] = now,
            ["updatedAt"] = now,
            ["title"] = title,
            ["description"] = title,
        });
    }

    /// <summary>Security Hub imports what GuardDuty found last; false when it found nothing, or that is imported already.</summary>
    public bool SecurityHubImports()
    {
        if (_threat is not { } threat) return false;
        _threat = null;
        OtherProducts.BruteForce(aws, threat.Instance, EventRoute.EventBridge, threat.Id);
        return true;
    }

    /// <summary>Inspector finds a vulnerable package.</summary>
    public void Inspector()
    {
        var server = Server();
        var now = aws.Time.GetUtcNow().UtcDateTime.ToString("ddd MMM dd HH:mm:ss.fff 'UTC' yyyy", CultureInfo.InvariantCulture);
        Put("Inspector2 Finding", "aws.inspector2", server, [server.InstanceId], new JsonObject
        {
            ["awsAccountId"] = server.AccountId,
            ["description"] = "A signal handler race condition was found in OpenSSH's server.",
            ["findingArn"] = $"arn:aws:inspector2:{server.Region}:{server.AccountId}:finding/{AwsIds.Hex(32)}",
            ["firstObservedAt"] = now,
            ["lastObservedAt"] = now,
            ["updatedAt"] = now,
            ["epss"] = new JsonObject { ["score"] = 0.97 },
            ["exploitAvailable"] = "YES",
            ["fixAvailable"] = "YES",
            ["inspectorScore"] = 8.1,
            ["packageVulnerabilityDetails"] = new JsonObject
            {
                ["source"] = "NVD",
                ["sourceUrl"] = "https://nvd.nist.gov/vuln/detail/CVE-2024-6387",
                ["vulnerabilityId"] = "CVE-2024-6387",
                ["vulnerablePackages"] = new JsonArray(new JsonObject
                {
                    ["name"] = "openssh",
                    ["version"] = "8.7p1",
                    ["fixedInVersion"] = "0:8.7p1-38",
                    ["packageManager"] = "OS",
                }),
            },
            ["remediation"] = new JsonObject { ["recommendation"] = new JsonObject { ["text"] = "None Provided" } },
            ["resources"] = new JsonArray(new JsonObject
            {
                ["id"] = server.InstanceId,
                ["partition"] = "aws",
                ["region"] = server.Region,
                ["type"] = "AWS_EC2_INSTANCE",
                ["tags"] = new JsonObject(server.Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))),
            }),
            ["severity"] = "HIGH",
            ["status"] = "ACTIVE",
            ["title"] = "CVE-2024-6387 - openssh",
            ["type"] = "PACKAGE_VULNERABILITY",
        });
    }

    /// <summary>A Config rule finds a bucket whose public access block is off. Security Hub's controls do not judge it.</summary>
    public void NonCompliant()
    {
        var bucket = FirstState.Bucket(
            $"open-data-{AwsIds.Hex(4)}", AwsSandboxOptions.StageAccount, aws.Time.GetUtcNow(), [("Env", "STAGE"), ("Owner", "DEV")]);
        bucket.JudgedBy = new HashSet<string>();
        bucket.PublicAccessBlock = null;
        aws.State.Resources.Add(bucket);
        _checked = (bucket.Name, bucket.AccountId, bucket.Region);
        Evaluated(_checked.Value, "NON_COMPLIANT", before: null);
    }

    /// <summary>The rule finds the same bucket compliant; false when there is none.</summary>
    public bool Compliant()
    {
        if (_checked is not { } bucket) return false;
        _checked = null;
        Evaluated(bucket, "COMPLIANT", before: "NON_COMPLIANT");
        return true;
    }

    /// <summary>A service of AWS's has trouble in a Region.</summary>
    public void HealthIssue() => Health("EC2", "AWS_EC2_OPERATIONAL_ISSUE", "issue", "PUBLIC", TimeSpan.FromMinutes(-5), null, [],
        "We are investigating increased API error rates and launch latencies for instances in the AP-NORTHEAST-2 Region.\n\nExisting " +
        "instances are not affected.");

    /// <summary>AWS will stop an instance.</summary>
    public void HealthRetirement() => Health(
        "EC2", "AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED", "scheduledChange", "ACCOUNT_SPECIFIC", TimeSpan.FromDays(12),
        TimeSpan.FromDays(12), [Server()],
        "EC2 has detected degradation of the underlying hardware hosting your Amazon EC2 instance.\n\nYour instance will be stopped " +
        "after the scheduled date. You can start it again at any time: it moves to new hardware. "
        + "See https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/schedevents_actions_retire.html");

    /// <summary>AWS closes what it told of last; false when it told of nothing.</summary>
    public bool HealthClosed()
    {
        if (_health is not { } open) return false;
        _health = null;
        var closed = open.DeepClone().AsObject();
        var now = Rfc1123(aws.Time.GetUtcNow());
        closed["statusCode"] = "closed";
        closed["endTime"] = now;
        closed["lastUpdatedTime"] = now;
        closed["eventDescription"]![0]!["latestDescription"] =
            $"{closed["eventDescription"]![0]!["latestDescription"]}\n\n[RESOLVED] The issue has been resolved and the service is " +
                $"operating normally.";
        Send(closed);
        return true;
    }

    /// <summary>Everything as at the start.</summary>
    public void Clear() => (_threat, _checked, _health) = (null, null, null);

    private void Health(
        string service, string code, string category, string scope, TimeSpan start, TimeSpan? end, Instance[] affected, string description)
    {
        var now = aws.Time.GetUtcNow();
        var detail = new JsonObject
        {
            ["eventArn"] = $"arn:aws:health:{AwsSandboxOptions.HomeRegion}::event/{service}/{code}/{code}_{AwsIds.Hex(12)}",
            ["service"] = service,
            ["eventTypeCode"] = code,
            ["eventTypeCategory"] = category,
            ["eventScopeCode"] = scope,
            ["communicationId"] = $"{AwsIds.Hex(40)}-1",
            ["startTime"] = Rfc1123(now + start),
            ["lastUpdatedTime"] = Rfc1123(now),
            ["statusCode"] = start > TimeSpan.Zero ? "upcoming" : "open",
            ["eventRegion"] = AwsSandboxOptions.HomeRegion,
            ["eventDescription"] = new JsonArray(new JsonObject { ["language"] = "en_US", ["latestDescription"] = description }),
            ["affectedEntities"] = new JsonArray([.. affected.Select(instance => (JsonNode)new JsonObject
            {
                ["entityValue"] = instance.InstanceId,
                ["status"] = "PENDING",
                ["tags"] = new JsonObject(instance.Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))),
            })]),
            ["page"] = "1",
            ["totalPages"] = "1",
            ["backupEvent"] = "false",
            ["affectedAccount"] = AwsSandboxOptions.ProdAccount,
        };
        if (end is { } until) detail["endTime"] = Rfc1123(now + until);
        _health = detail;
        Send(detail.DeepClone().AsObject());
    }

    /// <summary>Public events come a second time, from the backup Region.</summary>
    private void Send(JsonObject detail)
    {
        aws.Bus.Put(new BusEvent(
            "AWS Health Event", "aws.health", AwsSandboxOptions.ProdAccount, AwsSandboxOptions.HomeRegion, [], detail,
            EventRoute.EventBridge));
        if ((string?)detail["eventScopeCode"] != "PUBLIC") return;
        var copy = detail.DeepClone().AsObject();
        copy["backupEvent"] = "true";
        aws.Bus.Put(
            new BusEvent("AWS Health Event", "aws.health", AwsSandboxOptions.ProdAccount, "us-west-2", [], copy, EventRoute.EventBridge));
    }

    private void Evaluated((string Bucket, string Account, string Region) resource, string result, string? before)
    {
        var now = AwsIds.Iso(aws.Time.GetUtcNow());
        JsonObject Result(string compliance) => new()
        {
            ["evaluationResultIdentifier"] = new JsonObject
            {
                ["evaluationResultQualifier"] = new JsonObject
                {
                    ["configRuleName"] = Rule,
                    ["resourceType"] = "AWS::S3::Bucket",
                    ["resourceId"] = resource.Bucket,
                    ["evaluationMode"] = "DETECTIVE",
                },
                ["orderingTimestamp"] = now,
            },
            ["complianceType"] = compliance,
            ["resultRecordedTime"] = now,
            ["configRuleInvokedTime"] = now,
            ["annotation"] = compliance == "COMPLIANT" ? null : "The bucket's public access block is off.",
        };
        var detail = new JsonObject
        {
            ["resourceId"] = resource.Bucket,
            ["awsRegion"] = resource.Region,
            ["awsAccountId"] = resource.Account,
            ["configRuleName"] = Rule,
            ["recordVersion"] = "1.0",
            ["configRuleARN"] = $"arn:aws:config:{resource.Region}:{resource.Account}:config-rule/config-rule-5b2e9c",
            ["messageType"] = "ComplianceChangeNotification",
            ["newEvaluationResult"] = Result(result),
            ["notificationCreationTime"] = now,
            ["resourceType"] = "AWS::S3::Bucket",
        };
        if (before is not null) detail["oldEvaluationResult"] = Result(before);
        aws.Bus.Put(new BusEvent(
            "Config Rules Compliance Change", "aws.config", resource.Account, resource.Region, [], detail, EventRoute.EventBridge));
    }

    private void Put(string detailType, string source, Instance server, string[] resources, JsonObject detail) =>
        aws.Bus.Put(new BusEvent(detailType, source, server.AccountId, server.Region, resources, detail, EventRoute.EventBridge));

    private Instance Server() => aws.State.In<Instance>(AwsSandboxOptions.ProdAccount, AwsSandboxOptions.HomeRegion).First();

    private static string Rfc1123(DateTimeOffset time) =>
        time.UtcDateTime.ToString("ddd, d MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture);
}
