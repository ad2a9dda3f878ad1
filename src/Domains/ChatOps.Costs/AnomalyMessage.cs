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
        if (anomaly.AssignedTo is { } to)
            head = $"{anomaly.Rank.Sign()} {locale.Text("budget.line.assigned", ("who", Mrkdwn.User(to)))}\n{head}";
        else if (anomaly.Acknowledged is { } mark)
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

        var buttons = new List<BlockElement>
        {
            new Button(AnomalyDrillModal.ActionId, locale.Text("budget.button.drill"), anomaly.Id, Style: ButtonStyle.Primary),
        };
        if (anomaly.Acknowledged is null)
            buttons.Add(new Button(AcknowledgeAnomalyButton.ActionId, locale.Text("budget.button.acknowledge"), anomaly.Id));
        buttons.Add(new Button(AssignAnomalyModal.ActionId, locale.Text("budget.button.assign"), anomaly.Id));
        buttons.Add(AnomalyFeedbackSelect.Render(anomaly, locale));
        if (anomaly.Link is { } link)
            buttons.Add(new Button(BudgetConsoleButton.ActionId, locale.Text("budget.button.console"), anomaly.Id, link));
        blocks.Add(new ActionsBlock(buttons) { BlockId = "anomaly.buttons" });
        if (anomaly.Feedback is { } feedback)
            blocks.Add(new ContextBlock(new Mrkdwn(
                locale.Text(
                    "anomaly.feedback.given", ("answer", AnswerText(feedback.Answer, locale)), ("who", Mrkdwn.User(feedback.Mark.ByUserId)),
                    ("when", CostText.Moment(feedback.Mark.At, locale))),
                Verbatim: true)));
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

    /// <summary>What people said of it: an anomaly, none, planned.</summary>
    public static string AnswerText(string? answer, Locale locale) =>
        locale.Has($"anomaly.feedback.{answer}".ToLowerInvariant())
            ? locale.Text($"anomaly.feedback.{answer}".ToLowerInvariant())
            : Mrkdwn.Cut(answer, 40);

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
