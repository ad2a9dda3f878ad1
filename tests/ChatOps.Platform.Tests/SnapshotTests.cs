using System.Text.Json.Nodes;

namespace ChatOps.Platform.Tests;

/// <summary>The format of the snapshots that every domain's tests stand on.</summary>
public class SnapshotTests
{
    private const string English =
        """{"text":"Hello\n","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"line\n\nlast "}},{"type":"actions","elements":[{"type":"button","action_id":"a.b","text":{"text":"OK"},"value":"k","n":1.50}]}]}""";

    private static readonly string Korean = English.Replace("Hello\\n", "안녕하세요", StringComparison.Ordinal).Replace(
        "line\\n\\nlast ", "", StringComparison.Ordinal);

    [Fact]
    public void Languages_that_differ_in_texts_have_one_structure_and_a_table_each()
    {
        var snapshot = Of(English, Korean);

        Assert.Equal(
            """{"text":"{}","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"{}"}},{"type":"actions","elements":[{"type":"button","action_id":"a.b","text":{"text":"OK"},"value":"k","n":1.50}]}]}""",
            snapshot.Structure.ToJsonString());
        Assert.Equal("--- message\nHello\n\n--- section\nline\n\nlast \n", snapshot.Tables["en"]);
        Assert.Equal("--- message\n안녕하세요\n--- section\n\n", snapshot.Tables["ko"]);
    }

    [Fact]
    public void Structure_and_table_together_are_what_was_rendered()
    {
        var snapshot = Of(English, Korean);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(English), snapshot.Expand("en")));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Korean), snapshot.Expand("ko")));
    }

    [Theory]
    [InlineData("""{"a":"x","b":1}""", """{"a":"x","b":2}""")]
    [InlineData("""{"a":"x"}""", """{"a":"x","b":2}""")]
    [InlineData("""{"a":["x"]}""", """{"a":["x","y"]}""")]
    [InlineData("""{"a":"x"}""", """{"a":null}""")]
    [InlineData("""{"a":"{}"}""", """{"a":"{}"}""")]
    [InlineData("""{"a":"x"}""", """{"a":"--- y"}""")]
    public void What_the_format_cannot_hold_is_refused(string english, string korean) =>
        Assert.Throws<FormatException>(() => Of(english, korean));

    private static Snapshot Of(string english, string korean) =>
        Snapshot.Of(new Dictionary<string, JsonNode> { ["en"] = JsonNode.Parse(english)!, ["ko"] = JsonNode.Parse(korean)! });
}
