using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ChatOps.Slack.Blocks;
using FsCheck;
using FsCheck.Xunit;

namespace ChatOps.Slack.Tests;

public class MrkdwnTests
{
    private static readonly string[] Nasty =
    [
        "<!channel>", "<!here|x>", "<@U123>", "<https://evil.example|bank>", "@here", "@Channel", "&amp;", "&", "<", ">", "|", "`", "```",
        "*", "_", "~", ":x:", "\n", "\r\n", " ", "가", "😀", "👩‍👩‍👧", "e\u0301", "a", "https://x.y", "\u0000", "\ud83d", "#general",
    ];

    [Theory]
    [InlineData("a & b < c > d", "a &amp; b &lt; c &gt; d")]
    [InlineData("<!channel>", "&lt;!channel&gt;")]
    [InlineData("&lt;", "&amp;lt;")]
    [InlineData("@here", "@\u200Bhere")]
    [InlineData("a@b.example", "a@b.example")]
    [InlineData("my_bucket_name", "my_bucket_name")]
    [InlineData(null, "")]
    public void Escaping_makes_entities_and_breaks_broadcasts(string? text, string escaped) => Assert.Equal(escaped, Mrkdwn.Escape(text));

    [Theory]
    [InlineData("*bold*", "*\u200Bbold*\u200B")]
    [InlineData("my_bucket_name", "my_bucket_name")]
    [InlineData("> quote", "\u200B&gt; quote")]
    [InlineData("https://evil.example", "https:\u200B//evil.example")]
    [InlineData(":smile:", ":\u200Bsmile:")]
    [InlineData("`code`", "`\u200Bcode`\u200B")]
    [InlineData("10:30, 5 * 3", "10:\u200B30, 5 *\u200B 3")]
    public void A_literal_formats_nothing(string text, string literal) => Assert.Equal(literal, Mrkdwn.Literal(text));

    [Theory]
    [InlineData("payroll", 10, "payroll")]
    [InlineData("<!channel> and more", 10, "&lt;!chan…")]
    [InlineData("ab&cd", 5, "ab…")]
    [InlineData("가나다라마", 4, "가나다…")]
    [InlineData("a😀b", 3, "a…")]
    [InlineData("👩‍👩‍👧x", 4, "…")]
    [InlineData(null, 10, "")]
    public void A_text_from_outside_is_cut_where_nothing_breaks(string? text, int max, string cut) =>
        Assert.Equal(cut, Mrkdwn.Cut(text, max));

    [Theory]
    [InlineData("https://a.example/?x=1&y=<2>|3 4", "a|b", "<https://a.example/?x=1&amp;y=%3C2%3E%7C3%204|a|b>")]
    [InlineData("javascript:alert(1)", "x", "x")]
    [InlineData("not an address", "<b>", "&lt;b&gt;")]
    [InlineData("https://a.example", "", "<https://a.example>")]
    [InlineData("https://a.example", "two\nlines", "<https://a.example|two lines>")]
    public void A_link_leads_only_where_it_says(string url, string text, string link) => Assert.Equal(link, Mrkdwn.Link(url, text));

    [Fact]
    public void A_date_is_shown_in_the_readers_zone()
    {
        var moment = DateTimeOffset.FromUnixTimeSeconds(1_772_600_767);
        Assert.Equal(
            "<!date^1772600767^{date_short} {time}|2026-03-04 14:06>", Mrkdwn.Date(moment, "{date_short} {time}", "2026-03-04 14:06"));
        Assert.Equal("<!date^1772600767^{date} &gt;|a &lt;b&gt; ¦>", Mrkdwn.Date(moment, "{date}^>", "a <b> |"));
    }

    [Fact]
    public void Mentions_are_made_of_ids_only()
    {
        Assert.Equal("<@U123>", Mrkdwn.User("U123"));
        Assert.Equal("<!subteam^S123>", Mrkdwn.UserGroup("S123"));
        Assert.Equal("<#C123>", Mrkdwn.Channel("C123"));
        Assert.Equal("&lt;!channel&gt;", Mrkdwn.User("<!channel>"));
    }

