using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary><c>/cost today | month | forecast | budget | by … | anomalies | help</c>. Only the asker sees the answer.</summary>
internal sealed class CostCommand(CostAnswers answers, ILocales locales) : ISlashCommandHandler
{
    static string ISlashCommandHandler.Command => "/cost";

    public async Task Handle(SlashCommand command, SlashCommandResponder respond, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(command.UserId, cancellationToken);
        await respond.Ephemeral(await AnswerAsync(command.Text, locale, cancellationToken), cancellationToken);
    }

    internal async Task<Message> AnswerAsync(string text, Locale locale, CancellationToken cancellationToken)
    {
        var words = text.Trim().Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var rest = words is [_, var more] ? more : "";
        switch (words is [var first, ..] ? first.ToLowerInvariant() : "help")
        {
            case "today": return await answers.TodayAsync(locale, cancellationToken);
            case "month": return await answers.MonthAsync(locale, cancellationToken);
            case "forecast": return await answers.ForecastAsync(locale, cancellationToken);
            case "budget" or "budgets": return await answers.BudgetsAsync(rest, locale, cancellationToken);
            case "anomalies" or "anomaly": return await answers.AnomaliesAsync(locale, cancellationToken);
            case "by" when CostGrouping.Parse(rest) is { } grouping: return await answers.ByAsync(grouping, 0, locale, cancellationToken);
            case "by": return CostMessages.Help(locale, locale.Text(rest.Length == 0 ? "cost.help.by-what" : "cost.help.by-wrong", ("word", Mrkdwn.Code(TextCut.Plain(rest, 80)))));
            case "help": return CostMessages.Help(locale, null);
            case var wrong: return CostMessages.Help(locale, locale.Text("cost.help.wrong", ("word", Mrkdwn.Code(TextCut.Plain(wrong, 80)))));
        }
    }
}
