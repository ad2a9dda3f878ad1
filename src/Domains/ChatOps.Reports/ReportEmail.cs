using System.Globalization;
using System.Net;
using System.Text;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Email;
using ChatOps.Platform.Localization;

namespace ChatOps.Reports;

/// <summary>
/// A report as e-mail. Mail clients know little: tables for the layout, styles on each element, 600 pixels, pictures inside the mail,
/// colours that hold on a dark ground. Pure.
/// </summary>
internal static class ReportEmail
{
    private const string Font =
        "font-family:-apple-system,'Segoe UI',Roboto,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR',Arial,sans-serif;" +
        "word-break:keep-all";
    private const string Ink = "#1d1c1d";
    private const string Quiet = "#5e5d60";

    /// <summary>The mail; its key is the report, the language and who gets it, so it is never sent twice.</summary>
    public static EmailMessage Render(string key, IReadOnlyList<string> to, PublishedReport printed, Locale locale)
    {
        var edition = printed.Edition;
        var mood = locale.Text($"report.verdict.level.{ReportEditor.Key(edition.Mood)}");
        return new EmailMessage(
            key, to, $"[ChatOps] {edition.Title} · {mood}", Html(printed, mood, locale),
            Plain(edition, mood, locale))
        { Pictures = printed.Pictures };
    }

    private static string Html(PublishedReport printed, string mood, Locale locale)
    {
        var edition = printed.Edition;
        var html = new StringBuilder(16 * 1024);
        html.Append("<!DOCTYPE html><html lang=\"").Append(locale.Language)
            .Append("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .Append(
                "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\"><title>")
            .Append(E(edition.Title)).Append("</title><style>")
            .Append(
                "@media (prefers-color-scheme:dark){.ground{background:#17181a!important}.card{background:#222427!important}" +
                ".ink{color:#ececed!important}" +
                ".quiet{color:#b3b3b6!important}.line{border-color:#3a3c40!important}}")
            .Append("@media (max-width:620px){.card{width:100%!important}.figure{display:inline-block!important;" +
                "width:48%!important}}</style></head>")
            .Append("<body class=\"ground\" style=\"margin:0;padding:0;background:#f3f4f6;").Append(Font).Append("\">")
            // What an inbox shows beside the subject.
            .Append("<div style=\"display:none;max-height:0;overflow:hidden\">").Append(E(edition.Judgement)).Append("</div>")
            .Append("<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" class=\"ground\" " +
                "style=\"background:#f3f4f6\"><tr><td align=\"center\" style=\"padding:20px 8px\">")
            .Append("<table role=\"presentation\" class=\"card\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" " +
                "style=\"width:600px;max-width:600px;background:#ffffff;border-radius:10px\">");

        Row(
            html, "28px 28px 4px",
            $"<div class=\"quiet\" style=\"font-size:13px;line-height:18px;color:{Quiet}\">{E(edition.Period)}</div><h1 class=\"ink\" " +
            $"style=\"margin:4px 0 12px;font-size:22px;line-height:29px;color:{Ink}\">{E(edition.Title)}</h1>");
        Row(
            html, "0 28px 16px",
            $"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td " +
            $"style=\"border-left:4px solid {Colour(edition.Mood)};padding:2px 0 2px 12px;font-size:16px;line-height:24px;color:{Ink}\" " +
            $"class=\"ink\"><strong>{E(mood)}.</strong> {E(edition.Judgement)}</td></tr></table>");
        if (edition.Figures.Count > 0) Row(html, "0 20px 12px", Figures(edition.Figures));
        if (printed.Pictures.TryGetValue(ReportPublisher.Composed, out var composed))
            Row(html, "0 28px 12px", Image(ReportPublisher.Composed, composed, 544));
        foreach (var section in edition.Sections) Section(html, section, printed, locale);
        Row(
            html, "16px 28px 26px",
            $"<div class=\"quiet line\" style=\"border-top:1px solid " +
            $"#e4e4e7;padding-top:12px;font-size:12px;line-height:18px;color:{Quiet}\">{E(locale.Text("report.email.foot"))}</div>");
        return html.Append("</table></td></tr></table></body></html>").ToString();
    }

    private static void Section(StringBuilder html, EditionSection section, PublishedReport printed, Locale locale)
    {
        var body = new StringBuilder();
        body.Append(
            CultureInfo.InvariantCulture,
            $"<h2 class=\"ink line\" style=\"margin:14px 0 8px;padding-top:16px;border-top:1px solid " +
            $"#e4e4e7;font-size:17px;line-height:24px;color:{Ink}\">{E(section.Title)}</h2>");
        if (section.Fault is { } fault)
            body.Append(
                CultureInfo.InvariantCulture,
                $"<p class=\"quiet\" style=\"margin:0 0 8px;font-size:14px;line-height:21px;color:{Quiet}\">" +
                $"{E(locale.Text("report.section.fault", ("why", fault)))}</p>");
        if (section.Figures.Count > 0) body.Append(Figures(section.Figures));
        foreach (var line in section.Lines)
        {
            var text = line.Link is { } link && link.Scheme is "http" or "https"
                ? $"<a href=\"{E(line.Link!.AbsoluteUri)}\" style=\"color:#0b6bb0\">{E(line.Text)}</a>"
                : E(line.Text);
            body.Append(
                CultureInfo.InvariantCulture,
                $"<p class=\"ink\" style=\"margin:0 0 6px;font-size:14px;line-height:21px;color:{Ink}\">{text}</p>");
        }

        foreach (var table in section.Tables.Where(table => table.Rows.Count > 0)) body.Append(Table(table));
        for (var i = 0; i < section.Pictures.Count; i++)
        {
            if (printed.Pictures.TryGetValue($"{section.Id}-{i}", out var picture)) body.Append(Image($"{section.Id}-{i}", picture, 544));
        }

        Row(html, "0 28px", body.ToString());
    }

