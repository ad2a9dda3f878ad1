using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Controls;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Ssm;

internal static partial class AutomationDocuments
{
    private static DocumentParameter GroupId => Text("GroupId", "(Required) The id of the security group.");

    private static IEnumerable<AutomationDocument> Ec2 =>
    [
        new(
            "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules",
            "Removes all rules of the default security group of a VPC.",
            [RequiredRole, GroupId],
            [
                Verify(
                    "CheckDefaultSecurityGroup", "DescribeSecurityGroups", "ec2:DescribeSecurityGroups",
                    c => c.SecurityGroup("GroupId").Name == "default"),
                Change("RemoveRulesAndVerifySecurityGroup", "RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", c =>
                {
                    c.SecurityGroup("GroupId").Ingress.Clear();
                    c.SecurityGroup("GroupId").Egress.Clear();
                }, "aws:executeScript"),
            ]),
        new(
            "AWSConfigRemediation-EnableEbsEncryptionByDefault",
            "Encrypts new EBS volumes of the account in the region.",
            [RequiredRole],
            [
                Change(
                    "ModifyAccount", "EnableEbsEncryptionByDefault", "ec2:EnableEbsEncryptionByDefault",
                    c => c.Settings().EbsEncryptionByDefault = true),
                Verify(
                    "VerifyEbsEncryptionByDefault", "GetEbsEncryptionByDefault", "ec2:GetEbsEncryptionByDefault",
                    c => c.Settings().EbsEncryptionByDefault),
            ]),
        new(
            "AWSConfigRemediation-EnforceEC2InstanceIMDSv2",
            "Requires version 2 of the instance metadata service.",
            [RequiredRole, Text("InstanceId", "(Required) The id of the instance.")],
            [
                Change(
                    "ModifyInstanceMetadataOptions", "ModifyInstanceMetadataOptions", "ec2:ModifyInstanceMetadataOptions",
                    c => c.Instance("InstanceId").HttpTokens = "required", "aws:executeScript"),
                Verify(
                    "VerifyInstanceMetadataOptions", "DescribeInstances", "ec2:DescribeInstances",
                    c => c.Instance("InstanceId").HttpTokens == "required"),
            ]),
        new(
            "AWS-DisablePublicAccessForSecurityGroup",
            "Disables SSH (22) and RDP (3389) open to all addresses, or to the one given.",
            [OptionalRole, GroupId, Text("IpAddressToBlock", "(Optional) Further addresses to close, as a CIDR block.", "")],
            [
                Change("DisableSSHFromIpV4", "RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", c => Close(c, 22)),
                Change("DisableRDPFromIpV4", "RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", c => Close(c, 3389)),
            ]),
        new(
            "ASR-DisableUnrestrictedAccessToHighRiskPorts",
            "Removes the rules that open ports of high risk to all addresses (Automated Security Response).",
            [RequiredRole, Text("SecurityGroupId", "(Required) The id of the security group.")],
            [
                Change("RemoveUnrestrictedRules", "RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", c =>
                    c.SecurityGroup("SecurityGroupId").Ingress
                        .RemoveAll(r => r.OpenToWorld && ControlCatalogue.HighRiskPorts.Any(r.Covers)), "aws:executeScript"),
            ]),
        new(
            "ASR-RevokeUnauthorizedInboundRules",
            "Removes the rules that open ports to all addresses, unless the port is authorized (Automated Security Response).",
            [
                RequiredRole,
                Text("SecurityGroupId", "(Required) The id of the security group."),
                new DocumentParameter("AuthorizedTcpPorts", "StringList", "(Optional) TCP ports that may be open.", "80"),
                new DocumentParameter("AuthorizedUdpPorts", "StringList", "(Optional) UDP ports that may be open.", ""),
            ],
            [
                Change("RevokeUnauthorizedInboundRules", "RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", c =>
                    c.SecurityGroup("SecurityGroupId").Ingress.RemoveAll(r => r.OpenToWorld
                        && !(r.Protocol == "tcp" && r.FromPort == r.ToPort && r.FromPort is 80 or 443)), "aws:executeScript"),
            ]),
    ];

    private static void Close(StepContext c, int port)
    {
        var also = c.Parameter("IpAddressToBlock");
        // AWS's document takes all four away at once, and fails where one is not there, outside the default VPC.
        var group = c.SecurityGroup("GroupId");
        if (group.VpcId != SecurityGroup.DefaultVpcId
            && !((string[])["0.0.0.0/0", "::/0"]).All(range => ((int[])[22, 3389]).All(each => group.Ingress.Exists(
                r => r.Range == range && r.Protocol == "tcp" && r.FromPort == each && r.ToPort == each))) && port == 22)
            throw new AwsFault("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
        c.SecurityGroup("GroupId").Ingress
            .RemoveAll(r => (r.OpenToWorld || r.Range == also) && r.Protocol == "tcp" && r.FromPort == port && r.ToPort == port);
    }
}
