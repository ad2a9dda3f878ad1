using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Aws.SecurityHub;

/// <summary>Where in ASFF each name of <c>AwsSecurityFindingFilters</c> looks. Arrays on the way mean "any of them".</summary>
internal static class FindingPaths
{
    /// <summary>Names whose path is not the name itself.</summary>
    private static readonly Dictionary<string, string> Irregular = new(StringComparer.Ordinal)
    {
        ["Type"] = "Types",
        ["SeverityProduct"] = "Severity.Product",
        ["SeverityNormalized"] = "Severity.Normalized",
        ["SeverityLabel"] = "Severity.Label",
        ["RecommendationText"] = "Remediation.Recommendation.Text",
        ["MalwareName"] = "Malware.Name",
        ["MalwareType"] = "Malware.Type",
        ["MalwarePath"] = "Malware.Path",
        ["MalwareState"] = "Malware.State",
        ["NetworkDirection"] = "Network.Direction",
        ["NetworkProtocol"] = "Network.Protocol",
        ["NetworkSourceIpV4"] = "Network.SourceIpV4",
        ["NetworkSourceIpV6"] = "Network.SourceIpV6",
        ["NetworkSourcePort"] = "Network.SourcePort",
        ["NetworkSourceDomain"] = "Network.SourceDomain",
        ["NetworkSourceMac"] = "Network.SourceMac",
        ["NetworkDestinationIpV4"] = "Network.DestinationIpV4",
        ["NetworkDestinationIpV6"] = "Network.DestinationIpV6",
        ["NetworkDestinationPort"] = "Network.DestinationPort",
        ["NetworkDestinationDomain"] = "Network.DestinationDomain",
        ["ProcessName"] = "Process.Name",
        ["ProcessPath"] = "Process.Path",
        ["ProcessPid"] = "Process.Pid",
        ["ProcessParentPid"] = "Process.ParentPid",
        ["ProcessLaunchedAt"] = "Process.LaunchedAt",
        ["ProcessTerminatedAt"] = "Process.TerminatedAt",
        ["ThreatIntelIndicatorType"] = "ThreatIntelIndicators.Type",
        ["ThreatIntelIndicatorValue"] = "ThreatIntelIndicators.Value",
        ["ThreatIntelIndicatorCategory"] = "ThreatIntelIndicators.Category",
        ["ThreatIntelIndicatorLastObservedAt"] = "ThreatIntelIndicators.LastObservedAt",
        ["ThreatIntelIndicatorSource"] = "ThreatIntelIndicators.Source",
        ["ThreatIntelIndicatorSourceUrl"] = "ThreatIntelIndicators.SourceUrl",
        ["ResourceType"] = "Resources.Type",
        ["ResourceId"] = "Resources.Id",
        ["ResourcePartition"] = "Resources.Partition",
        ["ResourceRegion"] = "Resources.Region",
        ["ResourceTags"] = "Resources.Tags",
        ["ResourceDetailsOther"] = "Resources.Details.Other",
        ["ResourceAwsEc2InstanceType"] = "Resources.Details.AwsEc2Instance.Type",
        ["ResourceAwsEc2InstanceImageId"] = "Resources.Details.AwsEc2Instance.ImageId",
        ["ResourceAwsEc2InstanceIpV4Addresses"] = "Resources.Details.AwsEc2Instance.IpV4Addresses",
        ["ResourceAwsEc2InstanceIpV6Addresses"] = "Resources.Details.AwsEc2Instance.IpV6Addresses",
        ["ResourceAwsEc2InstanceKeyName"] = "Resources.Details.AwsEc2Instance.KeyName",
        ["ResourceAwsEc2InstanceIamInstanceProfileArn"] = "Resources.Details.AwsEc2Instance.IamInstanceProfileArn",
        ["ResourceAwsEc2InstanceVpcId"] = "Resources.Details.AwsEc2Instance.VpcId",
        ["ResourceAwsEc2InstanceSubnetId"] = "Resources.Details.AwsEc2Instance.SubnetId",
        ["ResourceAwsEc2InstanceLaunchedAt"] = "Resources.Details.AwsEc2Instance.LaunchedAt",
        ["ResourceAwsS3BucketOwnerId"] = "Resources.Details.AwsS3Bucket.OwnerId",
        ["ResourceAwsS3BucketOwnerName"] = "Resources.Details.AwsS3Bucket.OwnerName",
        ["ResourceAwsIamAccessKeyUserName"] = "Resources.Details.AwsIamAccessKey.UserName",
        ["ResourceAwsIamAccessKeyPrincipalName"] = "Resources.Details.AwsIamAccessKey.PrincipalName",
        ["ResourceAwsIamAccessKeyStatus"] = "Resources.Details.AwsIamAccessKey.Status",
        ["ResourceAwsIamAccessKeyCreatedAt"] = "Resources.Details.AwsIamAccessKey.CreatedAt",
        ["ResourceAwsIamUserUserName"] = "Resources.Details.AwsIamUser.UserName",
        ["ResourceContainerName"] = "Resources.Details.Container.Name",
        ["ResourceContainerImageId"] = "Resources.Details.Container.ImageId",
        ["ResourceContainerImageName"] = "Resources.Details.Container.ImageName",
        ["ResourceContainerLaunchedAt"] = "Resources.Details.Container.LaunchedAt",
        ["ResourceApplicationName"] = "Resources.ApplicationName",
        ["ResourceApplicationArn"] = "Resources.ApplicationArn",
        ["ComplianceStatus"] = "Compliance.Status",
        ["ComplianceSecurityControlId"] = "Compliance.SecurityControlId",
        ["ComplianceAssociatedStandardsId"] = "Compliance.AssociatedStandards.StandardsId",
        ["ComplianceSecurityControlParametersName"] = "Compliance.SecurityControlParameters.Name",
        ["ComplianceSecurityControlParametersValue"] = "Compliance.SecurityControlParameters.Value",
        ["WorkflowStatus"] = "Workflow.Status",
        ["RelatedFindingsProductArn"] = "RelatedFindings.ProductArn",
        ["RelatedFindingsId"] = "RelatedFindings.Id",
        ["NoteText"] = "Note.Text",
        ["NoteUpdatedAt"] = "Note.UpdatedAt",
        ["NoteUpdatedBy"] = "Note.UpdatedBy",
        ["FindingProviderFieldsConfidence"] = "FindingProviderFields.Confidence",
        ["FindingProviderFieldsCriticality"] = "FindingProviderFields.Criticality",
        ["FindingProviderFieldsRelatedFindingsId"] = "FindingProviderFields.RelatedFindings.Id",
        ["FindingProviderFieldsRelatedFindingsProductArn"] = "FindingProviderFields.RelatedFindings.ProductArn",
        ["FindingProviderFieldsSeverityLabel"] = "FindingProviderFields.Severity.Label",
        ["FindingProviderFieldsSeverityOriginal"] = "FindingProviderFields.Severity.Original",
        ["FindingProviderFieldsTypes"] = "FindingProviderFields.Types",
        ["VulnerabilitiesExploitAvailable"] = "Vulnerabilities.ExploitAvailable",
        ["VulnerabilitiesFixAvailable"] = "Vulnerabilities.FixAvailable",
    };

