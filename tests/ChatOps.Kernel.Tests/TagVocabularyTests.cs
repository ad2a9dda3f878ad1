namespace ChatOps.Kernel.Tests;

public sealed class TagVocabularyTests
{
    private static readonly TagVocabulary Prefixed = new("acme:");

    [Theory]
    [InlineData("acme:Env")]
    [InlineData("ACME:env")]
    [InlineData("Env")]
    [InlineData("ENV")]
    public void A_tag_is_found_with_and_without_the_prefix_in_any_case(string key)
    {
        Assert.Equal("PROD", Prefixed.ValueOf(Tags((key, "PROD")), "Env"));
        Assert.Equal("PROD", Prefixed.ValueOf(Tags((key, "PROD")), "acme:env"));
        Assert.Equal("PROD", Prefixed.ValueOf(Tags((key, "PROD")), TagMeaning.Environment));
    }

    [Fact]
    public void The_tag_with_the_prefix_wins() =>
        Assert.Equal("PROD", Prefixed.ValueOf(Tags(("Env", "DEV"), ("env", "DEV"), ("acme:env", "PROD")), "Env"));

    [Fact]
    public void The_key_as_written_wins_over_other_cases()
    {
        Assert.Equal("PROD", Prefixed.ValueOf(Tags(("env", "DEV"), ("Env", "PROD")), "Env"));
        Assert.Equal("PROD", Prefixed.ValueOf(Tags(("acme:ENV", "DEV"), ("acme:Env", "PROD")), "Env"));
    }

    [Fact]
    public void A_blank_value_tells_nothing()
    {
        Assert.Null(Prefixed.ValueOf(Tags(("Env", " ")), "Env"));
        Assert.Equal("PROD", Prefixed.ValueOf(Tags(("acme:Env", ""), ("Env", "PROD")), "Env"));
    }

    [Fact]
    public void Another_prefix_is_another_tag()
    {
        Assert.Null(Prefixed.ValueOf(Tags(("other:Env", "PROD")), "Env"));
        Assert.Null(TagVocabulary.Bare.ValueOf(Tags(("acme:Env", "PROD")), "Env"));
    }

    [Fact]
    public void A_meaning_has_several_keys_and_the_first_wins()
    {
        Assert.Equal("SECURITY", Prefixed.ValueOf(Tags(("team", "web"), ("Owner", "SECURITY")), TagMeaning.Owner));
        Assert.Equal("web", Prefixed.ValueOf(Tags(("team", "web")), TagMeaning.Owner));
    }

    [Fact]
    public void Keys_are_named_in_both_forms()
    {
        Assert.Equal("acme:Env", Prefixed.WithPrefix("Env"));
        Assert.Equal("acme:Env", Prefixed.WithPrefix("acme:Env"));
        Assert.Equal("Env", Prefixed.WithoutPrefix("ACME:Env"));
        Assert.Equal("acme:", Prefixed.WithoutPrefix("acme:"));
        Assert.Equal("Env", TagVocabulary.Bare.WithPrefix("Env"));
        Assert.True(Prefixed.IsSameKey("env", "acme:Env"));
        Assert.False(Prefixed.IsSameKey("Env", "other:Env"));
    }

    [Fact]
    public void A_resource_is_described_by_one_tag_of_each_meaning_without_the_prefix() => Assert.Equal(
        [KeyValuePair.Create("Env", "PROD"), KeyValuePair.Create("Owner", "SECURITY"), KeyValuePair.Create("project", "checkout")],
        Prefixed.Describe(
            Tags(("project", "checkout"), ("Stage", "live"), ("acme:Owner", "SECURITY"), ("acme:Env", "PROD"), ("Name", "web"))));

    [Fact]
    public void An_overridden_tag_does_not_count()
    {
        var tags = Tags(("acme:Env", "PROD"), ("Env", "DEV"), ("env", "DEV"), ("acme:Owner", " "), ("Owner", "WEB"), ("Name", "web"));
        Assert.Equal(["acme:Env", "acme:Owner", "Owner", "Name"], Prefixed.Effective(tags).Select(tag => tag.Key));
        Assert.Equal(tags, TagVocabulary.Bare.Effective(tags));
    }

    [Fact]
    public void A_tag_can_be_asked_for_by_both_keys()
    {
        var forms = Prefixed.BothForms(Tags(("acme:Env", "PROD"), ("Env", "DEV"), ("Name", "web"))).ToList();
        Assert.Equal(
            [
                KeyValuePair.Create("acme:Env", "PROD"), KeyValuePair.Create("Env", "PROD"),
                KeyValuePair.Create("Name", "web"), KeyValuePair.Create("acme:Name", "web"),
            ],
            forms);
    }

    [Fact]
    public void Of_several_keys_the_one_that_wins_is_chosen()
    {
        Assert.Equal("acme:Owner", Prefixed.Choose(["Owner", "acme:Owner", "Env"], "owner"));
        Assert.Equal("owner", Prefixed.Choose(["owner"], "acme:Owner"));
        Assert.Null(Prefixed.Choose(["Team"], "Owner"));
    }

    [Fact]
    public void Sql_gets_the_keys_in_the_order_in_which_they_win() => Assert.Equal(
        [
            "acme:Owner", "acme:owner", "Owner", "owner", "acme:OwnerContact", "acme:ownercontact", "OwnerContact", "ownercontact",
            "acme:Team", "acme:team", "Team", "team"
        ],
        Prefixed.KeysOf(TagMeaning.Owner));

    private static Dictionary<string, string> Tags(params (string Key, string Value)[] tags) =>
        tags.ToDictionary(tag => tag.Key, tag => tag.Value);
}
