using System.Net;
using System.Text;
using ChatOps.Slack.Interactions;
using FsCheck;
using FsCheck.Xunit;

namespace ChatOps.Slack.Tests;

public class FormReaderTests
{
    [Property(MaxTest = 500)]
    public void What_was_encoded_is_read_back(NonNull<string> value, bool plus)
    {
        var text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value.Get));
        var form = "a=1&text=" + (plus ? WebUtility.UrlEncode(text) : Uri.EscapeDataString(text)) + "&&b";
        var fields = new FormReader(Encoding.UTF8.GetBytes(form));
        Assert.True(fields.Next() && fields.Next());
        Assert.Equal("text", Encoding.UTF8.GetString(fields.Name));
        Assert.True(FormReader.TryText(fields.RawValue, out var read));
        Assert.Equal(text, read);
        Assert.True(fields.Next());
        Assert.Equal("b", Encoding.UTF8.GetString(fields.Name));
        Assert.False(fields.Next());
    }

    [Property(MaxTest = 500)]
    public void No_bytes_break_the_reader(byte[] body)
    {
        var fields = new FormReader(body);
        while (fields.Next())
        {
            FormReader.TryText(fields.RawValue, out var text);
            Assert.NotNull(text);
        }

        SlashCommandReader.TryRead(body, out _);
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%4")]
    [InlineData("%zz")]
    [InlineData("ok%4g")]
    public void A_broken_escape_is_told(string value) => Assert.False(FormReader.TryText(Encoding.UTF8.GetBytes(value), out _));
}