    [Fact]
    public void Code_cannot_be_left()
    {
        Assert.Equal("`a ˋ&lt;b&gt; c`", Mrkdwn.Code("a `<b>\nc"));
        Assert.Equal("```\na\n``\u200B`\nb\n```", Mrkdwn.CodeBlock("a\n```\nb\n"));
        Assert.Equal("", Mrkdwn.Code(" "));
    }

    [Property(MaxTest = 500)]
    public void Escaped_text_holds_no_control_sequence(int[] picks)
    {
        var text = Text(picks);
        foreach (var escaped in new[] { Mrkdwn.Escape(text), Mrkdwn.Literal(text), Mrkdwn.Code(text), Mrkdwn.CodeBlock(text) })
        {
            Assert.DoesNotContain('<', escaped);
            Assert.DoesNotContain('>', escaped);
            Assert.DoesNotMatch("&(?!amp;|lt;|gt;)", escaped);
            Assert.DoesNotMatch(new Regex("@(here|channel|everyone|group)", RegexOptions.IgnoreCase), escaped);
        }
    }

    [Property(MaxTest = 500)]
    public void Escaping_loses_nothing(NonNull<string> text)
    {
        var shown = WebUtility.HtmlDecode(Mrkdwn.Literal(text.Get).Replace("\u200B", "", StringComparison.Ordinal));
        Assert.Equal(WebUtility.HtmlDecode(WebUtility.HtmlEncode(text.Get.Replace("\u200B", "", StringComparison.Ordinal))), shown);
    }

    [Property(MaxTest = 500)]
    public void A_link_is_one_control_sequence_whatever_it_is_made_of(int[] picks)
    {
        var link = Mrkdwn.Link("https://a.example/" + Text(picks), Text(picks));
        Assert.Equal(link.Contains('<', StringComparison.Ordinal) ? 1 : 0, link.Count(c => c == '<'));
        Assert.Equal(link.Count(c => c == '<'), link.Count(c => c == '>'));
    }

    [Property(MaxTest = 500)]
    public void A_cut_is_never_too_long_and_breaks_nothing(int[] picks, PositiveInt most)
    {
        var text = Whole(Mrkdwn.Escape(Text(picks))) + string.Concat(picks.Select(p => p % 3 == 0 ? "<https://a.example|b>" : "가&amp;😀"));
        var max = (most.Get % 60) + 4;
        var cut = TextCut.Markup(text, max);
        Assert.True(cut.Length <= max, $"{cut.Length} > {max}");
        AssertWholeRunes(cut);
        Assert.DoesNotMatch("&(?!amp;|lt;|gt;)", cut);
        Assert.Equal(cut.Count(c => c == '<'), cut.Count(c => c == '>'));
        Assert.True(cut == text || cut.EndsWith('…') || cut.EndsWith("…```", StringComparison.Ordinal));
        Assert.StartsWith(cut == text ? text : cut[..cut.LastIndexOf('…')], text, StringComparison.Ordinal);

        var plain = TextCut.Plain(text, max);
        Assert.True(plain.Length <= max);
        AssertWholeRunes(plain);
    }

    [Theory]
    [InlineData("👩‍👩‍👧👩‍👩‍👧", 10, "👩‍👩‍👧…")]
    [InlineData("각각", 1, "…")]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "ab…")]
    public void A_cut_keeps_what_people_see_as_one_character(string text, int max, string cut) =>
        Assert.Equal(cut, TextCut.Plain(text, max));

    [Fact]
    public void A_cut_code_block_is_closed()
    {
        var cut = TextCut.Markup("a ```" + new string('x', 100) + "``` b", 20);
        Assert.Equal("a ```xxxxxxxxxxx…```", cut);
    }

    [Fact]
    public void A_cut_is_quick_even_for_a_text_of_open_brackets()
    {
        var cut = TextCut.Markup(new string('<', 200_000), 100_000);
        Assert.Equal(100_000, cut.Length);
    }

    private static string Text(int[] picks) => string.Concat(picks.Select(p => Nasty[(p & int.MaxValue) % Nasty.Length]));

    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static void AssertWholeRunes(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]))
            {
                Assert.True(i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]), "a surrogate pair was split");
                i++;
            }
            else
            {
                Assert.False(char.IsLowSurrogate(text[i]), "a surrogate pair was split");
            }
        }
    }
}