    private static readonly HashSet<string> Regular = new(StringComparer.Ordinal)
    {
        "ProductArn", "AwsAccountId", "AwsAccountName", "Id", "GeneratorId", "Region", "FirstObservedAt", "LastObservedAt", "CreatedAt",
        "UpdatedAt", "Confidence", "Criticality", "Title", "Description", "SourceUrl", "ProductFields", "ProductName", "CompanyName",
        "UserDefinedFields", "VerificationState", "WorkflowState", "RecordState", "Sample",
    };

    /// <summary>The path of a filter or sort field; null when Security Hub knows no such field.</summary>
    public static string[]? Of(string name) =>
        Irregular.TryGetValue(name, out var path) ? path.Split('.') : Regular.Contains(name) ? [name] : null;

    /// <summary>Every value at the path, with all members of the arrays that it crosses.</summary>
    public static IEnumerable<JsonNode> Values(JsonNode? node, ReadOnlyMemory<string> path)
    {
        switch (node)
        {
            case null:
                yield break;
            case JsonArray array:
                foreach (var value in array.SelectMany(each => Values(each, path)))
                    yield return value;
                yield break;
            case var leaf when path.IsEmpty:
                yield return leaf;
                yield break;
            case JsonObject value:
                foreach (var found in Values(value[path.Span[0]], path[1..]))
                    yield return found;
                yield break;
        }
    }
}
