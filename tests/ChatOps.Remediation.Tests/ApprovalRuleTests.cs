using ChatOps.Aws;

namespace ChatOps.Remediation.Tests;

/// <summary>The rule alone, where the shipped catalogue's own values do not reach.</summary>
public class ApprovalRuleTests
{
    private static readonly AwsAccount Stage = new("444455556666", "stage", null, ["us-east-1"]);
    private static readonly Dictionary<string, string> NoTags = [];

    /// <summary>Without a list of accounts nothing says that an account is harmless.</summary>
    [Fact]
    public void An_accounts_own_settings_fail_closed_while_no_accounts_are_listed()
    {
        Assert.Equal(ApprovalCause.UnknownTags, Rule().CauseFor(Risk.Low, Stage, "AwsAccount", NoTags, TagVocabulary.Bare));
        Assert.Equal(ApprovalCause.None, Rule(accounts: ["prod"]).CauseFor(Risk.Low, Stage, "AwsAccount", NoTags, TagVocabulary.Bare));
    }

    /// <summary>Tags are unknown when none of the rule's keys is there; one that is there can tell.</summary>
    [Theory]
    [InlineData("Env", "DEV", nameof(ApprovalCause.None))]
    [InlineData("Data", "public", nameof(ApprovalCause.None))]
    [InlineData("Data", "PERSONAL", nameof(ApprovalCause.Production))]
    [InlineData("Team", "web", nameof(ApprovalCause.UnknownTags))]
    public void One_tag_of_the_rule_tells_and_no_tag_of_it_does_not(string key, string value, string cause) =>
        Assert.Equal(
            Enum.Parse<ApprovalCause>(cause),
            Rule().CauseFor(Risk.Low, Stage, "AwsS3Bucket", new Dictionary<string, string> { [key] = value }, TagVocabulary.Bare));

    [Fact]
    public void An_account_is_named_by_its_id_or_by_its_name_in_any_case()
    {
        var tags = new Dictionary<string, string> { ["Env"] = "DEV" };
        Assert.Equal(
            ApprovalCause.Production, Rule(accounts: ["444455556666"]).CauseFor(Risk.Low, Stage, "AwsS3Bucket", tags, TagVocabulary.Bare));
        Assert.Equal(
            ApprovalCause.Production, Rule(accounts: ["STAGE"]).CauseFor(Risk.Low, Stage, "AwsS3Bucket", tags, TagVocabulary.Bare));
        Assert.Equal(ApprovalCause.None, Rule(accounts: ["stage-2"]).CauseFor(Risk.Low, Stage, "AwsS3Bucket", tags, TagVocabulary.Bare));
    }

    [Fact]
    public void A_rule_that_lets_unknown_tags_pass_says_so_itself() =>
        Assert.Equal(
            ApprovalCause.None,
            (Rule() with { WhenTagsUnknown = false }).CauseFor(Risk.Low, Stage, "AwsS3Bucket", NoTags, TagVocabulary.Bare));

    private static ApprovalRule Rule(params IReadOnlyList<string> accounts) => new(
        TimeSpan.FromMinutes(30), [Risk.High],
        new Dictionary<string, IReadOnlyList<string>> { ["Env"] = ["PROD"], ["Data"] = ["personal"] }, accounts, true);
}
