using System.Text.RegularExpressions;
using ChatOps.Assets;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;

namespace ChatOps.Tagging;

/// <summary>
/// What <c>tags.yaml</c> says: which tags there are, what they may hold, where they must be, and what is tagged by itself. Pure.
/// </summary>
/// <param name="Vocabulary">How keys stand in AWS: with the policy's prefix, if it has any.</param>
/// <param name="Keys">The keys, in the order of the file.</param>
/// <param name="AutoTag">What new resources get by themselves.</param>
internal sealed record TagPolicy(TagVocabulary Vocabulary, IReadOnlyList<TagKey> Keys, AutoTagRules AutoTag)
{
    /// <summary>The file.</summary>
    public const string File = TagVocabularyPolicy.File;

    /// <summary>A key as AWS has it.</summary>
    public string Full(string key) => Vocabulary.WithPrefix(key);

    /// <summary>The policy's key of that name, with or without the prefix, in any case; null for a free one.</summary>
    public TagKey? Find(string name) => Keys.FirstOrDefault(key => Vocabulary.IsSameKey(key.Name, name));

    /// <summary>What is wrong with an asset's tags, in the order of the policy.</summary>
    public IReadOnlyList<TagViolation> Judge(Asset asset)
    {
        List<TagViolation>? faults = null;
        foreach (var key in Keys)
        {
            if (FaultOf(key, asset) is { } fault) (faults ??= []).Add(fault);
        }

        return faults is null ? [] : faults;
    }

    /// <summary>Whether the policy asks anything of an asset.</summary>
    public bool Concerns(Asset asset)
    {
        foreach (var key in Keys)
        {
            if (key.IsRequired(asset)) return true;
        }

        return false;
    }

    /// <summary>
    /// What the policy would put where an asset has nothing valid yet: inferred from what is known of it, or the default.
    /// </summary>
    public IReadOnlyDictionary<string, string> Infer(Asset asset) => Keys
        .Where(key => !asset.Tags.TryGetValue(Full(key.Name), out var value) || !key.Allows(value))
        .Select(key => (key.Name, Value: key.Infer(asset)))
        .Where(inferred => inferred.Value is not null)
        .ToDictionary(inferred => Full(inferred.Name), inferred => inferred.Value!, StringComparer.Ordinal);

    private TagViolation? FaultOf(TagKey key, Asset asset)
    {
        if (asset.Tags.TryGetValue(Full(key.Name), out var value))
            return key.Allows(value) ? null : new TagViolation(
                key.Name, key.Normalize(value) is null ? TagViolationKind.NotAllowed : TagViolationKind.WrongCase, value);
        if (!key.IsRequired(asset)) return null;
        // AWS tells keys apart by case: env is not Env, and nobody means both.
        foreach (var tag in asset.Tags)
        {
            if (string.Equals(tag.Key, Full(key.Name), StringComparison.OrdinalIgnoreCase))
                return new TagViolation(key.Name, TagViolationKind.WrongCase, tag.Value);
        }

        return new TagViolation(key.Name, TagViolationKind.Missing, null);
    }
}

/// <summary>What is wrong with one key of an asset.</summary>
/// <param name="Key">The policy's key.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Value">What it has instead; null when it has nothing.</param>
internal sealed record TagViolation(string Key, TagViolationKind Kind, string? Value);

/// <summary>How a tag can be wrong.</summary>
internal enum TagViolationKind
{
    /// <summary>It is required and not there.</summary>
    Missing,

    /// <summary>Its value is none that may be.</summary>
    NotAllowed,

    /// <summary>Right but for upper and lower case, of the key or of the value.</summary>
    WrongCase,
}

/// <summary>A key of the policy.</summary>
internal sealed record TagKey(string Name)
{
    /// <summary>The values it may have; empty for any that the pattern allows.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>What a value must look like, whole; null for anything.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>It holds a day: <c>2026-11-25</c>.</summary>
    public bool IsDate { get; init; }

    /// <summary>Values are right in any case.</summary>
    public bool AnyCase { get; init; }

    /// <summary>It must be everywhere.</summary>
    public bool RequiredAlways { get; init; }

    /// <summary>It must be where any of these holds.</summary>
    public IReadOnlyList<TagCondition> RequiredWhere { get; init; } = [];

