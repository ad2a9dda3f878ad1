using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Platform.Ingest;

namespace ChatOps.Findings.Tests;

public sealed class SecurityHubEventsTests
{
    public static TheoryData<string, int, Severity, string?, string?, string, string, FindingState> Facts => new()
    {
        // file, place, severity, control, compliance, account, region, state

        {
            "securityhub-custom-action/custom-action-cis-1-6-two-findings",
            0,
            Severity.Medium,
            "CIS.1.6",
            "WARNING",
            "111122223333",
            "us-east-1",
            FindingState.New
        },

        {
            "securityhub-custom-action/custom-action-cis-1-6-two-findings",
            1,
            Severity.Informational,
            "CIS.1.6",
            "PASSED",
            "111122223333",
            "us-east-1",
            FindingState.Resolved
        },

        {
            "securityhub-custom-action/custom-action-cross-account-lambda",
            0,
            Severity.Low,
            null,
            "FAILED",
            "444455556666",
            "us-east-1",
            FindingState.New
        },

        {
            "securityhub-custom-action/custom-action-fsbp-rds-1",
            0,
            Severity.Critical,
            "RDS.1",
            "FAILED",
            "111122223333",
            "eu-west-1",
            FindingState.New
        },

        {
            "securityhub-custom-action/custom-action-guardduty-iam-key",
            0,
            Severity.Medium,
            null,
            null,
            "111122223333",
            "us-east-1",
            FindingState.New
        },

        {
            "securityhub-custom-action/custom-action-name-mismatch",
            0,
            Severity.High,
            "CLOUDTRAIL.1",
            "WARNING",
            "111122223333",
            "us-east-1",
            FindingState.New
        },

        {
            "securityhub-imported/access-analyzer-public-bucket",
            0,
            Severity.High,
            null,
            null,
            "111122223333",
            "us-east-1",
            FindingState.New
        },
        { "securityhub-imported/cis-1-3-warning", 0, Severity.Medium, "CIS.1.3", "WARNING", "111122223333", "us-east-1", FindingState.New },
        { "securityhub-imported/cis-2-9-failed", 0, Severity.Medium, "CIS.2.9", "FAILED", "111122223333", "us-east-2", FindingState.New },
        { "securityhub-imported/cis-3-1-failed", 0, Severity.Low, "CIS.3.1", "FAILED", "111122223333", "us-east-1", FindingState.New },
        { "securityhub-imported/cis-4-1-failed", 0, Severity.High, "CIS.4.1", "FAILED", "111122223333", "us-east-1", FindingState.New },

        {
            "securityhub-imported/config-rule-noncompliant",
            0,
            Severity.Medium,
            null,
            "FAILED",
            "111122223333",
            "us-east-1",
            FindingState.New
        },

        {
            "securityhub-imported/control-config-1-not-available",
            0,
            Severity.Critical,
            "CONFIG.1",
            "NOT_AVAILABLE",
            "111122223333",
            "us-east-1",
            FindingState.New
        },

        {
            "securityhub-imported/control-ec2-19-consolidated",
            0,
            Severity.Critical,
            "EC2.19",
            "FAILED",
            "111122223333",
            "us-east-1",
            FindingState.New
        },

        {
            "securityhub-imported/control-ec2-8-archived",
            0,
            Severity.High,
            "EC2.8",
            "FAILED",
            "111122223333",
            "us-east-1",
            FindingState.Archived
        },

        {
            "securityhub-imported/control-rds-3-passed-resolved",
            0,
            Severity.Informational,
            "RDS.3",
            "PASSED",
            "111122223333",
            "ap-northeast-2",
            FindingState.Resolved
        },

        {
            "securityhub-imported/control-s3-8-suppressed",
            0,
            Severity.High,
            "S3.8",
            "FAILED",
            "111122223333",
            "us-east-1",
            FindingState.Suppressed
        },

        {
            "securityhub-imported/fsbp-cloudtrail-1-failed",
            0,
            Severity.Informational,
            "CLOUDTRAIL.1",
            "FAILED",
            "111122223333",
            "us-east-1",
            FindingState.New
        },

        {
            "securityhub-imported/fsbp-ec2-2-failed",
            0,
            Severity.Informational,
            "EC2.2",
            "FAILED",
            "111122223333",
            "us-east-1",
            FindingState.New
        },

        {
            "securityhub-imported/fsbp-ec2-7-failed",
            0,
            Severity.Informational,
            "EC2.7",
            "FAILED",
            "111122223333",
            "us-east-1",
            FindingState.New
        },
        { "securityhub-imported/fsbp-iam-3-failed", 0, Severity.Medium, "IAM.3", "FAILED", "111122223333", "us-east-1", FindingState.New },

        {
            "securityhub-imported/fsbp-iam-8-no-resource-details",
            0,
            Severity.Medium,
            "IAM.8",
            "FAILED",
            "111122223333",
            "us-east-1",
            FindingState.New
        },

        {
            "securityhub-imported/fsbp-lambda-1-failed",
            0,
            Severity.Informational,
            "LAMBDA.1",
            "FAILED",
            "111122223333",
            "us-east-1",
            FindingState.New
        },

        {
            "securityhub-imported/fsbp-rds-2-failed",
            0,
            Severity.Critical,
            "RDS.2",
            "FAILED",
            "111122223333",
            "us-east-1",
            FindingState.New
        },
        { "securityhub-imported/fsbp-s3-1-failed", 0, Severity.Medium, "S3.1", "FAILED", "111122223333", "us-east-1", FindingState.New },

        {
            "securityhub-imported/fsbp-s3-2-passed",
            0,
            Severity.Informational,
            "S3.2",
            "PASSED",
            "111122223333",
            "us-east-1",
            FindingState.Resolved
        },
        { "securityhub-imported/guardduty-ssh-brute-force", 0, Severity.Low, null, null, "111122223333", "us-east-1", FindingState.New },
        { "securityhub-imported/health-finding", 0, Severity.High, null, null, "111122223333", "us-east-1", FindingState.New },
        { "securityhub-imported/inspector-cve-ec2", 0, Severity.High, null, null, "111122223333", "us-east-1", FindingState.New },
        { "securityhub-imported/inspector-cve-ecr-image", 0, Severity.Critical, null, null, "111122223333", "us-east-1", FindingState.New },
        { "securityhub-imported/macie-sensitive-data", 0, Severity.High, null, null, "111122223333", "us-east-1", FindingState.New },
        { "securityhub-imported/pci-ec2-5-failed", 0, Severity.High, "PCI.EC2.5", "FAILED", "111122223333", "us-east-1", FindingState.New },
        { "securityhub-imported/third-party-prowler", 0, Severity.Critical, null, "FAILED", "111122223333", "eu-west-1", FindingState.New },
    };

