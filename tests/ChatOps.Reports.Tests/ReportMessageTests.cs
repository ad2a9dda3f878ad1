using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Reports.Tests;

public sealed class ReportMessageTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

    private static readonly Report Morning = new("daily-2026-03-04", ReportKind.Daily, new ReportPeriod(new(2026, 3, 3, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)));

    public static TheoryData<string, string> Snapshots
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in (string[])["message", "section", "fault", "preview"])
            {
                foreach (var language in Locale.Languages) data.Add(name, language);
            }

            return data;
        }
    }

    /// <summary>Run with UPDATE_SNAPSHOTS=1 to accept what is rendered now, and read the difference in the commit.</summary>
    [Theory, MemberData(nameof(Snapshots))]
    public void It_reads_as_agreed(string name, string language)
    {
        var message = JsonSerializer.SerializeToNode(BlockKitLimits.Fit(Render(name, language)), ChatOps.Slack.SlackJson.Context.Message)!;
        if (Environment.GetEnvironmentVariable("RENDERED_DIR") is { Length: > 0 } rendered) File.WriteAllText(Path.Combine(rendered, $"report-message-{name}.{language}.json"), message.ToJsonString());
        var json = message.ToJsonString(Indented) + "\n";
        var file = Path.Combine(Folder(), $"{name}.{language}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Folder());
            File.WriteAllText(file, json);
        }

        Assert.True(File.Exists(file), $"There is no snapshot of {name} in {language} yet: run the tests with UPDATE_SNAPSHOTS=1 and read it.");
        Assert.Equal(File.ReadAllText(file), json);
    }

    [Fact]
    public void What_needs_somebody_is_said_first()
    {
        var sentence = ReportEditor.Judge(ReportVerdictLevel.Bad, [new(ReportVerdictLevel.Quiet, "all tagged"), new(ReportVerdictLevel.Bad, "2 critical open"), new(ReportVerdictLevel.Watch, "cost up")], ["Alerts"], Locale.For("en", Seoul));
        Assert.Equal("Somebody should look now: 2 critical open; cost up; all tagged. Could not be read: Alerts.", sentence);
    }

    [Fact]
    public void Nothing_read_is_no_quiet_day() =>
        Assert.Equal("Nothing could be read, so nothing can be said. Could not be read: Alerts.", ReportEditor.Judge(ReportVerdictLevel.Quiet, [], ["Alerts"], Locale.For("en", Seoul)));

    [Theory]
    [InlineData("+3", "▲ 3")]
    [InlineData("−12 %", "▼ 12 %")]
    [InlineData("-1", "▼ 1")]
    [InlineData("±0", null)]
    [InlineData(null, null)]
    public void A_change_has_its_arrow(string? change, string? shown) => Assert.Equal(shown, ReportEditor.Arrow(new ReportFigure("a", "1", change)));

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public void A_mail_stands_alone_in_both_parts_and_lets_nothing_foreign_in(string language)
    {
        var locale = Locale.For(language, Seoul);
        var mail = ReportEmail.Render("k", ["a@example.com"], new PublishedReport(Edition(locale), new Dictionary<string, Picture> { [ReportPublisher.Composed] = new(new byte[] { 1 }, 2, 2, "alt") }), locale);
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

    private static Message Render(string name, string language)
    {
        var locale = Locale.For(language, Seoul);
        var edition = Edition(locale);
        return name switch
        {
            "message" => ReportMessage.Render(edition, locale),
            "section" => ReportMessage.RenderSection(edition.Sections[0], locale),
            "fault" => ReportMessage.RenderSection(edition.Sections[^1], locale),
            _ => ReportMessage.RenderPreview(edition, locale),
        };
    }

    private static Edition Edition(Locale locale)
    {
        Reading[] readings =
        [
            new(new Named("findings"), new Told(), null),
            new(new Named("costs"), null, new HttpRequestException("no")),
        ];
        var edition = ReportEditor.Edit(Morning, readings, locale).Edition;
        return edition with { Picture = new EditionPicture("F0123", "A picture") };
    }

    private sealed class Named(string id) : IReportSource
    {
        public string Id => id;

        public int Order => 0;

        public Task<IReportContent> ReadAsync(ReportPeriod period, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class Told : IReportContent
    {
        public ReportSection Render(Locale locale) => new(locale.Text("report.section.findings"), new ReportVerdict(ReportVerdictLevel.Bad, locale.Text("finding.report.clause.critical", ("count", 2), ("open", 1))))
        {
            Figures = [new(locale.Text("finding.report.open"), "128", "+3", false), new(locale.Text("finding.report.resolved"), "7", "−2", false)],
            Lines = [new("<script>alert(1)</script> <!channel> checkout"), new("Golden signals", new Uri("https://grafana.example.com/d/x"))],
            Tables = [new(["Severity", "Open"], [["Critical", "1"], ["High", ""]])],
        };
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "snapshots");
}