    /// <summary>Values proposed by what is known of an asset; the first that holds.</summary>
    public IReadOnlyList<TagInference> Inferences { get; init; } = [];

    /// <summary>Proposed when nothing was inferred; null for nothing.</summary>
    public string? Default { get; init; }

    /// <summary>What it is for, in English and Korean; null when the name says it.</summary>
    public (string En, string Ko)? Hint { get; init; }

    /// <summary>What it is for, in a language.</summary>
    public string? HintIn(Locale locale) => Hint is { } hint ? locale.Language == "ko" ? hint.Ko : hint.En : null;

    /// <summary>Whether an asset must have it.</summary>
    public bool IsRequired(Asset asset)
    {
        if (RequiredAlways) return true;
        foreach (var condition in RequiredWhere)
        {
            if (condition.Holds(asset)) return true;
        }

        return false;
    }

    /// <summary>Whether a value may stand there as it is.</summary>
    public bool Allows(string value)
    {
        if (Values.Count == 0) return Pattern?.IsMatch(value) ?? true;
        foreach (var allowed in Values)
        {
            if (string.Equals(allowed, value, AnyCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)) return true;
        }

        return false;
    }

    /// <summary>The value as the policy writes it; null when it may not be.</summary>
    public string? Normalize(string value)
    {
        value = value.Trim();
        return Values.Count > 0
            ? Values.FirstOrDefault(allowed => string.Equals(allowed, value, StringComparison.OrdinalIgnoreCase))
            : Allows(value) ? value : null;
    }

    /// <summary>What can be told of its value from the rest of the asset; null when nothing can.</summary>
    public string? Infer(Asset asset) => Inferences.FirstOrDefault(inference => inference.When.Holds(asset))?.Value ?? Default;
}

/// <summary>A value and when it is proposed.</summary>
internal sealed record TagInference(TagCondition When, string Value);

/// <summary>A condition on an asset: all of it must hold, of each list any may.</summary>
internal sealed record TagCondition
{
    private static readonly char[] Between = ['-', '_', '.', '/', ':', ' ', '+', '@'];

    /// <summary>Types, with <c>*</c>.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Account ids, with <c>*</c>.</summary>
    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>Regions, with <c>*</c>.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Names, with <c>*</c>.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whole words of the name: <c>prod</c> is one of <c>prod-api</c>, and none of <c>product-api</c>.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>How the keys of <see cref="Tags"/> stand in AWS.</summary>
    public TagVocabulary Vocabulary { get; init; } = TagVocabulary.Bare;

    /// <summary>Tags, each with patterns of which any may match.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Tags { get; init; } = [];

    /// <summary>Whether it holds.</summary>
    public bool Holds(Asset asset) =>
        TextPattern.Any(Types, asset.Type)
        && TextPattern.Any(Accounts, asset.Account)
        && TextPattern.Any(Regions, asset.Region)
        && TextPattern.Any(Names, asset.Name)
        && (Words.Count == 0 || asset.Name.Split(Between, StringSplitOptions.RemoveEmptyEntries).Any(
            word => Words.Contains(word, StringComparer.OrdinalIgnoreCase)))
        && Tags.All(tag => Vocabulary.ValueOf(asset.Tags, tag.Key) is { } value && TextPattern.Any(tag.Value, value));
}

/// <summary>What new resources get by themselves.</summary>
internal sealed record AutoTagRules
{
    /// <summary>Whether anything is tagged by itself; when off, creations are seen and counted only.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The key that gets who created it; null for none.</summary>
    public string? Creator { get; init; }

    /// <summary>The key that gets the day it was created; null for none.</summary>
    public string? Created { get; init; }

    /// <summary>Users and roles whose resources are not tagged, with <c>*</c>.</summary>
    public IReadOnlyList<string> SkipCreators { get; init; } = [];

    /// <summary>AWS services through which people create: what they call on somebody's behalf is that person's.</summary>
    public IReadOnlyList<string> Through { get; init; } = [];

    /// <summary>Where creators' mail addresses are, to find them in Slack by user name: <c>example.com</c>; null for not.</summary>
    public string? MailDomain { get; init; }

    /// <summary>Whether the creator is asked for what is still missing.</summary>
    public bool AskCreator { get; init; } = true;
}
