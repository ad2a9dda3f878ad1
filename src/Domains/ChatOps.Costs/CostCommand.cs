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
            case "today": return await answers.TodayAsync(rest, locale, cancellationToken);
            case "month": return await answers.MonthAsync(rest, locale, cancellationToken);
            case "forecast": return await answers.ForecastAsync(rest, locale, cancellationToken);
            case "budget" or "budgets": return await answers.BudgetsAsync(rest, locale, cancellationToken);
            case "anomalies" or "anomaly": return await answers.AnomaliesAsync(rest, locale, cancellationToken);
            case "by" when CostGrouping.TryRead(rest, out var grouping, out var typed):
                return await answers.ByAsync(grouping, 0, typed, locale, cancellationToken);
            case "by":
                return Help(locale, locale.Text(
                    rest.Length == 0 ? "cost.help.by-what" : "cost.help.by-wrong", ("word", Mrkdwn.Code(TextCut.Plain(rest, 80)))));
            case "help": return Help(locale, null);
            case var wrong: return Help(locale, locale.Text("cost.help.wrong", ("word", Mrkdwn.Code(TextCut.Plain(wrong, 80)))));
        }
    }

    private Message Help(Locale locale, string? wrong) => CostMessages.Help(answers.Grammar, locale, wrong);
}
