using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>
/// <c>/cost today | month | forecast | budget | by … | anomalies | refresh | help</c>. Only the asker sees the answer. However slow Cost
/// Explorer is, the asker hears within some seconds that the answer is being fetched.
/// </summary>
internal sealed class CostCommand(CostAnswers answers, ILocales locales, IAccess access, TimeProvider time) : ISlashCommandHandler
{
    /// <summary>Who has waited so long hears that the answer is being fetched.</summary>
    internal static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(12);

    private const string RefreshVerb = "cost.refresh";

    static string ISlashCommandHandler.Command => "/cost";

    public async Task Handle(SlashCommand command, SlashCommandResponder respond, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(command.UserId, cancellationToken);
        if (command.Text.Trim().Equals("refresh", StringComparison.OrdinalIgnoreCase))
        {
            await access.DemandAsync(
                new UserAction(command.UserId, RefreshVerb, new SubjectId("costs", "cost-explorer"), Role.Admin), cancellationToken);
            await respond.Ephemeral(await answers.RefreshAsync(locale, cancellationToken), cancellationToken);
            return;
        }

        var answer = AnswerAsync(command.Text, locale, cancellationToken);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(answer, Task.Delay(SlowAfter, time, waiting.Token));
        await waiting.CancelAsync();
        if (first != answer) await respond.Ephemeral(locale.Text("cost.slow"), cancellationToken);
        await respond.Ephemeral(await answer, cancellationToken);
    }

    internal async Task<Message> AnswerAsync(string text, Locale locale, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(text, locale, cancellationToken);
        }
        catch (Exception fault) when (
            fault is not UserFacingException && !cancellationToken.IsCancellationRequested && CostFault.CodeOf(fault) is not null)
        {
            var code = CostFault.CodeOf(fault)!;
            return CostMessages.Plain(locale.Text(
                CostFault.IsDenied(code) ? "cost.denied" : "cost.away", ("code", Mrkdwn.Cut(code, 60))));
        }
    }

    private async Task<Message> AskAsync(string text, Locale locale, CancellationToken cancellationToken)
    {
        var words = text.Trim().Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var rest = words is [_, var more] ? more : "";
        switch (words is [var first, ..] ? first.ToLowerInvariant() : "help")
        {
            case "today": return await answers.TodayAsync(rest, locale, cancellationToken);
            case "month": return await answers.MonthAsync(rest, CostView.Gross, locale, cancellationToken);
            case "forecast": return await answers.ForecastAsync(rest, locale, cancellationToken);
            case "budget" or "budgets": return await answers.BudgetsAsync(rest, locale, cancellationToken);
            case "anomalies" or "anomaly": return await answers.AnomaliesAsync(rest, locale, cancellationToken);
            case "by" when CostGrouping.TryRead(rest, out var grouping, out var typed):
                return await answers.ByAsync(grouping, 0, typed, CostView.Gross, locale, cancellationToken);
            case "by":
                return Help(locale, locale.Text(
                    rest.Length == 0 ? "cost.help.by-what" : "cost.help.by-wrong", ("word", Mrkdwn.Code(TextCut.Plain(rest, 80)))));
            case "help": return Help(locale, null);
            case var wrong: return Help(locale, locale.Text("cost.help.wrong", ("word", Mrkdwn.Code(TextCut.Plain(wrong, 80)))));
        }
    }

    private Message Help(Locale locale, string? wrong) => CostMessages.Help(answers.Grammar, locale, wrong);
}
