using ChatOps.Platform.Charts;

namespace ChatOps.Reports.Tests;

public sealed class ReportMessageTests : GalleryTests<ReportGallery>
{
    [Fact]
    public void What_needs_somebody_is_said_first()
    {
        var sentence = ReportEditor.Judge(ReportVerdictLevel.Bad, [
            new(ReportVerdictLevel.Quiet, "all tagged"), new(ReportVerdictLevel.Bad, "2 critical open"),
            new(ReportVerdictLevel.Watch, "cost up")
        ], ["Alerts"], LocaleOf("en"));
        Assert.Equal("Somebody should look now: 2 critical open; cost up; all tagged. Could not be read: Alerts.", sentence);
    }

    [Fact]
    public void Nothing_read_is_no_quiet_day() =>
        Assert.Equal(
            "Nothing could be read, so there is no verdict. Could not be read: Alerts.",
            ReportEditor.Judge(ReportVerdictLevel.Quiet, [], ["Alerts"], LocaleOf("en")));

    [Theory]
    [InlineData("+3", "▲ 3")]
    [InlineData("−12 %", "▼ 12 %")]
    [InlineData("-1", "▼ 1")]
    [InlineData("±0", null)]
    [InlineData(null, null)]
    public void A_change_has_its_arrow(string? change, string? shown) =>
        Assert.Equal(shown, ReportEditor.Arrow(new ReportFigure("a", "1", change)));

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public void A_mail_stands_alone_in_both_parts_and_lets_nothing_foreign_in(string language)
    {
        var locale = LocaleOf(language);
        var mail = ReportEmail.Render("k", ["a@example.com"], new PublishedReport(
            ReportGallery.Edition(locale),
            new Dictionary<string, Picture> { [ReportPublisher.Composed] = new(new byte[] { 1 }, 2, 2, "alt") }), locale);
        Assert.DoesNotContain("<script>", mail.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", mail.Html, StringComparison.Ordinal);
        Assert.Contains("src=\"cid:report\"", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", mail.Html, StringComparison.Ordinal);
        foreach (var text in (string[])["128", "▲ 3", "checkout", "https://grafana.example.com/d/x"])
        {
            Assert.Contains(text, mail.Plain, StringComparison.Ordinal);
            Assert.Contains(System.Net.WebUtility.HtmlEncode(text), mail.Html, StringComparison.Ordinal);
        }
    }
}
