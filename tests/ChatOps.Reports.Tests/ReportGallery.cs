using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Reports.Tests;

/// <summary>A report's message, its sections, one that could not be read, and its preview.</summary>
public sealed class ReportGallery : IGallery
{
    private static readonly Report Morning = new("daily-2026-03-04", ReportKind.Daily, new ReportPeriod(
        new(2026, 3, 3, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)));

    public static string Domain => "report";

    public static SnapshotFolder Snapshots { get; } = SnapshotFolder.Beside();

    public static IEnumerable<(string Name, Func<Locale, Message> Render)> Messages =>
    [
        ("message", locale => ReportMessage.Render(Edition(locale), locale)),
        ("section", locale => ReportMessage.RenderSection(Edition(locale).Sections[0], locale)),
        ("fault", locale => ReportMessage.RenderSection(Edition(locale).Sections[^1], locale)),
        ("preview", locale => ReportMessage.RenderPreview(Edition(locale), locale)),
    ];

    public static void AddHandlers(IServiceCollection services) => services.AddReports(new ConfigurationBuilder().Build());

    internal static Edition Edition(Locale locale)
    {
        Reading[] readings =
        [
            new(new Named("findings"), new FindingsContent(), null),
            new(new Named("costs"), null, new HttpRequestException("no")),
        ];
        var edition = ReportEditor.Edit(Morning, readings, locale).Edition;
        return edition with { Picture = new EditionPicture("F0123", "A picture") };
    }

    private sealed class Named(string id) : IReportSource
    {
        public string Id => id;

        public int Order => 0;

        public Task<IReportContent> ReadAsync(ReportPeriod period, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    /// <summary>What a domain would report; its texts stand here, for the domain is not beside these tests.</summary>
    private sealed class FindingsContent : IReportContent
    {
        public ReportSection Render(Locale locale) => new(
            locale.Text("report.section.findings"),
            new ReportVerdict(ReportVerdictLevel.Bad, Of(locale, "2 new critical findings, 1 still open", "새 심각 취약점 2건 중 1건 미해결")))
        {
            Figures = [new(Of(locale, "Open", "미해결"), "128", "+3", false), new(Of(locale, "Resolved", "해결"), "7", "−2", false)],
            Lines =
            [
                new("<script>alert(1)</script> <!channel> checkout"), new("Golden signals", new Uri("https://grafana.example.com/d/x")),
            ],
            Tables = [new(["Severity", "Open"], [["Critical", "1"], ["High", ""]])],
        };

        private static string Of(Locale locale, string english, string korean) => locale.Language == "ko" ? korean : english;
    }
}
