namespace ChatOps.Kernel.Tests;

public class TextPatternTests
{
    [Theory]
    [InlineData("prod-*", "prod-web", true)]
    [InlineData("prod-*", "PROD-", true)]
    [InlineData("prod-*", "preprod-web", false)]
    [InlineData("*web*", "a-web-1", true)]
    [InlineData("*", "x", true)]
    [InlineData("Prod", "pROD", true)]
    [InlineData("prod", "prod-1", false)]
    [InlineData("a.c*", "abcd", false)]
    [InlineData("*", "", false)]
    [InlineData("", "", true)]
    [InlineData("*ab*ba*", "aba", false)]
    [InlineData("*ab*ba*", "abxBAx", true)]
    [InlineData("ab*ba", "aba", false)]
    [InlineData("a**c", "ac", true)]
    public void An_asterisk_stands_for_any_text_and_case_does_not_matter(string pattern, string value, bool matches) =>
        Assert.Equal(matches, TextPattern.Matches(pattern, value));

    /// <summary>File patterns know more than we promise: here these mean themselves.</summary>
    [Theory]
    [InlineData("a?*", "a?b", true)]
    [InlineData("a?*", "abb", false)]
    [InlineData(@"a\*", @"a\b", true)]
    [InlineData(@"a\*", "a*", false)]
    [InlineData("a?c", "abc", false)]
    public void A_question_mark_and_a_backslash_mean_themselves(string pattern, string value, bool matches) =>
        Assert.Equal(matches, TextPattern.Matches(pattern, value));

    [Fact]
    public void No_pattern_matches_everything_and_of_several_one_is_enough()
    {
        Assert.True(TextPattern.Any([], "x"));
        Assert.True(TextPattern.Any(["a", "x*"], "xy"));
        Assert.False(TextPattern.Any(["a", "b*"], "xy"));
    }
}
