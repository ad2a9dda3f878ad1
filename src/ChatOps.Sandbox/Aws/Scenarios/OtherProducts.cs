using System.Globalization;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.SecurityHub;

namespace ChatOps.Sandbox.Aws.Scenarios;

/// <summary>Findings that products other than Security Hub's controls send: Inspector, GuardDuty, Config.</summary>
internal static class OtherProducts
{
    private static readonly (
        string Cve, string Package, string Installed, string Fixed, double Cvss, double Epss, string Severity, string Exploit)[] Known =
    [
        ("CVE-2024-3094", "xz", "5.6.0", "5.6.1-2", 10.0, 0.92, "CRITICAL", "YES"),
        ("CVE-2024-6387", "openssh", "8.7p1", "8.7p1-38", 8.1, 0.97, "HIGH", "YES"),
        ("CVE-2023-44487", "nghttp2", "1.41.0", "1.57.0", 7.5, 0.94, "HIGH", "YES"),
        ("CVE-2023-38545", "curl", "8.0.1", "8.4.0", 9.8, 0.61, "CRITICAL", "NO"),
        ("CVE-2023-4911", "glibc", "2.34", "2.34-60", 7.8, 0.74, "HIGH", "YES"),
    ];

    /// <summary>How many vulnerabilities <see cref="Vulnerability"/> knows.</summary>
    public static int KnownVulnerabilities => Known.Length;

    public static StoredFinding Vulnerability(AwsSandbox aws, Instance instance, int which, EventRoute route, bool announce = true)
    {
        var (cve, package, installed, fixedIn, cvss, epss, severity, exploit) = Known[which];
        var finding = Asff.Of(
            "inspector",
            "Inspector",
            "Amazon",
            $"arn:aws:inspector2:{instance.Region}:{instance.AccountId}:finding/{AwsIds.Hex(32)}",
            "AWSInspector",
            severity,
            $"{cve} - {package}",
            $"A flaw was found in {package}. An attacker may use it over the network. See {cve}.",
            ["Software and Configuration Checks/Vulnerabilities/CVE"],
            instance,
            AccountName(instance),
            aws.Time.GetUtcNow());
        finding["Vulnerabilities"] = new JsonArray(new JsonObject
        {
            ["Id"] = cve,
            ["VulnerablePackages"] = new JsonArray(new JsonObject
            {
                ["Name"] = package,
                ["Version"] = installed,
                ["Epoch"] = "0",
                ["Release"] = "1.amzn2023",
                ["Architecture"] = "X86_64",
                ["PackageManager"] = "OS",
                ["FixedInVersion"] = fixedIn,
                ["Remediation"] = $"dnf update {package}",
            }),
            ["Cvss"] = new JsonArray(new JsonObject
            {
                ["Version"] = "3.1",
                ["BaseScore"] = cvss,
                ["BaseVector"] = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                ["Source"] = "NVD",
            }),
            ["Vendor"] = new JsonObject
            {
                ["Name"] = "NVD",
                ["Url"] = "https://nvd.nist.gov/vuln/detail/" + cve,
                ["VendorSeverity"] = severity,
                ["VendorCreatedAt"] = "2024-03-29T17:15:21Z",
                ["VendorUpdatedAt"] = "2024-08-19T18:35:06Z",
            },
            ["ReferenceUrls"] = new JsonArray("https://nvd.nist.gov/vuln/detail/" + cve),
            ["FixAvailable"] = "YES",
            ["EpssScore"] = epss,
            ["ExploitAvailable"] = exploit,
        });
        finding["Remediation"] = new JsonObject
        {
            ["Recommendation"] = new JsonObject
            {
                ["Text"] = "Remediation is available. Please refer to the Fixed version in the vulnerability details section above.",
            },
        };
        var fields = finding["ProductFields"]!.AsObject();
        fields["aws/inspector/ProductVersion"] = "2";
        fields["aws/inspector/FindingStatus"] = "ACTIVE";
        fields["aws/inspector/inspectorScore"] = cvss.ToString("0.0", CultureInfo.InvariantCulture);
        return Store(aws, finding, instance, route, announce);
    }

