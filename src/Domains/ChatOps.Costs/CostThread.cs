using System.Text.Json;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs;

/// <summary>The lines in threads of budgets and anomalies. Pure.</summary>
internal static class CostThread
{
    /// <summary>A line.</summary>
    /// <param name="reply">Which.</param>
    /// <param name="data">Its JSON.</param>
    /// <param name="limit">The budget's limit; null when it has none.</param>
    /// <param name="currency">Of amounts that have none of their own.</param>
    /// <param name="locale">Who reads.</param>
    public static Message Render(string reply, string data, Money? limit, string currency, Locale locale)
    {
        var incoming = JsonSerializer.Deserialize(data, CostJson.Default.CostReply) ?? new CostReply();
        var who = Mrkdwn.User(incoming.ByUserId ?? "");
        var text = reply switch
        {
            CostReplies.Passed when incoming is { Passed: { } passed, Amount: { } amount } => locale.Text(
                passed.Figure == BudgetFigure.Actual ? "budget.reply.passed" : "budget.reply.passed-forecast",
                ("amount", amount.Text(locale)),
                ("threshold", passed.ShareOf(limit?.Amount) is { } share && share > 0
                    ? Share.Text(share, locale)
                    : new Money(passed.Amount ?? 0, amount.Currency).Text(locale))),
            CostReplies.Action => locale.Text("budget.reply.action", ("what", Mrkdwn.Cut(incoming.Text, 120))),
            CostReplies.Grown => locale.Text("anomaly.reply.grown", ("amount", new Money(incoming.Share ?? 0, currency).Change(locale))),
            CostReplies.Acknowledged => locale.Text("budget.reply.acknowledged", ("who", who)),
            CostReplies.Assigned => locale.Text("budget.reply.assigned", ("who", who), ("to", Mrkdwn.User(incoming.ToUserId ?? ""))),
            CostReplies.Snoozed => locale.Text("budget.reply.snoozed", ("who", who), ("until", CostText.Reach(incoming.Until, locale))),
            CostReplies.Unacknowledged => locale.Text("budget.reply.unacknowledged", ("who", who)),
            CostReplies.Unsnoozed => locale.Text("budget.reply.unsnoozed", ("who", who)),
            CostReplies.Feedback => locale.Text(
                "anomaly.reply.feedback", ("who", who), ("answer", AnomalyMessage.AnswerText(incoming.Text, locale))),
            // A line of a version newer than this one: better its name than nothing.
            _ => Mrkdwn.Literal(reply),
        };
        return new Message { Text = text };
    }
}
