using ChatOps.Aws;

namespace ChatOps.Remediation.Tests;

/// <summary>The rule alone, where the shipped catalogue's own values do not reach.</summary>
public class ApprovalRuleTests
{
    private static readonly AwsAccount Stage = new("444455556666", "stage", null, ["us-east-1"]);
    private static readonly Dictionary<string, string> NoTags = [];

    /// <summary>Without a list of safe accounts nothing says that an account is harmless.</summary>
    [Fact]
    public void An_accounts_own_settings_ask_unless_it_is_listed_as_safe()
    {
        Assert.Equal(ApprovalCause.NotSafe, Rule().CauseFor(Risk.Low, Stage, "AwsAccount", NoTags, TagVocabulary.Bare));
        var listed = Rule() with { SafeAccounts = ["STAGE"] };
        Assert.Equal(ApprovalCause.None, listed.CauseFor(Risk.Low, Stage, "AwsAccount", NoTags, TagVocabulary.Bare));
        Assert.Equal(ApprovalCause.UnknownTags, listed.CauseFor(Risk.Low, Stage, "AwsS3Bucket", NoTags, TagVocabulary.Bare));
    }

    /// <summary>Each key of the rule must say that it is safe.</summary>
    [Theory]
    [InlineData("DEV", "public", nameof(ApprovalCause.None))]
    [InlineData("dev", "PUBLIC", nameof(ApprovalCause.None))]
    [InlineData("DEV", null, nameof(ApprovalCause.NotSafe))]
    [InlineData("DEV", "personal", nameof(ApprovalCause.NotSafe))]
    [InlineData("DEV-2", "public", nameof(ApprovalCause.NotSafe))]
    [InlineData(null, null, nameof(ApprovalCause.UnknownTags))]
    public void Only_what_is_listed_as_safe_needs_nobody(string? env, string? data, string cause)
    {
        var tags = new Dictionary<string, string> { ["Team"] = "web" };
        if (env is not null) tags["Env"] = env;
        if (data is not null) tags["Data"] = data;

        Assert.Equal(cause, Rule().CauseFor(Risk.Low, Stage, "AwsS3Bucket", tags, TagVocabulary.Bare).ToString());
    }

    /// <summary>The file of the cases, from the policy as it ships.</summary>
    [Fact]
    public void Every_value_of_Env_that_the_shipped_policy_does_not_list_asks()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "data", "env-values.tsv")).Skip(1).ToList();
        Assert.NotEmpty(lines);
        string[] more = ["live\tasks for approval", "운영\tasks for approval", "dev2\tasks for approval", "stage\tat once", "개발\tat once"];
        foreach (var row in lines.Concat(more).Select(line => line.Split('\t')))
        {
            var tags = row[0] == "(no such tag)" ? NoTags : new Dictionary<string, string> { ["Env"] = row[0] };
            var cause = RemediationWorld.ShippedCatalogue().Approval.CauseFor(
                Risk.Medium, Stage, "AwsS3Bucket", tags, TagVocabulary.Bare);
            Assert.True(row[1] == "at once" == (cause == ApprovalCause.None), $"Env {row[0]}: {cause}");
        }
    }

    [Fact]
    public void Korean_is_the_same_in_either_form_of_Unicode()
    {
        var tags = new Dictionary<string, string> { ["Env"] = "개발".Normalize(System.Text.NormalizationForm.FormD) };
        Assert.Equal(
            ApprovalCause.None,
            RemediationWorld.ShippedCatalogue().Approval.CauseFor(Risk.Low, Stage, "AwsS3Bucket", tags, TagVocabulary.Bare));
    }

    [Fact]
    public void An_account_is_named_by_its_id_or_by_its_name_in_any_case()
    {
        var tags = new Dictionary<string, string> { ["Env"] = "DEV", ["Data"] = "public" };
        foreach (var (accounts, cause) in new[]
        {
            ("444455556666", ApprovalCause.Production), ("STAGE", ApprovalCause.Production), ("stage-2", ApprovalCause.None),
        })
        {
            Assert.Equal(
                cause, (Rule() with { Accounts = [accounts] }).CauseFor(Risk.Low, Stage, "AwsS3Bucket", tags, TagVocabulary.Bare));
        }
    }

    [Fact]
    public void A_file_that_lets_pass_what_carries_no_tag_is_refused_with_what_to_do()
    {
        var fault = Assert.Throws<Platform.Policy.PolicyException>(() => Platform.Policy.PolicyDocument.Read(
            "remediations.yaml",
            """
            automation_role: "arn:{partition}:iam::{account}:role/x"
            approval:
              tags: { Env: [PROD] }
              when_tags_unknown: false
            remediations: []
            """,
            RemediationCatalogue.Read));

        Assert.StartsWith("remediations.yaml:4: a resource without the tag", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    /// <summary>A file of before lists no safe tags: everything asks.</summary>
    [Fact]
    public void A_rule_without_safe_tags_asks_for_everything() =>
        Assert.Equal(
            ApprovalCause.UnknownTags,
            (Rule() with { SafeTags = new Dictionary<string, IReadOnlyList<string>>() }).CauseFor(
                Risk.Low, Stage, "AwsS3Bucket", new Dictionary<string, string> { ["Env"] = "DEV" }, TagVocabulary.Bare));

    private static ApprovalRule Rule() => new(
        TimeSpan.FromMinutes(30), [Risk.High], [], new Dictionary<string, IReadOnlyList<string>>(),
        new Dictionary<string, IReadOnlyList<string>> { ["Env"] = ["DEV"], ["Data"] = ["public"] }, []);
}
