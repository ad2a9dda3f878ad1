namespace ChatOps.Tests.Kit;

/// <summary>Tag vocabularies as a policy gives them.</summary>
internal static class GivenVocabulary
{
    /// <summary>As shipped: no prefix.</summary>
    public static GivenPolicy<TagVocabulary> Bare { get; } = new(TagVocabulary.Bare);

    /// <summary>Of a company whose keys begin with <c>acme:</c>.</summary>
    public static GivenPolicy<TagVocabulary> Prefixed { get; } = new(new TagVocabulary("acme:"));
}
