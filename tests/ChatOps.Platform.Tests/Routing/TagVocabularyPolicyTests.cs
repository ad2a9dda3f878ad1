using ChatOps.Platform.Policy;

namespace ChatOps.Platform.Tests.Routing;

public sealed class TagVocabularyPolicyTests
{
    [Theory]
    [InlineData("prefix: \"acme:\"\nkeys:\n  - key: Env", "acme:")]
    [InlineData("keys: []", "")]
    [InlineData("", "")]
    public void The_prefix_is_read_and_the_rest_of_the_file_left_to_others(string yaml, string prefix) =>
        Assert.Equal(prefix, PolicyDocument.Read(TagVocabularyPolicy.File, yaml, TagVocabularyPolicy.Read).Prefix);
}
