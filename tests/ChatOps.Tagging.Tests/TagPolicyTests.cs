using ChatOps.Assets;
using ChatOps.Platform.Policy;

namespace ChatOps.Tagging.Tests;

public sealed class TagPolicyTests
{
    private static readonly TagPolicy Shipped = TaggingWorld.ShippedPolicy();

    [Fact]
    public void The_first_users_policy_ships()
    {
        Assert.Equal("bighead:", Shipped.Prefix);
        Assert.Equal(["AssetType", "PIHandling", "Env", "Owner", "ServiceType", "ExternalAccess", "CreateDate"], Shipped.Keys.Select(key => key.Name));
        Assert.Equal(["WEB", "WAS", "DB", "DB/PARTNER", "DB/STUDENT", "STORAGE"], Shipped.Find("AssetType")!.Values);
        Assert.Equal(["SECURITY", "DEVELOPER", "DEVOPS", "BILLING"], Shipped.Find("bighead:owner")!.Values);
        Assert.Equal(["Y", "N"], Shipped.Find("PIHandling")!.Values);
        Assert.Equal(["DEV", "PROD"], Shipped.Find("Env")!.Values);
    }

    [Fact]
    public void What_is_required_and_missing_wrong_or_in_the_wrong_case_is_told_apart()
    {
        var faults = Shipped.Judge(Of("AWS::EC2::Instance", "web", ("bighead:Env", "prod"), ("bighead:owner", "DEVOPS"), ("bighead:PIHandling", "maybe"), ("bighead:AssetType", "WEB"), ("bighead:CreateDate", "yesterday")));

        Assert.Equal(
            [("PIHandling", TagViolationKind.NotAllowed), ("Env", TagViolationKind.WrongCase), ("Owner", TagViolationKind.WrongCase), ("ExternalAccess", TagViolationKind.Missing), ("CreateDate", TagViolationKind.NotAllowed)],
            faults.Select(fault => (fault.Key, fault.Kind)));
    }

    [Fact]
    public void Nothing_is_asked_of_a_type_that_no_condition_names()
    {
        var topic = Of("AWS::SNS::Topic", "jobs");

        Assert.Equal(["Env", "Owner"], Shipped.Judge(topic).Select(fault => fault.Key));
        Assert.Empty(Shipped.Judge(Of("AWS::EC2::Subnet", "a")));
        Assert.False(Shipped.Concerns(Of("AWS::EC2::Subnet", "a")));
        Assert.True(Shipped.Concerns(topic));
    }

    [Theory]
    [InlineData("AWS::EC2::Instance", "prod-api-1", "PROD", "WAS")]
    [InlineData("AWS::EC2::Instance", "product-web", null, "WEB")]
    [InlineData("AWS::RDS::DBInstance", "student-dev", "DEV", "DB/STUDENT")]
    [InlineData("AWS::RDS::DBInstance", "orders", null, "DB")]
    [InlineData("AWS::S3::Bucket", "campus.stage.photos", "DEV", "STORAGE")]
    public void Values_are_inferred_from_whole_words_of_the_name_and_from_the_type(string type, string name, string? env, string assetType)
    {
        var inferred = Shipped.Infer(Of(type, name));

        Assert.Equal((env, assetType), (inferred.GetValueOrDefault("bighead:Env"), inferred["bighead:AssetType"]));
    }

    [Fact]
    public void A_tag_of_before_the_policy_proposes_its_value() =>
        Assert.Equal(("PROD", "DEVELOPER"), (Shipped.Infer(Of("AWS::EC2::Instance", "x", ("Env", "prod"), ("Owner", "DEV"))) is var tags ? (tags["bighead:Env"], tags["bighead:Owner"]) : default));

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
        Assert.Equal([1, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 16], faults.Select(fault => int.Parse(fault.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)).Distinct());
        Assert.Contains(faults, fault => fault.Contains("'reqired' is not known here", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("payroll Env=PROD Owner=DEVOPS", "payroll", "Env=PROD|Owner=DEVOPS")]
    [InlineData("tag:Env=DEV type:s3 Env=PROD", "tag:Env=DEV type:s3", "Env=PROD")]
    [InlineData("-tag:Env=DEV", "-tag:Env=DEV", "")]
    [InlineData("web “ServiceType=online school”", "web", "ServiceType=online school")]
    [InlineData("Env=PROD", "", "Env=PROD")]
    public void A_command_is_parted_into_what_and_the_tags(string text, string what, string assignments) =>
        Assert.Equal((what, assignments), TagAssignment.Split(text) is var split ? (split.What, string.Join('|', split.Assignments)) : default);

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
        Assert.Equal(fault, TagAssignment.TryRead(text, Shipped, out var read, out var given));
        Assert.Equal((key, value), (read, given));
    }

    [FsCheck.Xunit.Property]
    public void Whatever_is_typed_is_parted_without_losing_words(string? text)
    {
        var split = TagAssignment.Split(text ?? "");

        Assert.Equal(TagAssignment.Words(text ?? ""), [.. split.What.Length == 0 && TagAssignment.Words(text ?? "").Count == split.Assignments.Count ? [] : TagAssignment.Words(text ?? "").Take(TagAssignment.Words(text ?? "").Count - split.Assignments.Count), .. split.Assignments]);
        Assert.All(split.Assignments, assignment => Assert.Contains('=', assignment));
    }

    [FsCheck.Xunit.Property]
    public void What_becomes_of_tags_and_back_is_what_was(Dictionary<int, int> before, Dictionary<int, int> set)
    {
        var had = before.ToDictionary(tag => $"k{tag.Key}", tag => $"v{tag.Value}");
        var change = new TagChange(set.ToDictionary(tag => $"k{tag.Key}", string? (tag) => tag.Value % 3 == 0 ? null : $"v{tag.Value}"));

        var changed = change.AppliedTo(had);
        Assert.True(change.Against(changed).IsEmpty);
        Assert.Equal(had.OrderBy(tag => tag.Key, StringComparer.Ordinal), change.Undo(had).AppliedTo(changed).OrderBy(tag => tag.Key, StringComparer.Ordinal));
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
