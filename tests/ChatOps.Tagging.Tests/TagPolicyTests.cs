using ChatOps.Assets;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Policy;

namespace ChatOps.Tagging.Tests;

public sealed class TagPolicyTests
{
    private static readonly TagPolicy Sandbox = TaggingWorld.SandboxPolicy();

    [Fact]
    public void The_sandboxs_company_has_its_own_policy()
    {
        Assert.Equal("bighead:", Sandbox.Vocabulary.Prefix);
        Assert.Equal(
            ["AssetType", "PIHandling", "Env", "Owner", "ServiceType", "ExternalAccess", "CreateDate"],
            Sandbox.Keys.Select(key => key.Name));
        Assert.Equal(["WEB", "WAS", "DB", "DB/PARTNER", "DB/STUDENT", "STORAGE"], Sandbox.Find("AssetType")!.Values);
        Assert.Equal(["SECURITY", "DEVELOPER", "DEVOPS", "BILLING"], Sandbox.Find("bighead:owner")!.Values);
        Assert.Equal(["Y", "N"], Sandbox.Find("PIHandling")!.Values);
        Assert.Equal(["DEV", "PROD"], Sandbox.Find("Env")!.Values);
    }

    [Fact]
    public void The_shipped_policy_has_no_prefix()
    {
        var shipped = TaggingWorld.ShippedPolicy();
        var bucket = Of(
            "AWS::S3::Bucket", "payroll-prod", ("Env", "PROD"), ("Owner", "SECURITY"), ("AssetType", "STORAGE"), ("PIHandling", "Y"),
            ("ExternalAccess", "N"));

        Assert.Equal("", shipped.Vocabulary.Prefix);
        Assert.Empty(shipped.Judge(bucket));
        Assert.Equal("PROD", shipped.Infer(Of("AWS::S3::Bucket", "payroll-prod"))["Env"]);
        Assert.NotEmpty(Sandbox.Judge(bucket));
    }

