using System.Net;
using Amazon.Runtime;
using Amazon.SecurityToken;

namespace ChatOps.Aws.Tests;

public sealed class AwsRefusalTests
{
    [Theory]
    [InlineData(
        "User: arn:aws:sts::111122223333:assumed-role/ChatOpsBot/bot is not authorized to perform: sts:AssumeRole on resource: "
        + "arn:aws:iam::444455556666:role/ChatOpsMember",
        "sts:AssumeRole", "ChatOpsBot", "arn:aws:iam::444455556666:role/ChatOpsMember")]
    [InlineData(
        "User: arn:aws:sts::444455556666:assumed-role/ChatOpsMember/chatops is not authorized to perform: securityhub:BatchUpdateFindings",
        "securityhub:BatchUpdateFindings", "ChatOpsMember", null)]
    [InlineData(
        "User: arn:aws:iam::111122223333:user/ops/bot is not authorized to perform: securityhub:GetFindings on resource: * because no",
        "securityhub:GetFindings", "bot", null)]
    [InlineData("Access denied", "securityhub:BatchUpdateFindings", null, null)]
    public void The_step_that_was_refused_is_named(string message, string action, string? role, string? resource) => Assert.Equal(
        new AwsRefusal(action, role, resource),
        AwsRefusal.Of(
            new AwsServiceException(message, null, ErrorType.Sender, "AccessDenied", "r", HttpStatusCode.Forbidden),
            "securityhub:BatchUpdateFindings"));

    [Fact]
    public void A_message_that_says_nothing_is_told_by_who_sent_it() => Assert.Equal(
        new AwsRefusal("sts:AssumeRole", null, null),
        AwsRefusal.Of(
            new AwsServiceException(
                "Access denied", new AmazonSecurityTokenServiceException("Access denied"), ErrorType.Sender, "AccessDenied", "r",
                HttpStatusCode.Forbidden),
            "securityhub:BatchUpdateFindings"));
}
