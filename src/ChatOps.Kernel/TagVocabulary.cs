namespace ChatOps.Kernel;

/// <summary>What a tag tells about a resource.</summary>
public enum TagMeaning
{
    /// <summary>Where it is used: production, development, ...</summary>
    Environment,

    /// <summary>Which team looks after it.</summary>
    Owner,

    /// <summary>Which service of the company it belongs to.</summary>
    Service,
}

/// <summary>
/// Which tag means what. A company may put a prefix before the keys of its policy: with <c>acme:</c>, the key <c>Env</c> is the tag
/// <c>acme:Env</c> in AWS. Everything that reads a tag by its key finds it with and without the prefix, in any case; the tag with the
/// prefix
/// wins, then the key exactly as written. A blank value tells nothing and counts as absent.
/// </summary>
public sealed class TagVocabulary
{
    private static readonly (TagMeaning Meaning, string[] Keys)[] Meanings =
    [
        (TagMeaning.Environment, ["Env", "Environment", "Stage"]),
        (TagMeaning.Owner, ["Owner", "OwnerContact", "Team"]),
        (TagMeaning.Service, ["Service", "ServiceType", "Project"]),
    ];

    /// <summary>A vocabulary of this prefix; empty for none.</summary>
    public TagVocabulary(string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(prefix);
        Prefix = prefix;
    }

    /// <summary>No prefix, as shipped.</summary>
    public static TagVocabulary Bare { get; } = new();

    /// <summary>Stands before every key of the policy in AWS; empty for none.</summary>
    public string Prefix { get; }

    /// <summary>The key as AWS has it: with the prefix, once.</summary>
    public string WithPrefix(string key) => Prefix + WithoutPrefix(key);

    /// <summary>The key as people name it: without the prefix.</summary>
    public string WithoutPrefix(string key) =>
        Prefix.Length > 0 && key.Length > Prefix.Length && key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? key[Prefix.Length..]
            : key;

    /// <summary>Whether two keys name one tag: with and without the prefix, in any case.</summary>
    public bool IsSameKey(string left, string right) =>
        WithoutPrefix(left).Equals(WithoutPrefix(right), StringComparison.OrdinalIgnoreCase);

    /// <summary>A tag's value; null when it is absent or blank.</summary>
    /// <param name="tags">The tags of one resource, keys as AWS has them.</param>
    /// <param name="key">The key, with or without the prefix.</param>
    public string? ValueOf(IReadOnlyDictionary<string, string> tags, string key) => Find(tags, key)?.Value;

    /// <summary>The value of the first tag that tells this; null when none does.</summary>
    public string? ValueOf(IReadOnlyDictionary<string, string> tags, TagMeaning meaning) => Find(tags, meaning)?.Value;

    /// <summary>
    /// What people want to know of a resource first, in the order environment, owner, service: at most one tag each, keys without the
    /// prefix.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Describe(IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count == 0) return [];
        var described = new List<KeyValuePair<string, string>>();
        foreach (var (meaning, _) in Meanings)
        {
            if (Find(tags, meaning) is { } tag) described.Add(KeyValuePair.Create(WithoutPrefix(tag.Key), tag.Value));
        }

        return described;
    }

    /// <summary>The keys that tell this, as AWS may have them, the first to win; for SQL, which knows no letter case but these.</summary>
    public IReadOnlyList<string> KeysOf(TagMeaning meaning)
    {
        var keys = new List<string>();
        foreach (var key in Of(meaning))
        {
            var lower = key.ToLowerInvariant();
            foreach (var form in new[] { Prefix + key, Prefix + lower, key, lower })
            {
                if (!keys.Contains(form)) keys.Add(form);
            }
        }

        return keys;
    }

    /// <summary>The tags that count: a tag without the prefix that a tag with the prefix overrides is left out.</summary>
    public IEnumerable<KeyValuePair<string, string>> Effective(IReadOnlyDictionary<string, string> tags) => Prefix.Length == 0
        ? tags
        : tags.Where(tag => IsPrefixed(tag.Key) || FindExactly(tags, Prefix + tag.Key) is null);

    /// <summary>The tags that count, each under both keys by which it can be asked for.</summary>
    public IEnumerable<KeyValuePair<string, string>> BothForms(IReadOnlyDictionary<string, string> tags) => Prefix.Length == 0
        ? tags
        : Effective(tags).SelectMany(
            tag => new[] { tag, KeyValuePair.Create(IsPrefixed(tag.Key) ? WithoutPrefix(tag.Key) : Prefix + tag.Key, tag.Value) });

    /// <summary>
    /// Which of these keys is meant by a key: the one with the prefix, else the one without, as written before any other case; null for
    /// none.
    /// </summary>
    public string? Choose(IReadOnlyCollection<string> keys, string key) =>
        Find(keys.Distinct().ToDictionary(name => name, name => name, StringComparer.Ordinal), key)?.Key;

    private static string[] Of(TagMeaning meaning) => Array.Find(Meanings, entry => entry.Meaning == meaning).Keys;

    private bool IsPrefixed(string key) => WithoutPrefix(key).Length != key.Length;

    private KeyValuePair<string, string>? Find(IReadOnlyDictionary<string, string> tags, TagMeaning meaning)
    {
        foreach (var key in Of(meaning))
        {
            if (Find(tags, key) is { } tag) return tag;
        }

        return null;
    }

    private KeyValuePair<string, string>? Find(IReadOnlyDictionary<string, string> tags, string key)
    {
        var name = WithoutPrefix(key);
        return (Prefix.Length > 0 ? FindExactly(tags, Prefix + name) : null) ?? FindExactly(tags, name);
    }

    /// <summary>The tag of this key: as written before any other case.</summary>
    private static KeyValuePair<string, string>? FindExactly(IReadOnlyDictionary<string, string> tags, string key)
    {
        if (tags.TryGetValue(key, out var exact) && !string.IsNullOrWhiteSpace(exact)) return KeyValuePair.Create(key, exact);
        foreach (var tag in tags)
        {
            if (tag.Key.Equals(key, StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(tag.Value)) return tag;
        }

        return null;
    }
}