    [Fact]
    public void A_key_of_the_file_that_nobody_knows_is_a_fault()
    {
        var fault = Assert.Throws<PolicyException>(
            () => PolicyDocument.Read(TagPolicy.File, "prefx: \"acme:\"\nkeys:\n  - { key: Env }", TagPolicyFile.Read));

        Assert.StartsWith("tags.yaml:1: 'prefx' is not known here", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_asks_for_tags_with_and_without_the_prefix()
    {
        const string Yaml = """
            prefix: "acme:"
            keys:
              - { key: Env }
              - { key: Backup, infer: [{ tag: { Env: PROD }, value: daily }] }
            """;
        var policy = PolicyDocument.Read(TagPolicy.File, Yaml, TagPolicyFile.Read);

        Assert.Equal("daily", policy.Infer(Of("AWS::S3::Bucket", "a", ("acme:Env", "PROD"), ("Env", "DEV")))["acme:Backup"]);
        Assert.Equal("daily", policy.Infer(Of("AWS::S3::Bucket", "a", ("env", "PROD")))["acme:Backup"]);
        Assert.Empty(policy.Infer(Of("AWS::S3::Bucket", "a", ("acme:Env", "DEV"), ("Env", "PROD"))));
    }

    [Fact]
    public void What_is_required_and_missing_wrong_or_in_the_wrong_case_is_told_apart()
    {
        var faults = Sandbox.Judge(Of(
            "AWS::EC2::Instance", "web", ("bighead:Env", "prod"), ("bighead:owner", "DEVOPS"), ("bighead:PIHandling", "maybe"),
            ("bighead:AssetType", "WEB"), ("bighead:CreateDate", "yesterday")));

        Assert.Equal(
            [
                ("PIHandling", TagViolationKind.NotAllowed), ("Env", TagViolationKind.WrongCase), ("Owner", TagViolationKind.WrongCase),
                ("ExternalAccess", TagViolationKind.Missing), ("CreateDate", TagViolationKind.NotAllowed)
            ],
            faults.Select(fault => (fault.Key, fault.Kind)));
    }

    [Fact]
    public void Nothing_is_asked_of_a_type_that_no_condition_names()
    {
        var topic = Of("AWS::SNS::Topic", "jobs");

        Assert.Equal(["Env", "Owner"], Sandbox.Judge(topic).Select(fault => fault.Key));
        Assert.Empty(Sandbox.Judge(Of("AWS::EC2::Subnet", "a")));
        Assert.False(Sandbox.Concerns(Of("AWS::EC2::Subnet", "a")));
        Assert.True(Sandbox.Concerns(topic));
    }

    [Theory]
    [InlineData("AWS::EC2::Instance", "prod-api-1", "PROD", "WAS")]
    [InlineData("AWS::EC2::Instance", "product-web", null, "WEB")]
    [InlineData("AWS::RDS::DBInstance", "student-dev", "DEV", "DB/STUDENT")]
    [InlineData("AWS::RDS::DBInstance", "orders", null, "DB")]
    [InlineData("AWS::S3::Bucket", "campus.stage.photos", "DEV", "STORAGE")]
    public void Values_are_inferred_from_whole_words_of_the_name_and_from_the_type(string type, string name, string? env, string assetType)
    {
        var inferred = Sandbox.Infer(Of(type, name));

        Assert.Equal((env, assetType), (inferred.GetValueOrDefault("bighead:Env"), inferred["bighead:AssetType"]));
    }

    [Fact]
    public void A_tag_of_before_the_policy_proposes_its_value() =>
        Assert.Equal(("PROD", "DEVELOPER"), (Sandbox.Infer(Of("AWS::EC2::Instance", "x", ("Env", "prod"), ("Owner", "DEV"))) is var tags
            ? (tags["bighead:Env"], tags["bighead:Owner"])
            : default));

    [Fact]
    public void Every_fault_of_the_file_is_told_with_its_line()
    {
        const string Yaml = """
            prefix: "aws:"
            keys:
              - key: Env
                values: [DEV, dev, "a|b"]
                default: QA
              - key: env
                pattern: "["
                requiredWhere:
                  - { account: "123" }
                  - { }
              - key: When
                date: true
                values: [x]
                reqired: true
            autotag:
              through: [cloudformation]
            """;
        var faults = Assert.Throws<PolicyException>(() => PolicyDocument.Read("tags.yaml", Yaml, TagPolicyFile.Read)).Faults;

        // A key that begins with aws: is nobody's, so the prefix makes every key wrong too.
        Assert.Equal(
            [1, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 16],
            faults.Select(fault => int.Parse(fault.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)).Distinct());
        Assert.Contains(faults, fault => fault.Contains("'reqired' is not known here", StringComparison.Ordinal));
    }

    private static readonly FilterGrammar Grammar = ChatOps.Assets.AssetFilters.GrammarOf(new TwoAccounts());

    [Theory]
    [InlineData("“web server” Env=DEV", "“web server”", "Env=DEV")]
    [InlineData("tag:Team=\"online school\" Env=PROD", "tag:Team=\"online school\"", "Env=PROD")]
    [InlineData("payroll company:Env=PROD", "payroll", "company:Env=PROD")]
    [InlineData("payroll Env=PROD Owner=DEVOPS", "payroll", "Env=PROD|Owner=DEVOPS")]
    [InlineData("tag:Env=DEV type:s3 Env=PROD", "tag:Env=DEV type:s3", "Env=PROD")]
    [InlineData("-tag:Env=DEV", "-tag:Env=DEV", "")]
    [InlineData("web “ServiceType=online school”", "web", "ServiceType=online school")]
    [InlineData("Env=PROD", "", "Env=PROD")]
    public void A_command_is_parted_into_what_and_the_tags(string text, string what, string assignments) =>
        Assert.Equal(
            (what, assignments),
            TagAssignment.Split(text, Grammar) is var split ? (split.What, string.Join('|', split.Assignments)) : default);

    [Theory]
    [InlineData("env=prod", "bighead:Env", "PROD", null)]
    [InlineData("bighead:ENV=DEV", "bighead:Env", "DEV", null)]
    [InlineData("team=red", "team", "red", null)]
    [InlineData("Env=QA", "bighead:Env", "QA", "tag.fault.not-allowed")]
    [InlineData("aws:x=1", "aws:x", "1", "tag.fault.key")]
    [InlineData("a?b=1", "a?b", "1", "tag.fault.key")]
    [InlineData("a=b?", "a", "b?", "tag.fault.value")]
    public void An_assignment_finds_the_policys_key_and_its_value(string text, string key, string value, string? fault)
    {
        Assert.Equal(fault, TagAssignment.TryRead(text, Sandbox, out var read, out var given));
        Assert.Equal((key, value), (read, given));
    }

    [Fact]
    public void Space_in_a_quotation_that_nothing_closes_is_looked_for() =>
        Assert.Equal("\"web ", TagAssignment.Split("\"web ", Grammar).What);

    [FsCheck.Xunit.Property]
    public void Whatever_is_typed_is_parted_without_losing_words(string? text)
    {
        var split = TagAssignment.Split(text ?? "", Grammar);

        // What is searched for is as it was typed, quotes and all; the assignments follow it.
        Assert.StartsWith(split.What, (text ?? "").TrimStart(), StringComparison.Ordinal);
        Assert.Equal(
            FilterTokenizer.Read(text ?? "", out _).Select(token => token.Text),
            [.. FilterTokenizer.Read(split.What, out _).Select(token => token.Text), .. split.Assignments]);
        Assert.All(split.Assignments, assignment => Assert.Contains('=', assignment));
    }

    [FsCheck.Xunit.Property]
    public void What_becomes_of_tags_and_back_is_what_was(Dictionary<int, int> before, Dictionary<int, int> set)
    {
        var had = before.ToDictionary(tag => $"k{tag.Key}", tag => $"v{tag.Value}");
        var change = new TagChange(set.ToDictionary(tag => $"k{tag.Key}", string? (tag) => tag.Value % 3 == 0 ? null : $"v{tag.Value}"));

        var changed = change.AppliedTo(had);
        Assert.True(change.Against(changed).IsEmpty);
        Assert.Equal(
            had.OrderBy(tag => tag.Key, StringComparer.Ordinal),
            change.Undo(had).AppliedTo(changed).OrderBy(tag => tag.Key, StringComparer.Ordinal));
        Assert.Equal(change.ToJson(), TagChange.FromJson(change.ToJson()).ToJson());
    }

    internal static Asset Of(string type, string name, params (string Key, string Value)[] tags) => new()
    {
        Arn = $"arn:aws:x:ap-northeast-2:111122223333:y/{name}",
        Id = "a1",
        Type = type,
        Name = name,
        Account = "111122223333",
        Region = "ap-northeast-2",
        Tags = tags.ToDictionary(tag => tag.Key, tag => tag.Value),
    };
}
