using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Reports;

/// <summary>Puts what was read into one language: the judgement by rule, the five figures, the sections. Pure.</summary>
internal static class ReportEditor
{
    private const int MaxFigures = 5;
    private const int MaxRows = 10;
    private const int MaxLines = 15;

    /// <summary>An edition without its pictures, and the sections that have something to draw.</summary>
    public static (Edition Edition, IReadOnlyList<(string Id, ReportSection Section)> Drawn) Edit(
        Report report, IReadOnlyList<Reading> readings, Locale locale)
    {
        var sections = new List<EditionSection>();
        var drawn = new List<(string, ReportSection)>();
        var verdicts = new List<ReportVerdict>();
        var figures = new List<ReportFigure>();
        foreach (var reading in readings)
        {
            var (section, fault) = Render(reading, locale);
            if (fault is not null)
            {
                sections.Add(new EditionSection
                {
                    Id = reading.Source.Id,
                    Title = NameOf(reading.Source.Id, locale),
                    Fault = TextCut.Plain(ReportReader.Say(fault, locale), 300),
                });
                continue;
            }

            // A domain that is not used here has nothing to say.
            if (section is null || IsEmpty(section)) continue;
            verdicts.Add(section.Verdict);
            if (section.Figures.Count > 0 && figures.Count < MaxFigures) figures.Add(Of(section, section.Figures[0]));
            drawn.Add((reading.Source.Id, section));
            sections.Add(new EditionSection
            {
                Id = reading.Source.Id,
                Title = section.Title,
                Figures = section.Figures,
                Lines = [.. section.Lines.Take(MaxLines)],
                Tables = [.. section.Tables.Select(table => table with { Rows = [.. table.Rows.Take(MaxRows)] })],
            });
        }

        // Fewer domains than five: the first of them, usually findings, says more.
        foreach (var figure in drawn.SelectMany(entry => entry.Item2.Figures.Skip(1).Select(figure => Of(entry.Item2, figure)))
            .Take(MaxFigures - figures.Count).ToList())
            figures.Add(figure);

        var mood = verdicts.Select(verdict => verdict.Mood).DefaultIfEmpty(ReportVerdictLevel.Quiet).Max();
        return (
            new Edition
            {
                Language = locale.Language,
                Title = locale.Text(
                    report.Kind == ReportKind.Yesterday ? "report.title.yesterday" : "report.title",
                    ("day", locale.Day(report.Kind == ReportKind.Yesterday ? report.Period.From : report.Period.To))),
                Period = locale.Text(
                    "report.period", ("from", locale.DayAndTime(report.Period.From)), ("to", locale.DayAndTime(report.Period.To))),
                Mood = mood,
                Judgement = Judge(
                    mood, verdicts, [.. sections.Where(section => section.Fault is not null).Select(section => section.Title)], locale),
                Figures = figures,
                Sections = sections,
            },
            drawn);
    }

    /// <summary>'A quiet day: 2 new critical findings, both fixed; nothing firing.' What needs somebody comes first.</summary>
    internal static string Judge(
        ReportVerdictLevel mood, IReadOnlyList<ReportVerdict> verdicts, IReadOnlyList<string> missing, Locale locale)
    {
        var clauses = verdicts.OrderByDescending(verdict => verdict.Mood).Select(verdict => verdict.Clause)
            .Where(clause => clause.Length > 0).ToList();
        var sentence = clauses.Count == 0
            ? locale.Text(missing.Count == 0 ? "report.verdict.nothing" : "report.verdict.blind")
            : locale.Text($"report.verdict.{Key(mood)}", ("clauses", string.Join("; ", clauses)));
        return missing.Count == 0
            ? sentence
            : $"{sentence} {locale.Text("report.verdict.missing", ("sections", string.Join(", ", missing)))}";
    }

    /// <summary>A mood's key in the texts.</summary>
    public static string Key(ReportVerdictLevel mood) => mood.ToString().ToLowerInvariant();

    /// <summary>A figure's change with its arrow.</summary>
    public static string? Arrow(ReportFigure figure) => figure.Change switch
    {
        null or "" or "±0" or "0" => null,
        { } change when change.StartsWith('+') => $"▲ {change[1..]}",
        { } change when change[0] is '-' or '−' => $"▼ {change[1..]}",
        { } change => change,
    };

    private static (ReportSection? Section, Exception? Fault) Render(Reading reading, Locale locale)
    {
        if (reading.Fault is not null) return (null, reading.Fault);
        try
        {
            return (reading.Content!.Render(locale), null);
        }
        catch (Exception fault)
        {
            // One domain's bug must not cost the others their report.
            return (null, fault);
        }
    }

    /// <summary>A figure on the first screen, where its section's heading is not above it.</summary>
    private static ReportFigure Of(ReportSection section, ReportFigure figure) => figure with { Name = $"{section.Title} · {figure.Name}" };

    private static bool IsEmpty(ReportSection section) =>
        section is { Figures.Count: 0, Lines.Count: 0, Tables.Count: 0, Pictures.Count: 0, Charts.Count: 0 };

    private static string NameOf(string id, Locale locale) => locale.Has($"report.section.{id}") ? locale.Text($"report.section.{id}") : id;
}
