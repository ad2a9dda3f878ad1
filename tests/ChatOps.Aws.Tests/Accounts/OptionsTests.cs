using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChatOps.Aws.Tests;

public class OptionsTests
{
    [Fact]
    public void Every_fault_is_named_in_a_line_of_its_own()
    {
        using var services = TestServices.Build(
            null,
            ("ChatOps:Aws:Region", "seoul"), ("ChatOps:Aws:ServiceUrl", "localhost:5082"), ("ChatOps:Aws:ParameterPrefix", "chatops"),
            ("ChatOps:Aws:Timeout", "00:00:00"), ("ChatOps:Aws:MaxRetries", "11"),
            ("ChatOps:Aws:Accounts:0:Id", "1111"), ("ChatOps:Aws:Accounts:0:Regions:0", "mars"),
            ("ChatOps:Aws:Accounts:1:Id", "111122223333"), ("ChatOps:Aws:Accounts:1:RoleArn", "ChatOpsMember"),
            ("ChatOps:Aws:Accounts:2:Id", "111122223333"),
            ("ChatOps:Aws:Accounts:2:RoleArn", "arn:aws:iam::444455556666:role/ChatOpsMember"),
            ("ChatOps:Aws:Accounts:3:Name", "nameless"));

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(
            [
                "ChatOps:Aws:Region is 'seoul', which is not a Region such as ap-northeast-2.",
                "ChatOps:Aws:ServiceUrl is not an http or https address.",
                "ChatOps:Aws:ParameterPrefix must begin with a slash, such as /chatops.",
                "ChatOps:Aws:Timeout must be more than zero and at most ten minutes.",
                "ChatOps:Aws:MaxRetries must be 0 to 10.",
                "ChatOps:Aws:Accounts:0:Id is '1111', which is not twelve digits.",
                "ChatOps:Aws:Accounts:0:Regions holds 'mars', which is not a Region such as ap-northeast-2.",
                "ChatOps:Aws:Accounts:1:RoleArn is not the ARN of an IAM role.",
                "ChatOps:Aws:Accounts:2:RoleArn is a role of account 444455556666, not of 111122223333.",
                "ChatOps:Aws:Accounts:3:Id is missing.",
                "ChatOps:Aws:Accounts names 111122223333 2 times; keep one.",
            ],
            error.Failures);
    }

    [Fact]
    public void A_missing_Region_is_asked_for()
    {
        using var services = TestServices.Build(null);

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal("ChatOps:Aws:Region is missing; set the home Region, such as ap-northeast-2.", Assert.Single(error.Failures));
    }

    [Fact]
    public void Topics_must_be_topics()
    {
        using var services = TestServices.Build(
            null, ("ChatOps:Aws:Region", "us-east-1"), ("ChatOps:Ingest:Sns:TopicArns:0", "alerts"),
            ("ChatOps:Ingest:Sns:MaxAge", "00:00:00"));

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(
            ["ChatOps:Ingest:Sns:TopicArns:0 is not the ARN of an SNS topic.", "ChatOps:Ingest:Sns:MaxAge must be more than zero."],
            error.Failures);
    }

    [Fact]
    public void A_complete_configuration_passes()
    {
        using var services = TestServices.Build(
            null, ("ChatOps:Aws:Region", "ap-northeast-2"), ("ChatOps:Aws:ServiceUrl", "http://localhost:5082"),
            ("ChatOps:Aws:Accounts:0:Id", "111122223333"),
            ("ChatOps:Aws:Accounts:0:RoleArn", "arn:aws:iam::111122223333:role/path/ChatOpsMember"));

        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.NotNull(services.GetRequiredService<IAwsClients>());
    }
}
