using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>Lists all budgets in a modal: what a message had no room for.</summary>
internal sealed class AllBudgetsButton(BudgetList budgets, CostViews views) : IBlockActionHandler
{
    public const string ActionId = "cost.budgets";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await views.LocaleOf(request, cancellationToken);
        var view = await views.ShowAsync(request, CostListModal.Reading(ActionId, locale.Text("cost.budgets"), locale), cancellationToken);
        var lines = await budgets.ReadAsync(cancellationToken);
        await views.UpdateAsync(view.Id, Render(lines, locale), cancellationToken);
    }

    internal static ModalView Render(BudgetLines lines, Locale locale) => CostListModal.Render(
        ActionId, locale.Text("cost.budgets"), locale.Text("cost.budgets.head", ("count", (long)lines.Budgets.Count)),
        [.. lines.Budgets.Chunk(1).SelectMany(line => CostMessages.BudgetRows(new BudgetLines(line, []), locale))],
        [.. CostMessages.BudgetFaults(lines, locale)], locale);
}

/// <summary>Lists all anomalies of the last month in a modal.</summary>
internal sealed class AllAnomaliesButton(CostAnswers answers, CostViews views) : IBlockActionHandler
{
    public const string ActionId = "cost.anomalies";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await views.LocaleOf(request, cancellationToken);
        var view = await views.ShowAsync(
            request, CostListModal.Reading(ActionId, locale.Text("anomaly.title"), locale), cancellationToken);
        var (anomalies, fault) = await answers.AllAnomaliesAsync(cancellationToken);
        await views.UpdateAsync(view.Id, Render(anomalies, fault, locale), cancellationToken);
    }

    internal static ModalView Render(IReadOnlyList<Anomaly> anomalies, string? fault, Locale locale) => CostListModal.Render(
        ActionId, locale.Text("anomaly.title"),
        locale.Text("cost.anomalies.head", ("count", (long)anomalies.Count), ("days", (long)CostAnswers.AnomalyDays)),
        [.. anomalies.Select(anomaly => AnomalyMessage.Line(anomaly, AnomalySubject.Currency, locale) +
            (anomaly.From is { } from ? $" · {CostText.Day(DateOnly.FromDateTime(from.UtcDateTime), locale)}" : ""))],
        fault is null ? [] : [locale.Text("cost.anomalies.fault", ("code", Mrkdwn.Cut(fault, 60)))], locale);
}

/// <summary>A modal of lines. Pure.</summary>
internal static class CostListModal
{
    private const int RowsOfBlock = 10;

    /// <summary>As many as fit into a modal with its notes.</summary>
    private const int RowsShown = 300;

    public static ModalView Reading(string id, string title, Locale locale) =>
        Modal(id, title, [new SectionBlock(new Mrkdwn($"⏳ {locale.Text("cost.list.reading")}"))], locale);

    public static ModalView Render(
        string id, string title, string head, IReadOnlyList<string> rows, IReadOnlyList<string> notes, Locale locale)
    {
        var blocks = new List<Block> { new SectionBlock(new Mrkdwn($"*{head}*", Verbatim: true)) };
        blocks.AddRange(rows.Take(RowsShown).Chunk(RowsOfBlock).Select(
            page => new SectionBlock(new Mrkdwn(TextCut.Markup(string.Join('\n', page), 2900), Verbatim: true)) { Expand = true }));
        IReadOnlyList<string> below = rows.Count > RowsShown
            ? [.. notes, locale.Text("list.more", ("count", (long)(rows.Count - RowsShown)))]
            : notes;
        if (below.Count > 0)
            blocks.Add(new ContextBlock(new Mrkdwn(TextCut.Markup(string.Join('\n', below), 2000), Verbatim: true)));
        return Modal(id, title, blocks, locale);
    }

    private static ModalView Modal(string id, string title, IReadOnlyList<Block> blocks, Locale locale) => new()
    {
        CallbackId = id,
        Title = TextCut.Plain(title, 24),
        Close = locale.Text("button.close"),
        Blocks = blocks,
    };
}
