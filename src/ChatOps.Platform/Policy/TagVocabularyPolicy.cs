using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Platform.Policy;

/// <summary>
/// What <c>tags.yaml</c> says about reading tags, for all who read them. The rest of the file is Tagging's, which checks it.
/// </summary>
public static class TagVocabularyPolicy
{
    /// <summary>The file.</summary>
    public const string File = "tags.yaml";

    /// <summary>Adds <see cref="IPolicy{T}"/> of <see cref="TagVocabulary"/>; adding it twice is harmless.</summary>
    public static IServiceCollection AddTagVocabulary(this IServiceCollection services) =>
        services.Any(service => service.ServiceType == typeof(IPolicy<TagVocabulary>)) ? services : services.AddPolicy(File, Read);

    /// <summary>Reads the vocabulary; other keys of the file are left to their reader.</summary>
    public static TagVocabulary Read(PolicyMap root)
    {
        root.AllowOtherKeys();
        return VocabularyOf(root);
    }

    /// <summary>The vocabulary, for the reader of the whole file.</summary>
    public static TagVocabulary VocabularyOf(PolicyMap root) => new(root.Text("prefix") ?? "");
}
