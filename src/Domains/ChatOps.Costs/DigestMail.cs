using System.Globalization;
using System.Net;
using System.Text;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Email;
using ChatOps.Platform.Localization;

namespace ChatOps.Costs;

/// <summary>A digest as an e-mail that stands alone: HTML with the picture inside, and a plain part. Pure.</summary>
internal static class DigestMail
{
    private const string Picture = "costs";

    /// <summary>The mail.</summary>
    public static EmailMessage Render(CostDigest digest, Picture? picture, IReadOnlyList<string> to, Locale locale)
    {
        var subject = DigestViews.Headline(digest, locale);
        return new EmailMessage(
            $"cost-digest/{digest.Id}/{locale.Language}", to, subject, Html(digest, subject, picture, locale),
            Plain(digest, subject, locale))
        {
            Pictures = picture is null ? new Dictionary<string, Picture>() : new Dictionary<string, Picture> { [Picture] = picture },
        };
    }

    private static string Html(CostDigest digest, string subject, Picture? picture, Locale locale)
    {
        // Mail programs know little CSS, and tables everywhere.
        var html = new StringBuilder();
        html.Append(
            CultureInfo.InvariantCulture,
            $"<!doctype html><html lang=\"{locale.Language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" " +
            $"content=\"width=device-width\"><title>{E(subject)}</title></head>");
        html.Append("<body style=\"margin:0;padding:24px;font-family:sans-serif;font-size:15px;line-height:1.5;color:#1d1c1d;" +
            "background:#ffffff\"><div style=\"max-width:640px;margin:0 auto\">");
        html.Append(CultureInfo.InvariantCulture, $"<h1 style=\"font-size:20px;margin:0 0 16px\">{E(subject)}</h1>");
        if (DigestViews.Charges(digest, locale) is { Length: > 0 } charges)
            html.Append(CultureInfo.InvariantCulture, $"<p>{E(charges)}</p>");
        if (picture is not null)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<p><img src=\"cid:{Picture}\" alt=\"{E(picture.Alt)}\" width=\"640\" style=\"max-width:100%;height:auto\"></p>");
        Table(
            html, locale.Text("digest.movers"),
            [locale.Text("cost.by.service"), locale.Text("digest.column.now"), locale.Text("digest.column.change")],
            [.. digest.Movers.Select(change => Row(change, locale))]);
        Table(
            html, locale.Text("digest.largest"),
            [locale.Text("cost.by.service"), locale.Text("digest.column.now"), locale.Text("digest.column.change")],
            [.. digest.Largest.Select(change => Row(change, locale))]);
        Table(
            html, DigestViews.BudgetsTitle(digest, locale), [
                locale.Text("digest.column.budget"), locale.Text("digest.column.spent"), locale.Text("digest.column.forecast"),
                locale.Text("digest.column.limit")
            ],
            [.. digest.Budgets.Select(line => (IReadOnlyList<string>)[
                $"{line.Sign} {line.Name} ({line.AccountName})", Text(line.Actual, locale), Text(line.Forecast, locale),
                Text(line.Limit, locale)
            ])]);
        if (MoreBudgets(digest, locale) is { Length: > 0 } more) html.Append(CultureInfo.InvariantCulture, $"<p>{E(more)}</p>");
        var facts = PlainFacts(digest, locale).ToList();
        if (facts.Count > 0)
            html.Append("<ul style=\"padding-left:20px\">").AppendJoin("", facts.Select(fact => $"<li>{E(fact)}</li>")).Append("</ul>");
        if (DigestViews.Notes(digest, locale) is { Length: > 0 } notes)
            html.Append(CultureInfo.InvariantCulture, $"<p style=\"color:#616061;font-size:13px\">{E(notes)}</p>");
        return html.Append("</div></body></html>").ToString();
    }

    private static string Plain(CostDigest digest, string subject, Locale locale)
    {
        var text = new StringBuilder(subject).Append("\n\n");
        if (DigestViews.Charges(digest, locale) is { Length: > 0 } charges) text.Append(charges).Append("\n\n");
        Section(text, locale.Text("digest.movers"), digest.Movers.Select(change => string.Join("  ", Row(change, locale))));
        Section(text, locale.Text("digest.largest"), digest.Largest.Select(change => string.Join("  ", Row(change, locale))));
        Section(text, DigestViews.BudgetsTitle(digest, locale), digest.Budgets.Select(line =>
            $"{line.Name} ({line.AccountName})  " +
            $"{locale.Text("cost.budgets.of", ("actual", Text(line.Actual, locale)), ("limit", Text(line.Limit, locale)))}"
            + (line.Forecast is { } forecast ? $"  {locale.Text("cost.budgets.forecast", ("amount", forecast.Text(locale)))}" : ""))
            .Concat(MoreBudgets(digest, locale) is { Length: > 0 } more ? [more] : []));
        foreach (var fact in PlainFacts(digest, locale)) text.Append("- ").Append(fact).Append('\n');
        if (DigestViews.Notes(digest, locale) is { Length: > 0 } notes) text.Append('\n').Append(notes).Append('\n');
        return text.ToString();
    }

    /// <summary>The facts without Slack's markup; what they hold from outside is a tag's key and anomalies' names.</summary>
    private static IEnumerable<string> PlainFacts(CostDigest digest, Locale locale)
    {
        foreach (var fact in DigestViews.Facts(digest, key => key, locale)) yield return fact;
        foreach (var anomaly in digest.Anomalies)
        {
            var money = new Money(anomaly.Impact, AnomalySubject.Currency).Change(locale);
            yield return $"{CostText.Service(anomaly.Dimension ?? anomaly.AwsId)}: " +
                $"{money}{(anomaly.ImpactShare is { } share ? $" ({Share.Change(share, locale)})" : "")}";
        }

        foreach (var more in DigestViews.MoreAnomalies(digest, locale)) yield return more;
    }

    private static string MoreBudgets(CostDigest digest, Locale locale) => digest.BudgetCount > digest.Budgets.Count
        ? locale.Text("list.more", ("count", (long)(digest.BudgetCount.Value - digest.Budgets.Count)))
        : "";

    private static void Section(StringBuilder text, string title, IEnumerable<string> rows)
    {
        var all = rows.ToList();
        if (all.Count > 0) text.Append(title).Append('\n').AppendJoin('\n', all.Select(row => $"  {row}")).Append("\n\n");
    }

    private static void Table(StringBuilder html, string title, IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (rows.Count == 0) return;
        html.Append(
            CultureInfo.InvariantCulture,
            $"<h2 style=\"font-size:16px;margin:20px 0 6px\">{E(title)}</h2><table style=\"border-collapse:collapse;width:100%\"><tr>");
        for (var i = 0; i < head.Count; i++)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<th style=\"text-align:{(i == 0
                    ? "left"
                    : "right")};padding:4px 8px;border-bottom:1px solid #dddddd\">{E(head[i])}</th>");
        html.Append("</tr>");
        foreach (var row in rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<td style=\"text-align:{(i == 0 ? "left" : "right")};padding:4px 8px\">{E(row[i])}</td>");
            html.Append("</tr>");
        }

        html.Append("</table>");
    }

    private static IReadOnlyList<string> Row(CostChange change, Locale locale) =>
        [
            CostText.Service(change.Key), change.Now.Text(locale),
            $"{change.Delta.Change(locale)}{(change.Ratio is { } ratio ? $" ({Share.Change(ratio, locale)})" : "")}"
        ];

    private static string Text(Money? money, Locale locale) => money is { } amount ? amount.Text(locale) : "–";

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
