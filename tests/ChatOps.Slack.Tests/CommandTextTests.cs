using System.Text;
using System.Text.Json;
using ChatOps.Slack.Interactions;

namespace ChatOps.Slack.Tests;

public sealed class CommandTextTests
{
    [Theory]
    [InlineData("silence owner=\"A&amp;B\" 1h", "silence owner=\"A&B\" 1h")]
    [InlineData("query rate(x[5m]) &gt; 0", "query rate(x[5m]) > 0")]
    [InlineData("find &lt;x&gt;", "find <x>")]
    [InlineData("find &amp;lt;", "find &lt;")]
    [InlineData("find a&b", "find a&b")]
    public void What_Slack_escaped_is_read_back_once(string sent, string typed)
    {
        Assert.True(SlashCommandReader.TryRead(
            Encoding.UTF8.GetBytes($"command=%2Fasset&user_id=U1&text={Uri.EscapeDataString(sent)}"), out var form));
        Assert.Equal(typed, form!.Text);
        Assert.True(SlashCommandReader.TryRead(
            JsonSerializer.SerializeToElement(new { command = "/asset", user_id = "U1", text = sent }), out var socket));
        Assert.Equal(typed, socket!.Text);
    }
}