    /// <summary>GuardDuty's detector in the instance's account.</summary>
    public static string Detector(Instance instance) =>
        $"arn:aws:guardduty:{instance.Region}:{instance.AccountId}:detector/12abc34d567e8fa901bc2d34e56789f0";

    public static StoredFinding BruteForce(AwsSandbox aws, Instance instance, EventRoute route, string? known = null)
    {
        const string attacker = "198.51.100.7";
        var id = known ?? AwsIds.Hex(32);
        var detector = Detector(instance);
        var finding = Asff.Of(
            "guardduty",
            "GuardDuty",
            "Amazon",
            $"{detector}/finding/{id}",
            detector,
            "HIGH",
            $"{attacker} is performing SSH brute force attacks against {instance.InstanceId}.",
            $"{attacker} is performing SSH brute force attacks against {instance.InstanceId}. Brute force attacks are used to gain " +
            $"unauthorized access to your instance by guessing the SSH password.",
            ["TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce"],
            instance,
            AccountName(instance),
            aws.Time.GetUtcNow());
        finding["Severity"]!["Original"] = "8";
        finding["SourceUrl"] =
            $"https://{instance.Region}.console.aws.amazon.com/guardduty/home?region={instance.Region}#/findings?macros=current&fId={id}";
        finding["Action"] = new JsonObject
        {
            ["ActionType"] = "NETWORK_CONNECTION",
            ["NetworkConnectionAction"] = new JsonObject
            {
                ["ConnectionDirection"] = "INBOUND",
                ["RemoteIpDetails"] = new JsonObject
                {
                    ["IpAddressV4"] = attacker,
                    ["Country"] = new JsonObject { ["CountryName"] = "Exampleland" },
                },
                ["RemotePortDetails"] = new JsonObject { ["Port"] = 46794, ["PortName"] = "Unknown" },
                ["LocalPortDetails"] = new JsonObject { ["Port"] = 22, ["PortName"] = "SSH" },
                ["Protocol"] = "TCP",
                ["Blocked"] = false,
            },
        };
        var fields = finding["ProductFields"]!.AsObject();
        fields["aws/guardduty/service/archived"] = "false";
        fields["aws/guardduty/service/count"] = "412";
        return Store(aws, finding, instance, route, announce: true);
    }

    public static StoredFinding ConfigRule(AwsSandbox aws, Instance instance, EventRoute route)
    {
        var rule = $"arn:aws:config:{instance.Region}:{instance.AccountId}:config-rule/config-rule-1a2b3c";
        var finding = Asff.Of(
            "config",
            "Config",
            "AWS",
            $"{rule}/finding/{AwsIds.Guid()}",
            rule,
            "MEDIUM",
            "required-tags",
            "This finding is created for a resource compliance change for config rule: required-tags",
            ["Software and Configuration Checks"],
            instance,
            AccountName(instance),
            aws.Time.GetUtcNow());
        finding["Compliance"] = new JsonObject { ["Status"] = "FAILED" };
        var fields = finding["ProductFields"]!.AsObject();
        fields["aws/config/ConfigRuleArn"] = rule;
        fields["aws/config/ConfigRuleName"] = "required-tags";
        fields["aws/config/ConfigComplianceType"] = "NON_COMPLIANT";
        return Store(aws, finding, instance, route, announce: true);
    }

    private static StoredFinding Store(AwsSandbox aws, JsonObject body, Instance instance, EventRoute route, bool announce)
    {
        var finding = new StoredFinding
        {
            Body = body,
            AccountId = instance.AccountId,
            Region = instance.Region,
            ResourceArn = instance.Arn,
            Route = route,
        };
        aws.State.Findings.Add(finding);
        if (announce)
            aws.FindingEvents.Imported([finding]);
        return finding;
    }

    private static string? AccountName(AwsResource resource) => AwsState.Accounts.FirstOrDefault(a => a.Id == resource.AccountId).Name;
}
