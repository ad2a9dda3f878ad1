using System.Text.RegularExpressions;
using ChatOps.Platform.Policy;

namespace ChatOps.Tagging;

/// <summary>Reads <c>tags.yaml</c>; what is wrong is reported with its line, all of it at once.</summary>
internal static partial class TagPolicyFile
{
    /// <summary>A modal has room for so many fields.</summary>
    private const int MaxKeys = 40;

    /// <summary>A menu has room for so many options, and two are ours.</summary>
    private const int MaxValues = 90;

    private static readonly TimeSpan PatternWithin = TimeSpan.FromMilliseconds(100);

    public static TagPolicy Read(PolicyMap root)
    {
        var vocabulary = TagVocabularyPolicy.VocabularyOf(root);
        var prefix = vocabulary.Prefix;
        if (prefix.Length > 0 && TagText.KeyFault(prefix) is { } wrong)
            root.Fault("prefix", $"'{prefix}' cannot begin a tag's key: {wrong}");
        var keys = new List<TagKey>();
        var maps = root.Maps("keys");
        if (maps.Count == 0) root.Fault("keys", "'keys' is missing: name at least one tag key");
        if (maps.Count > MaxKeys) root.Fault("keys", $"there are {maps.Count} keys; the editor has room for {MaxKeys}");
        foreach (var map in maps)
        {
            var key = ReadKey(map, vocabulary);
            if (keys.Exists(other => string.Equals(other.Name, key.Name, StringComparison.OrdinalIgnoreCase)))
                map.Fault("key", $"'{key.Name}' stands there twice; keep one");
            keys.Add(key);
        }

        return new TagPolicy(vocabulary, keys, ReadAutoTag(root.Map("autotag"), prefix));
    }

    private static TagKey ReadKey(PolicyMap map, TagVocabulary vocabulary)
    {
        var name = map.Required("key");
        if (name.Length > 0 && TagText.KeyFault(vocabulary.WithPrefix(name)) is { } wrong)
            map.Fault("key", $"'{name}' is no tag key: {wrong}");
        var values = map.Texts("values");
        if (values.Count > MaxValues)
            map.Fault("values", $"there are {values.Count} values; a menu has room for {MaxValues}. Use 'pattern' instead");
        foreach (var value in values.Where(value => TagText.ValueFault(value) is not null || value.Length is 0 or > 75))
            map.Fault(
                "values",
                $"'{value}' cannot be a choice: 1 to 75 characters that a tag may hold (letters, digits, spaces and + - = . _ : / @)");
        foreach (var twice in values.GroupBy(value => value, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            map.Fault("values", $"'{twice.Key}' stands there twice");

        var date = map.Flag("date", false);
        var pattern = map.Text("pattern");
        if (date && (pattern is not null || values.Count > 0))
            map.Fault("date", "a date has no 'values' and no 'pattern': it is written 2026-11-25");
        if (pattern is not null && values.Count > 0) map.Fault("pattern", "'values' and 'pattern' exclude each other");
        var key = new TagKey(name)
        {
            Values = values,
            IsDate = date,
            Pattern = date ? Day() : pattern is null ? null : ReadPattern(map, pattern),
            AnyCase = map.Choice("case", LetterCase.Exact) == LetterCase.Any,
            RequiredAlways = map.Flag("required", false),
            RequiredWhere = [.. map.Maps("requiredWhere").Select(where => ReadCondition(where, vocabulary, within: true))],
            Hint = map.Map("hint") is { } hint ? (hint.Required("en"), hint.Required("ko")) : null,
            Default = map.Text("default"),
        };
        if (key.Default is { } otherwise && !key.Allows(otherwise))
            map.Fault("default", $"'{otherwise}' is no value that '{name}' may have");
        return key with { Inferences = [.. map.Maps("infer").Select(infer => ReadInference(infer, vocabulary, key))] };
    }

    private static TagInference ReadInference(PolicyMap map, TagVocabulary vocabulary, TagKey key)
    {
        var value = map.Required("value");
        if (value.Length > 0 && !key.Allows(value)) map.Fault("value", $"'{value}' is no value that '{key.Name}' may have");
        return new TagInference(ReadCondition(map, vocabulary, within: false), value);
    }

    private static TagCondition ReadCondition(PolicyMap map, TagVocabulary vocabulary, bool within)
    {
        var condition = new TagCondition
        {
            Vocabulary = vocabulary,
            Types = map.Texts("type"),
            Accounts = map.Texts("account"),
            Regions = map.Texts("region"),
            Names = map.Texts("name"),
            Words = map.Texts("word"),
            Tags = map.Map("tag") is { } tags ? [.. tags.Keys.ToList().Select(key => KeyValuePair.Create(key, tags.Texts(key)))] : [],
        };
        foreach (var account in condition.Accounts.Where(account => !Account().IsMatch(account)))
            map.Fault("account", $"'{account}' is no account id: twelve digits in quotes, or a pattern with *");
        if (condition is { Types.Count: 0, Accounts.Count: 0, Regions.Count: 0, Names.Count: 0, Words.Count: 0, Tags.Count: 0 })
            map.Fault(
                "type",
                $"nothing is asked here: name type, account, region, name, word or " +
                $"tag{(within ? ", or say 'required: true'" : ", or use 'default'")}");
        return condition;
    }

    private static AutoTagRules ReadAutoTag(PolicyMap? map, string prefix)
    {
        if (map is null) return new AutoTagRules { Enabled = false };
        var skip = map.Map("skip");
        var rules = new AutoTagRules
        {
            Enabled = map.Flag("enabled", true),
            Creator = map.Text("creator"),
            Created = map.Text("created"),
            AskCreator = map.Flag("ask", true),
            MailDomain = map.Text("mailDomain"),
            SkipCreators = skip?.Texts("creators") ?? [],
            Through = map.Texts("through"),
        };
        foreach (var (where, key) in new[] { ("creator", rules.Creator), ("created", rules.Created) })
        {
            if (key is not null && TagText.KeyFault(prefix + key) is { } wrong) map.Fault(where, $"'{key}' is no tag key: {wrong}");
        }

        foreach (var service in rules.Through.Where(service => !service.EndsWith(".amazonaws.com", StringComparison.Ordinal)))
            map.Fault("through", $"'{service}' is no AWS service such as cloudformation.amazonaws.com");
        return rules;
    }

    private static Regex? ReadPattern(PolicyMap map, string pattern)
    {
        try
        {
            return new Regex($"^(?:{pattern})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, PatternWithin);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            map.Fault("pattern", $"'{pattern}' is no regular expression: {fault.Message}");
            return null;
        }
    }

    private enum LetterCase
    {
        Exact,
        Any,
    }

    [GeneratedRegex(@"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
    private static partial Regex Day();

    [GeneratedRegex(@"^([0-9]{12}|[0-9*]*\*[0-9*]*)$")]
    private static partial Regex Account();
}