    [Theory]
    [MemberData(nameof(Facts))]
    public void Every_event_gives_its_key_facts(
        string file, int place, Severity severity, string? control, string? compliance, string account, string region, FindingState state)
    {
        var read = Events.Read(file);

        Assert.Empty(read.Faults);
        var finding = read.Findings[place];
        Assert.Equal(
            (severity, control, compliance, account, region, state),
            (finding.Severity, finding.ControlId, finding.Compliance, finding.Account, finding.Region, finding.State));
    }

    [Fact]
    public void The_table_of_facts_knows_every_file() =>
        Assert.Equal(Events.Files, Facts.Select(row => (string)row[0]).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void What_the_ASFF_says_in_words_is_kept_for_every_event()
    {
        foreach (var file in Events.Files)
        {
            var raw = JsonNode.Parse(Events.Body(file))!["detail"]!["findings"]!.AsArray();
            foreach (var (finding, asff) in Events.Read(file).Findings.Zip(raw))
            {
                Assert.Equal((string?)asff!["Id"], finding.Arn);
                Assert.EndsWith(finding.Title, (string?)asff["Title"], StringComparison.Ordinal);
                Assert.Equal(((string?)asff["Description"])!.Trim(), finding.Description);
                Assert.Equal(
                    asff["Resources"]!.AsArray().Select(resource => (string?)resource!["Id"]),
                    finding.Resources.Select(resource => resource.Arn));
                Assert.Equal(
                    asff["Resources"]!.AsArray().Sum(resource => resource!["Tags"]?.AsObject().Count ?? 0),
                    finding.Resources.Sum(resource => resource.Tags.Count));
                Assert.Equal((string?)asff["Remediation"]?["Recommendation"]?["Text"], finding.RemediationText);
                Assert.Equal((string?)asff["Remediation"]?["Recommendation"]?["Url"], finding.RemediationUrl);
                Assert.Equal((string?)asff["Note"]?["Text"], finding.Note?.Text);
                Assert.Equal(DateTimeOffset.Parse((string)asff["UpdatedAt"]!, null), finding.UpdatedAt);
                Assert.Equal(DateTimeOffset.Parse((string?)asff["FirstObservedAt"] ?? (string)asff["CreatedAt"]!, null), finding.FirstSeen);
                Assert.Equal(
                    (string?)asff["ProductName"] ?? (string?)asff["ProductFields"]!["aws/securityhub/ProductName"], finding.Product);
                Assert.Equal((string?)asff["GeneratorId"], finding.Generator);
            }
        }
    }

    [Fact]
    public void A_vulnerability_keeps_scores_exploit_and_fix()
    {
        var finding = Events.Finding("securityhub-imported/inspector-cve-ec2");

        var cve = Assert.Single(finding.Vulnerabilities);
        Assert.Equal(("CVE-2024-6387", 8.1, 0.97, true, "YES"), (cve.Id, cve.Cvss, cve.Epss, cve.ExploitAvailable, cve.FixAvailable));
        var package = Assert.Single(cve.Packages);
        Assert.Equal(("openssh", "8.7p1", "8.7p2"), (package.Name, package.Version, package.FixedIn));
        Assert.Equal("https://nvd.nist.gov/vuln/detail/CVE-2024-6387", cve.Url);
        Assert.Equal("CVE-2024-6387|111122223333", finding.Group);
    }

    [Fact]
    public void A_threat_keeps_who_from_where_and_how_often()
    {
        var connection = Events.Finding("securityhub-imported/guardduty-ssh-brute-force").Threat!;
        Assert.Equal(
            ("198.51.100.7", "Exampleland", "22", 7L, false),
            (connection.Ip, connection.Country, connection.Port, connection.Count, connection.Blocked));

        // The older generation says it in product fields.
        var call = Events.Finding("securityhub-custom-action/custom-action-guardduty-iam-key").Threat!;
        Assert.Equal(
            ("198.51.100.168", "United States", "Washington", "ConsoleLogin", "signin.amazonaws.com", 1L),
            (call.Ip, call.Country, call.City, call.Api, call.Service, call.Count));
    }

    [Fact]
    public void A_resource_keeps_the_details_that_matter()
    {
        Assert.Equal("22", Events.Finding("securityhub-imported/control-ec2-19-consolidated").Resources[0].Details["OpenToTheWorld"]);
        Assert.Equal(
            "db-U2ZDYPBQO3624IBNRFM5JYN35M",
            Events.Finding("securityhub-imported/fsbp-rds-2-failed").Resources[0].Details["DbiResourceId"]);
        Assert.Equal("shop-api", Events.Finding("securityhub-imported/inspector-cve-ecr-image").Resources[0].Details["RepositoryName"]);
        Assert.Equal("1.4.2", Events.Finding("securityhub-imported/inspector-cve-ecr-image").Resources[0].Details["ImageTags"]);
        Assert.Equal(
            "PERSONAL_INFORMATION: ADDRESS × 30",
            Events.Finding("securityhub-imported/macie-sensitive-data").Resources[1].Details["SensitiveData"]);
        Assert.Equal("alice", Events.Finding("securityhub-custom-action/custom-action-guardduty-iam-key").Resources[0].Details["UserName"]);
        Assert.Equal("*", Events.Finding("securityhub-imported/access-analyzer-public-bucket").Resources[0].Details["External Principal"]);
    }

    [Fact]
    public void A_custom_action_says_its_name() =>
        Assert.Equal("Ec2 aws", Events.Read("securityhub-custom-action/custom-action-guardduty-iam-key").ActionName);

    [Theory]
    [InlineData("securityhub-imported/fsbp-s3-1-failed", "FSBP")]
    [InlineData("securityhub-imported/cis-1-3-warning", "CIS 1.2.0")]
    [InlineData("securityhub-imported/pci-ec2-5-failed", "PCI DSS 3.2.1")]
    [InlineData("securityhub-imported/control-ec2-19-consolidated", "FSBP, CIS 1.2.0")]
    public void Standards_are_said_in_short(string file, string standards) =>
        Assert.Equal(standards, string.Join(", ", Events.Finding(file).Standards));

    [Fact]
    public void One_bad_finding_does_not_cost_the_others()
    {
        var node = JsonNode.Parse(Events.Body("securityhub-custom-action/custom-action-cis-1-6-two-findings"))!;
        node["detail"]!["findings"]!.AsArray().Insert(1, JsonNode.Parse("""{"Id":12,"Title":"no product"}"""));

        var read = SecurityHubEvents.Read(node.ToJsonString());

        Assert.Equal(2, read.Findings.Count);
        var fault = Assert.Single(read.Faults);
        Assert.Equal(1, fault.Index);
        Assert.Contains("ProductArn", fault.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_without_findings_is_refused_with_a_reason()
    {
        var node = JsonNode.Parse(Events.Body("securityhub-imported/fsbp-s3-1-failed"))!;
        node["detail"]!.AsObject().Remove("findings");

        Assert.Contains(
            "detail.findings", Assert.Throws<UnreadableEventException>(() => SecurityHubEvents.Read(node.ToJsonString())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Identity_is_the_pair_of_id_and_product()
    {
        Assert.Equal(Finding.IdOf("a", "p"), Finding.IdOf("a", "p"));
        Assert.NotEqual(Finding.IdOf("a", "p"), Finding.IdOf("a", "q"));
        Assert.Matches("^[a-z2-9]{16}$", Finding.IdOf("a", "p"));
    }

    /// <summary>
    /// Any field of any real finding replaced by any junk: never an exception, never a NUL or a lone surrogate in what is kept.
    /// </summary>
    [Fact]
    public void Hostile_values_anywhere_never_throw_and_leave_no_broken_text()
    {
        string[] junk =
        [
            "null", "1e400", "-1", "[]", "{}", "[[[[1]]]]", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":1}}}}}", "\"\"", "\"\\u0000\\ud800x\"",
            "\"<!channel>\"", "true", $"\"{new string('x', 20_000)}\"", "\"\\ud800\"",
        ];
        foreach (var file in Events.Files.Where((_, place) => place % 4 == 0))
        {
            using var document = JsonDocument.Parse(Events.Body(file));
            foreach (var finding in document.RootElement.GetProperty("detail").GetProperty("findings").EnumerateArray())
            {
                foreach (var member in finding.EnumerateObject())
                {
                    foreach (var value in junk)
                    {
                        var text = "{" + string.Join(',', finding.EnumerateObject().Where(other => other.Name != member.Name)
                            .Select(other => $"\"{other.Name}\":{other.Value.GetRawText()}").Append($"\"{member.Name}\":{value}")) + "}";
                        using var hostile = JsonDocument.Parse(text);
                        if (!Asff.TryRead(hostile.RootElement, "us-east-1", DateTimeOffset.UnixEpoch, out var read, out var error))
                        {
                            Assert.NotEqual("", error);
                            continue;
                        }

                        var kept = JsonSerializer.Serialize(read);
                        Assert.DoesNotContain("\\u0000", kept, StringComparison.Ordinal);
                        Assert.DoesNotContain("\\uD800\"", kept, StringComparison.OrdinalIgnoreCase);
                        Assert.True(read.Title.Length is > 0 and <= 512);
                        Assert.True(read.Description.Length <= 4096);
                    }
                }
            }
        }
    }
}
