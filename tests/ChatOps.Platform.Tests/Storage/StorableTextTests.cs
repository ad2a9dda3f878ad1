using System.Text;
using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace ChatOps.Platform.Tests.Storage;

public sealed class StorableTextTests
{
    // Not as a theory's data: an attribute holds no half of a surrogate pair.
    [Fact]
    public void A_text_loses_only_what_no_database_holds()
    {
        (string Text, string Expected)[] cases =
        [
            ("plain 한글 🔴 ünï", "plain 한글 🔴 ünï"), ("a\0b", "a\uFFFDb"), ("cut \uD83D", "cut \uFFFD"), ("\uDD34 first", "\uFFFD first"),
            ("\uD83D\uD83D\uDD34\uDD34", "\uFFFD\uD83D\uDD34\uFFFD"),
            ("six characters \\u0000 are text", "six characters \\u0000 are text"),
        ];
        foreach (var (text, expected) in cases)
        {
            Assert.Equal(expected, StorableText.Clean(text));
            if (text == expected) Assert.Same(text, StorableText.Clean(text));
        }
    }

    [Theory]
    [InlineData("""{"a":"x\u0000y"}""", """{"a":"x\ufffdy"}""")]
    [InlineData("""{"a":"x\u0000b7y"}""", """{"a":"x\ufffdb7y"}""")]
    [InlineData("""{"a":"^[\\u0000-\\u001f]+$"}""", """{"a":"^[\\u0000-\\u001f]+$"}""")]
    [InlineData("""{"a":"\\\u0000"}""", """{"a":"\\\ufffd"}""")]
    [InlineData("""{"a":"\\\\u0000"}""", """{"a":"\\\\u0000"}""")]
    [InlineData("""{"a":"cut \ud83d"}""", """{"a":"cut \ufffd"}""")]
    [InlineData("""{"a":"\ud83d\udd34 \uDD34"}""", """{"a":"\ud83d\udd34 \ufffd"}""")]
    [InlineData("""{"a":"\ud83d\ud83d\udd34"}""", """{"a":"\ufffd\ud83d\udd34"}""")]
    [InlineData("""{"a":"\ud83d\\udd34"}""", """{"a":"\ufffd\\udd34"}""")]
    [InlineData("""{"\u0000key":1}""", """{"\ufffdkey":1}""")]
    [InlineData("no JSON \\u", "no JSON \\u")]
    [InlineData("ends with \\", "ends with \\")]
    public void JSON_loses_only_the_escapes_that_no_database_holds(string json, string expected)
    {
        Assert.Equal(expected, StorableText.CleanJson(json));
        Assert.Equal(expected, Encoding.UTF8.GetString(StorableText.CleanJson(Encoding.UTF8.GetBytes(json)).Span));
    }

    [Fact]
    public void A_cut_never_leaves_half_a_character()
    {
        const string text = "ab🔴cd";
        Assert.Equal(["", "a", "ab", "ab", "ab🔴", "ab🔴c", "ab🔴cd"], Enumerable.Range(0, 7).Select(max => StorableText.Cut(text, max)));
    }

    /// <summary>Any text of any characters, halves and NULs among them.</summary>
    [Property(MaxTest = 300)]
    public Property Whatever_is_cleaned_is_valid_stays_as_long_and_is_not_changed_again() => Prop.ForAll(Texts, text =>
    {
        var clean = StorableText.Clean(text);
        var valid = !clean.Contains('\0') && Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(clean)) == clean && !HasLoneHalf(clean);
        return valid && clean.Length == text.Length && ReferenceEquals(clean, StorableText.Clean(clean));
    });

    [Property(MaxTest = 300)]
    public Property Whatever_JSON_is_cleaned_reads_as_its_cleaned_texts() => Prop.ForAll(Texts, text =>
    {
        // As senders write it: every character as an escape, halves included.
        var json = $"\"{string.Concat(text.Select(character => $"\\u{(int)character:x4}"))}\"";
        return JsonDocument.Parse(StorableText.CleanJson(json)).RootElement.GetString() == StorableText.Clean(text);
    });

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Both_databases_hold_every_cleaned_text_as_text_and_as_JSON(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        await using var connection = await test.Database.OpenAsync(default);
        var json = kind == DatabaseKind.Postgres ? "CAST(@json AS jsonb) ->> 'a'" : "@json ->> 'a'";
        foreach (var text in Texts.Generator.Sample(100, 40))
        {
            var escaped = $$"""{"a":"{{string.Concat(text.Select(character => $"\\u{(int)character:x4}"))}}"}""";
            var (asText, asJson) = await connection.QuerySingleAsync<(string, string)>(
                $"SELECT CAST(@text AS text), {json}", new { text = StorableText.Clean(text), json = StorableText.CleanJson(escaped) });
            Assert.Equal(StorableText.Clean(text), asText);
            Assert.Equal(StorableText.Clean(text), asJson);
        }
    }

    private static Arbitrary<string> Texts => Gen.Elements('a', '\\', 'u', '0', '"', '한', '\0', '\n', '\uD83D', '\uDD34', '\uFFFD')
        .ArrayOf().Select(characters => new string(characters)).ToArbitrary();

    private static bool HasLoneHalf(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(text[i])) return true;
        }

        return false;
    }
}
