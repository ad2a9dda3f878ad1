using System.Text.RegularExpressions;
using ChatOps.Platform.Localization;

namespace ChatOps.EndToEnd.Architecture;

public sealed partial class TextsTests
{
    // The texts of a domain are added when its code is first used: here all of it is.
    static TextsTests()
    {
        foreach (var domain in Manifests.Product.Domains)
            System.Runtime.CompilerServices.RuntimeHelpers.RunModuleConstructor(domain.ManifestModule.ModuleHandle);
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
                if (!Texts.Keys("en").Contains(use.Groups["key"].Value))
                    missing.Add($"{Path.GetFileName(file)}: {use.Groups["key"].Value}");
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public void No_finding_text_is_left_over()
    {
        var code = string.Concat(Repository.Sources("*.cs", "src", "Domains", "ChatOps.Findings").Select(File.ReadAllText));

        // Of some the end is a state's name: $"finding.wait.{state}".
        var stems = Regex.Matches(code, """
            \$"(finding\.[a-z.-]+)\{
            """.Trim()).Select(match => match.Groups[1].Value).ToList();
        Assert.All(
            Texts.Keys("en").Where(key => key.StartsWith("finding.", StringComparison.Ordinal)
                && !stems.Exists(stem => key.StartsWith(stem, StringComparison.Ordinal))),
            key => Assert.Contains($"\"{key}\"", code, StringComparison.Ordinal));
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
        Assert.Contains(
            "'count'", Assert.Throws<KeyNotFoundException>(() => English.Text("finding.list.head")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_is_never_read_as_a_placeholder() =>
        Assert.Equal("{count} was not understood.", English.Text("finding.help.wrong", ("word", "{count}")));

    /// <summary>
    /// Words that docs/glossary.md rules out wherever they are read, by language, and the glossary's word for the same thing.
    /// </summary>
    private static readonly (string Language, string RuledOut, string Word)[] RuledOut =
    [
        ("en", @"\badministrators?\b", "admin"),
        ("en", @"\b(?<!Who )looks after\b|\blooked after\b", "acknowledge"),
        ("en", @"\bset aside\b", "dead letter"),
        ("en", @"\bthread lines?\b", "thread reply"),
        ("en", @"\bstill stands?\b", "open"),
        ("en", @"\bfires?\b", "firing"),
        ("en", @"\btold\b|\btells? others\b|\btelling others\b", "notification"),
        ("en", @"\bread(ing)? (the \w+ )?back\b", "verify"),
        ("en", @"\bexpected to\b", "forecast"),
        ("en", @"\b(form|dialog|popup)s?\b", "modal"),
        ("en", @"(?<!\be-)\bmails?\b", "e-mail"),
        ("en", @"\be-mail readers?\b", "recipient"),
        ("en", @"\bfaults?\b|\btrouble\b|\bproblems?\b", "error"),
        ("en", @"\bas (the )?policy asks\b", "compliant"),
        ("en", @"\bvulnerabilit(y|ies)\b", "CVE"),
        ("en", @"(?-i:\bregions?\b)", "Region"),
        ("en", @"(?-i:\bINFO\b)", "INFORMATIONAL"),
        ("ko", "묶음", "그룹"),
        ("ko", "열린 (취약점|것)", "미해결"),
        ("ko", "재시도", "다시 시도"),
        ("ko", @"태그\S* ?지[우워웁]", "제거"),
        ("ko", "토픽", "주제"),
        ("ko", "이유를 (적|입력|쓰)", "사유"),
        ("ko", "만든 (분|사람)", "생성자"),
        ("ko", "승인이? ?(거부|되지)", "반려"),
        ("ko", "보통", "중간"),
        ("ko", "양식|팝업|대화 상자", "창"),
        ("ko", "(?<!이)메일", "이메일"),
        ("ko", "라벨", "레이블"),
        ("ko", "알람", "경보"),
        ("ko", "지역", "리전"),
        ("ko", "매개 ?변수", "파라미터"),
        ("ko", "예측", "예상 비용"),
        ("ko", "리포트", "보고"),
        ("ko", "자세히", "상세 정보"),
    ];

    [Fact]
    public void Every_text_uses_the_words_of_the_glossary()
    {
        var glossary = File.ReadAllText(Path.Combine(Repository.Root, "docs", "glossary.md"));
        Assert.All(RuledOut, rule => Assert.Contains(rule.Word, glossary, StringComparison.Ordinal));

        var faults =
            from rule in RuledOut
            let pattern = new Regex(rule.RuledOut, RegexOptions.IgnoreCase)
            from key in Texts.Keys(rule.Language)
            let found = pattern.Match(Prose(Texts.Raw(rule.Language, key)))
            where found.Success
            select $"{key} ({rule.Language}): '{found.Value}' is '{rule.Word}' in docs/glossary.md";
        Assert.Empty(faults);
    }

    /// <summary>A text without what nobody translates: the names of placeholders, and commands and keys in backticks.</summary>
    private static string Prose(string text) => Name().Replace(Code().Replace(text, ""), "");

    private static HashSet<string> Placeholders(string language, string key) =>
        [.. Placeholder().Matches(Texts.Raw(language, key).Replace("{{", "", StringComparison.Ordinal))
            .Select(match => match.Groups["name"].Value)];

    [GeneratedRegex("""\bText\(\s*"(?<key>[a-z][a-z0-9-]*\.[a-z0-9._-]*)"|UserFacingException\(\s*"(?<key>[a-z][a-z0-9._-]*)"(?!\s*\+)""")]
    private static partial Regex Use();

    [GeneratedRegex(@"\{(?<name>[a-zA-Z]+)(:[^}|]*)?\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\{[a-zA-Z]+(?=[:}])")]
    private static partial Regex Name();
}
