using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs;

/// <summary>An anomaly's living message. Pure. AWS gives no currency with its amounts: they are shown in the payer's.</summary>
internal static class AnomalyMessage
{
    private const int CausesShown = 5;

    /// <summary>The message.</summary>
    public static Message Render(Anomaly anomaly, string currency, Locale locale)
    {
        var head = Line(anomaly, currency, locale, bold: true);
        if (anomaly.Acknowledged is { } mark)
            head = $"{anomaly.Rank.Sign()} " +
                $"{locale.Text(
                    "budget.line.acknowledged", ("who", Mrkdwn.User(mark.ByUserId)), ("when", CostText.Moment(mark.At, locale)))}\n{head}";
        var blocks = new List<Block> { Section(head), Section(Facts(anomaly, currency, locale)) };
        if (anomaly.Causes.Count > 0)
        {
            var causes = anomaly.Causes.Take(CausesShown).Select(cause => Cause(cause, currency, locale));
            var more = anomaly.Causes.Count > CausesShown
                ? $"\n{locale.Text("list.more", ("count", (long)(anomaly.Causes.Count - CausesShown)))}"
                : "";
            blocks.Add(Section($"*{locale.Text("anomaly.causes")}*\n{string.Join('\n', causes)}{more}"));
        }

        var buttons = new List<BlockElement>();
        if (anomaly.Acknowledged is null)
            buttons.Add(new Button(AcknowledgeAnomalyButton.ActionId, locale.Text("budget.button.acknowledge"), anomaly.Id));
        if (anomaly.Link is { } link)
            buttons.Add(new Button(BudgetConsoleButton.ActionId, locale.Text("budget.button.console"), anomaly.Id, link));
        if (buttons.Count > 0) blocks.Add(new ActionsBlock(buttons) { BlockId = "anomaly.buttons" });
        return new Message { Text = Line(anomaly, currency, locale), Blocks = blocks };
    }

    /// <summary>A message that a newer one has taken the place of.</summary>
    public static Message Former(Anomaly anomaly, Locale locale) => CostText.Former(locale.Text(
        "anomaly.former", ("where", Mrkdwn.Cut(CostText.Service(anomaly.Dimension ?? anomaly.AwsId), 80))));

    /// <summary><c>🟠 Cost anomaly in EC2 · +$1,001 (+334 %)</c></summary>
    public static string Line(Anomaly anomaly, string currency, Locale locale, bool bold = false)
    {
        var where = anomaly.Dimension ?? anomaly.Causes.Select(cause => cause.Service).FirstOrDefault(service => service is not null);
        var title = where is null
            ? locale.Text("anomaly.head.plain")
            : locale.Text("anomaly.head", ("where", Mrkdwn.Cut(CostText.Service(where), 100)));
        var share = anomaly.ImpactShare is { } part ? $" ({Share.Change(part, locale)})" : "";
        return $"{anomaly.Rank.Sign()} {(bold ? $"*{title}*" : title)} · {new Money(anomaly.Impact, currency).Change(locale)}{share}";
    }

    private static string Facts(Anomaly anomaly, string currency, Locale locale)
    {
        var parts = new List<string>();
        if (anomaly is { Actual: { } actual, Expected: { } expected })
            parts.Add(locale.Text(
                "anomaly.spent", ("actual", new Money(actual, currency).Text(locale)),
                ("expected", new Money(expected, currency).Text(locale))));
        if (anomaly.From is { } from)
        {
            var first = DateOnly.FromDateTime(from.UtcDateTime);
            parts.Add(anomaly.To is { } to
                ? CostText.Days(first, DateOnly.FromDateTime(to.UtcDateTime).AddDays(1), locale)
                : locale.Text("anomaly.since", ("day", CostText.Day(first, locale))));
        }

        if (anomaly.Account.Length > 0)
            parts.Add(locale.Text("budget.account", ("account", Mrkdwn.Cut(AccountText.Mask(anomaly.Account), 40))));
        if (anomaly.Monitor is { } monitor) parts.Add(locale.Text("anomaly.monitor", ("name", Mrkdwn.Cut(monitor, 80))));
        return parts.Count > 0 ? string.Join(" · ", parts) : locale.Text("anomaly.nothing-more");
    }

    private static string Cause(RootCause cause, string currency, Locale locale)
    {
        var account = cause.Account is { } id ? Mrkdwn.Cut(AccountText.Masked(id, cause.AccountName)) : null;
        var where = string.Join(" · ", new[]
        {
            Mrkdwn.Cut(cause.Service is { } service ? CostText.Service(service) : null, 80), Mrkdwn.Cut(cause.UsageType, 80),
            Mrkdwn.Cut(cause.Region, 40), account ?? "",
        }.Where(part => part.Length > 0));
        return cause.Contribution is { } part ? $"{new Money(part, currency).Change(locale)}  {where}" : where;
    }

    private static SectionBlock Section(string text) => new(new Mrkdwn(TextCut.Markup(text, 2900), Verbatim: true));
}
