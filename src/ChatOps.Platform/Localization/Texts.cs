using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace ChatOps.Platform.Localization;

/// <summary>
/// Every text a person reads, by key and language, from the <c>Texts.en.json</c> and <c>Texts.ko.json</c> beside the code of each domain.
/// A placeholder is <c>{name}</c>; <c>{count:finding|findings}</c> picks the singular or plural word by a number (and does not
/// print the number); <c>{name:을/를}</c> prints the value and the Korean particle that its last sound asks for.
/// <c>{{</c> and <c>}}</c> are braces.
/// </summary>
public static class Texts
{
    private static readonly Lock Adding = new();
    private static readonly HashSet<Assembly> Added = [];
    private static volatile FrozenDictionary<string, FrozenDictionary<string, string>> _byLanguage = Locale.Languages.ToFrozenDictionary(
        language => language, _ => FrozenDictionary<string, string>.Empty);

    static Texts() => Add(typeof(Texts).Assembly);

    /// <summary>
    /// Adds the texts of an assembly; adding it twice is harmless. Domains do so by themselves when their code is first used.
    /// </summary>
    /// <exception cref="InvalidOperationException">A key stands in two files of a language.</exception>
    public static void Add(Assembly assembly)
    {
        lock (Adding)
        {
            if (!Added.Add(assembly)) return;
            _byLanguage = _byLanguage.ToFrozenDictionary(
                language => language.Key, language => LoadLanguage(assembly, language.Key, language.Value));
        }
    }

    /// <summary>All keys of a language.</summary>
    public static IReadOnlyCollection<string> Keys(string language) => _byLanguage[language].Keys;

    /// <summary>The text of a key as it stands in the file, placeholders and all.</summary>
    /// <exception cref="KeyNotFoundException">The language has no such key.</exception>
    public static string Raw(string language, string key) =>
        _byLanguage[language].TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"No text '{key}' in '{language}'.");

    internal static bool Has(string language, string key) => _byLanguage[language].ContainsKey(key);

    internal static string Format(Locale locale, string key, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var text = Raw(locale.Language, key);
        if (text.AsSpan().IndexOfAny('{', '}') < 0) return text;

        var result = new StringBuilder(text.Length + 32);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is '{' or '}' && at + 1 < text.Length && text[at + 1] == text[at])
            {
                result.Append(text[at++]);
            }
            else if (text[at] == '{')
            {
                var end = text.IndexOf('}', at);
                if (end < 0) throw new FormatException($"Text '{key}' ({locale.Language}) has an open placeholder.");
                AppendPlaceholder(result, locale, key, text[(at + 1)..end], values);
                at = end;
            }
            else
            {
                result.Append(text[at]);
            }
        }

        return result.ToString();
    }

    private static void AppendPlaceholder(
        StringBuilder result, Locale locale, string key, string placeholder, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var colon = placeholder.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? placeholder : placeholder[..colon];
        var value = Find(key, name, values);
        if (value is LocalizedValue localized) value = localized.In(locale);
        var form = colon < 0 ? "" : placeholder[(colon + 1)..];
        if (form.Contains('|', StringComparison.Ordinal))
        {
            var words = form.Split('|');
            result.Append(Convert.ToInt64(value, CultureInfo.InvariantCulture) == 1 ? words[0] : words[1]);
            return;
        }

        var shown = value is long or int
            ? locale.Number(Convert.ToInt64(value, CultureInfo.InvariantCulture))
            : Convert.ToString(value, locale.Culture) ?? "";
        result.Append(shown);
        if (form.Length > 0) result.Append(KoreanParticle.For(shown, form));
    }

    private static object? Find(string key, string name, ReadOnlySpan<(string Name, object? Value)> values)
    {
        foreach (var (given, value) in values)
        {
            if (given == name) return value;
        }

        throw new KeyNotFoundException($"Text '{key}' wants a value for '{name}'.");
    }

    private static FrozenDictionary<string, string> LoadLanguage(Assembly assembly, string language, FrozenDictionary<string, string> known)
    {
        var texts = new Dictionary<string, string>(known, StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(
            name => name.EndsWith($".Texts.{language}.json", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            foreach (var (key, text) in JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!)
            {
                if (!texts.TryAdd(key, text))
                    throw new InvalidOperationException($"Text '{key}' ({language}) stands in two files; the second is {resource}.");
            }
        }

        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
