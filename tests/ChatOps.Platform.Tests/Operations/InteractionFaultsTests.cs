using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Access;
using ChatOps.Platform.Operations;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Platform.Tests.Operations;

public sealed class InteractionFaultsTests
{
    private static readonly Interaction Click = new(
        InteractionKind.BlockAction, "finding.remediate", Sensitivity.Remediate, "U0JIYEON", "T0SANDBOX", "C0SECURITY");

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task A_refusal_by_AWS_names_the_action_the_masked_account_and_the_role(string language)
    {
        var fault = new AmazonServiceException(
            "User: arn:aws:sts::111122223333:assumed-role/ChatOpsMember/chatops is not authorized to perform: " +
            "securityhub:BatchUpdateFindings on resource: arn:aws:securityhub:ap-northeast-2:111122223333:hub/default because no " +
            "identity-based policy allows it")
        {
            ErrorCode = "AccessDeniedException",
        };
        var text = await DescribeAsync(fault, language);
        Assert.Contains("securityhub:BatchUpdateFindings", text, StringComparison.Ordinal);
        Assert.Contains("1111…3333", text, StringComparison.Ordinal);
        Assert.Contains("`ChatOpsMember`", text, StringComparison.Ordinal);
        Assert.DoesNotContain("111122223333", text, StringComparison.Ordinal);
        Assert.Matches(@"\(ref [0-9a-f]{6}\)$", text);
    }

    [Fact]
    public async Task A_known_fault_is_its_sentence_without_a_reference() =>
        Assert.Equal("viewer", await DescribeAsync(new UserFacingException("access.role.viewer"), "en"));

    [Fact]
    public async Task A_missing_role_says_who_has_it()
    {
        var act = new UserAction("U0SORA", "finding.remediate", new SubjectId("finding", "f1"), Role.Operator);
        Assert.Equal(
            "You need the *operator* role for this (<@U0MINHO>, <@U0JIYEON> have it). `/chatops access` shows yours.",
            await DescribeAsync(new AccessDeniedException(act, ["U0MINHO", "U0JIYEON"]), "en"));
        Assert.Contains("아직 아무에게도 없습니다", await DescribeAsync(new AccessDeniedException(act, []), "ko"), StringComparison.Ordinal);
    }

    public static TheoryData<Exception> Others =>
    [
        new InvalidOperationException("secret internals"),
        new AmazonServiceException("odd <!channel> 111122223333") { ErrorCode = "Odd" },
        new AmazonServiceException("slow") { ErrorCode = "ThrottlingException" },
        new AmazonServiceException("down", ErrorType.Receiver, null, "r", System.Net.HttpStatusCode.ServiceUnavailable),
        new UnknownAwsAccountException("999999999999"),
        new HttpRequestException("refused"),
        new SlackException("views.open", "invalid_arguments"),
        new SlackRateLimitedException("views.open", TimeSpan.FromSeconds(3)),
    ];

    [Theory, MemberData(nameof(Others))]
    public async Task Anything_else_is_a_sentence_with_a_reference_and_no_internals(Exception fault)
    {
        foreach (var language in ChatOps.Platform.Localization.Locale.Languages)
        {
            var text = await DescribeAsync(fault, language);
            Assert.Matches(@"\(ref [0-9a-f]{6}\)$", text);
            Assert.DoesNotContain("secret internals", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<!channel>", text, StringComparison.Ordinal);
            Assert.DoesNotMatch("[0-9]{12}", text);
        }
    }

    private static async Task<string> DescribeAsync(Exception fault, string language) =>
        await new InteractionFaults(new GivenLocales(language), NullLogger<InteractionFaults>.Instance).Describe(
            Click, fault, CancellationToken.None);
}
