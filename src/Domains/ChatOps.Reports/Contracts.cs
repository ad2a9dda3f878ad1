using ChatOps.Platform.Charts;
using ChatOps.Platform.Localization;

namespace ChatOps.Reports;

/// <summary>
/// A domain's part of the daily report. It lives in the domain's own folder (<c>FindingReport.cs</c>, <c>AlertReport.cs</c>, …);
/// the report asks all of them, and one that throws costs its section alone.
/// </summary>
public interface IReportSource
{
    /// <summary>
    /// <c>findings</c>, <c>alerts</c>, <c>performance</c>, <c>assets</c>, <c>costs</c>, <c>grafana</c>: its place in the policy and the
    /// texts (<c>report.section.{id}</c>).
    /// </summary>
    string Id { get; }

    /// <summary>Its place from the top.</summary>
    int Order { get; }

    /// <summary>Reads what the section says about a period, in bounded memory whatever the estate's size.</summary>
    Task<IReportContent> ReadAsync(ReportPeriod period, CancellationToken cancellationToken);
}

/// <summary>The time a report is about.</summary>
/// <param name="From">Its first moment.</param>
/// <param name="To">The moment after its last; 'now' for a report of today.</param>
/// <param name="PreviousFrom">The first moment of the period it is compared with, which ends at <see cref="From"/>.</param>
public sealed record ReportPeriod(DateTimeOffset From, DateTimeOffset To, DateTimeOffset PreviousFrom);

/// <summary>What was read, ready to be said in any language. Pure.</summary>
public interface IReportContent
{
    /// <summary>The section in a language.</summary>
    ReportSection Render(Locale locale);
}

/// <summary>A section of the report. Texts are plain (no markup): Slack and e-mail escape them each in their own way.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Verdict">How the period was, for the report's one sentence of judgement.</param>
public sealed record ReportSection(string Title, ReportVerdict Verdict)
{
    /// <summary>Figures with the change against the period before; the first one may stand on the report's first screen.</summary>
    public IReadOnlyList<ReportFigure> Figures { get; init; } = [];

    /// <summary>Sentences.</summary>
    public IReadOnlyList<ReportLine> Lines { get; init; } = [];

    /// <summary>Tables, few and short: at most ten rows each.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>Pictures of this section.</summary>
    public IReadOnlyList<Picture> Pictures { get; init; } = [];

    /// <summary>Charts of this section, drawn by the report with its own painter; the first may stand in the composed picture.</summary>
    public IReadOnlyList<Func<IPainter, Picture>> Charts { get; init; } = [];
}

/// <summary>A section's judgement by rule.</summary>
/// <param name="Mood">How it was.</param>
/// <param name="Clause">A clause of the judgement's sentence: '2 new critical findings, both fixed'.</param>
public sealed record ReportVerdict(ReportVerdictLevel Mood, string Clause);

/// <summary>How a period was, from good to bad.</summary>
public enum ReportVerdictLevel
{
    /// <summary>Nothing that needs anybody.</summary>
    Quiet,

    /// <summary>Somebody should look today.</summary>
    Watch,

    /// <summary>Somebody should look now.</summary>
    Bad,
}

/// <summary>A figure.</summary>
/// <param name="Name">What it counts.</param>
/// <param name="Value">The figure as text in the locale.</param>
/// <param name="Change">The change as text (<c>+3</c>, <c>−12 %</c>); null when there is nothing to compare.</param>
/// <param name="Better">Whether the change is for the better; null when it is neither.</param>
public sealed record ReportFigure(string Name, string Value, string? Change = null, bool? Better = null);

/// <summary>A sentence, with a place to go where there is one.</summary>
public sealed record ReportLine(string Text, Uri? Link = null);

/// <summary>A small table.</summary>
public sealed record ReportTable(IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>Making the daily report; the timetable calls it.</summary>
public interface IReports
{
    /// <summary>
    /// Makes today's report unless it is made already, and sends it where <c>routes.yaml</c> and <c>report.yaml</c> say. True when it was
    /// made by this call.
    /// </summary>
    /// <param name="makeUp">
    /// Whether this is the look for a report that was missed: it is then made only by a bot that was there before today, so that a fresh
    /// one does not begin with a report of nothing.
    /// </param>
    /// <param name="cancellationToken">Ends the making; what is left is made up by the next look.</param>
    Task<bool> RunDailyAsync(bool makeUp, CancellationToken cancellationToken);
}