    private static string Figures(IReadOnlyList<ReportFigure> figures)
    {
        var cells = new StringBuilder("<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">");
        foreach (var row in figures.Chunk(5))
        {
            cells.Append("<tr>");
            foreach (var figure in row)
            {
                var change = ReportEditor.Arrow(figure) is { } arrow
                    ? $"<div style=\"font-size:13px;line-height:18px;" +
                        $"color:{(figure.Better switch { true => "#1a7f4b", false => "#c2410c", _ => "#73737a" })}\">{E(arrow)}</div>"
                    : "";
                cells.Append(
                    CultureInfo.InvariantCulture,
                    $"<td class=\"figure\" valign=\"top\" width=\"{100 / row.Length}%\" style=\"padding:6px 8px\"><div class=\"quiet\" " +
                    $"style=\"font-size:12px;line-height:16px;color:{Quiet}\">{E(figure.Name)}</div><div class=\"ink\" " +
                    $"style=\"font-size:20px;line-height:28px;font-weight:700;color:{Ink}\">{E(figure.Value)}</div>{change}</td>");
            }

            cells.Append("</tr>");
        }

        return cells.Append("</table>").ToString();
    }

    private static string Table(ReportTable table)
    {
        var html = new StringBuilder(
            "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:6px 0 " +
            "10px;border-collapse:collapse\"><tr>");
        for (var i = 0; i < table.Headers.Count; i++)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<th class=\"quiet line\" align=\"{Align(i)}\" style=\"padding:6px 6px;border-bottom:1px solid " +
                $"#d7d7db;font-size:12px;line-height:16px;font-weight:600;color:{Quiet}\">{E(table.Headers[i])}</th>");
        html.Append("</tr>");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<td class=\"ink line\" align=\"{Align(i)}\" style=\"padding:6px 6px;border-bottom:1px solid " +
                    $"#ececef;font-size:13px;line-height:18px;color:{Ink}\">{E(row[i])}</td>");
            html.Append("</tr>");
        }

        return html.Append("</table>").ToString();
    }

    private static string Image(string name, Picture picture, int width) =>
        $"<img src=\"cid:{E(name)}\" width=\"{width}\" alt=\"{E(picture.Alt)}\" " +
            $"style=\"display:block;width:100%;max-width:{width}px;height:auto;border:0;border-radius:6px;background:#ffffff\">";

    private static void Row(StringBuilder html, string padding, string content) =>
        html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"padding:{padding}\">{content}</td></tr>");

    private static string Align(int column) => column == 0 ? "left" : "right";

    private static string Colour(ReportVerdictLevel mood) =>
        mood switch { ReportVerdictLevel.Bad => "#c9302c", ReportVerdictLevel.Watch => "#d9a406", _ => "#1a7f4b" };

    private static string E(string text) => WebUtility.HtmlEncode(text);

    private static string Plain(Edition edition, string mood, Locale locale)
    {
        var text = new StringBuilder();
        text.AppendLine(edition.Title).AppendLine(edition.Period).AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"{mood}. {edition.Judgement}").AppendLine();
        foreach (var figure in edition.Figures) text.AppendLine(FigureLine(figure));
        foreach (var section in edition.Sections)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"== {section.Title} ==");
            if (section.Fault is { } fault) text.AppendLine(locale.Text("report.section.fault", ("why", fault)));
            foreach (var figure in section.Figures) text.AppendLine(FigureLine(figure));
            foreach (var line in section.Lines) text.AppendLine("- " + line.Text + (line.Link is { } link ? " " + link.AbsoluteUri : ""));
            foreach (var table in section.Tables)
            {
                foreach (var row in table.Rows)
                    text.AppendLine(
                        CultureInfo.InvariantCulture,
                        $"- {string.Join(", ", row.Select((cell, i) => i == 0 ? cell : $"{table.Headers[i]} {cell}"))}");
            }

            foreach (var picture in section.Pictures) text.AppendLine(CultureInfo.InvariantCulture, $"[{picture.Alt}]");
        }

        return text.AppendLine().AppendLine("-- ").AppendLine(locale.Text("report.email.foot")).ToString();
    }

    private static string FigureLine(ReportFigure figure) =>
        $"{figure.Name}: {figure.Value}{(ReportEditor.Arrow(figure) is { } arrow ? $" ({arrow})" : "")}";
}
