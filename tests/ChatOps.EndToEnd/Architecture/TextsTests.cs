using System.Text.RegularExpressions;
using ChatOps.Platform.Localization;

namespace ChatOps.EndToEnd.Architecture;

public sealed partial class TextsTests
{
    // The texts of a domain are added when its code is first used: here all of it is.
    static TextsTests()
    {
        foreach (var domain in Manifests.Product.Domains) System.Runtime.CompilerServices.RuntimeHelpers.RunModuleConstructor(domain.ManifestModule.ModuleHandle);
    }

    private static readonly Locale English = Locale.For("en", TimeZoneInfo.Utc);
    private static readonly Locale Korean = Locale.For("ko", TimeZoneInfo.Utc);

    [Fact]
    public void Both_languages_have_the_same_texts() =>
        Assert.Equal(Texts.Keys("en").Order(StringComparer.Ordinal), Texts.Keys("ko").Order(StringComparer.Ordinal));

    [Fact]
    public void Both_languages_take_the_same_values()
    {
        foreach (var key in Texts.Keys("en"))
        {
            // Plural forms are English's own, so a number that only picks one does not count.
            Assert.True(
                Placeholders("en", key).SetEquals(Placeholders("ko", key)),
                $"{key}: en takes {string.Join(", ", Placeholders("en", key))}; ko takes {string.Join(", ", Placeholders("ko", key))}");
        }
    }

    [Fact]
    public void Every_text_that_the_code_names_exists_and_takes_what_it_is_given()
    {
        var sources = Repository.Sources("*.cs", "src", "ChatOps.Platform").Concat(Repository.Sources("*.cs", "src", "Domains")).ToList();
        Assert.NotEmpty(sources);
        var missing = new List<string>();
        foreach (var file in sources)
        {
            foreach (Match use in Use().Matches(File.ReadAllText(file)))
            {
                if (!Texts.Keys("en").Contains(use.Groups["key"].Value)) missing.Add($"{Path.GetFileName(file)}: {use.Groups["key"].Value}");
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public void No_finding_text_is_left_over()
    {
        var code = string.Concat(Repository.Sources("*.cs", "src", "Domains", "ChatOps.Findings").Select(File.ReadAllText));

        Assert.All(Texts.Keys("en").Where(key => key.StartsWith("finding.", StringComparison.Ordinal)), key => Assert.Contains($"\"{key}\"", code, StringComparison.Ordinal));
    }

    [Fact]
    public void Plurals_particles_numbers_and_braces_are_filled_in()
    {
        Assert.Equal("1 finding matches", English.Text("finding.list.head", ("count", 1)));
        Assert.Equal("1,234 findings match", English.Text("finding.list.head", ("count", 1234)));
        Assert.Equal("취약점 1,234건", Korean.Text("finding.list.head", ("count", 1234)));
    }

    [Fact]
    public void A_value_that_was_forgotten_is_an_error() =>
        Assert.Contains("'count'", Assert.Throws<KeyNotFoundException>(() => English.Text("finding.list.head")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_is_never_read_as_a_placeholder() =>
        Assert.Equal("I do not know {count}.", English.Text("finding.help.wrong", ("word", "{count}")));

    private static HashSet<string> Placeholders(string language, string key) =>
        [.. Placeholder().Matches(Texts.Raw(language, key).Replace("{{", "", StringComparison.Ordinal)).Select(match => match.Groups["name"].Value)];

    [GeneratedRegex("""\bText\(\s*"(?<key>[a-z][a-z0-9-]*\.[a-z0-9._-]*)"|UserFacingException\(\s*"(?<key>[a-z][a-z0-9._-]*)"(?!\s*\+)""")]
    private static partial Regex Use();

    [GeneratedRegex(@"\{(?<name>[a-zA-Z]+)(:[^}|]*)?\}")]
    private static partial Regex Placeholder();
}
