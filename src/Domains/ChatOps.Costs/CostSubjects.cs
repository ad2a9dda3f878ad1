using ChatOps.Aws;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs;

/// <summary>Budgets as delivery sees them.</summary>
internal sealed class BudgetSubject(IDatabase database, IAwsAccounts accounts) : ILivingSubject
{
    public string Kind => Budget.Kind;

    public string OpenActionId => DrillDownModal.ActionId;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is not { } budget ? null
        : CostPosts.Read(key).Post < budget.Post ? BudgetMessage.Former(budget, locale)
        : BudgetMessage.Render(budget, accounts.Find(budget.Account)?.Name, locale, accounts.HomeRegion);

    public async Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken)
    {
        var limit = (await FindAsync(key, cancellationToken))?.Limit;
        return CostThread.Render(reply, data, limit, limit?.Currency ?? "USD", locale);
    }

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        var lines = new List<SubjectLine>();
        foreach (var key in keys)
        {
            if (await FindAsync(key, cancellationToken) is not { } budget) continue;
            lines.Add(new SubjectLine(key, budget.Rank, budget.Open, BudgetMessage.Line(budget, locale),
            [
                new("id", budget.Id), new("budget", budget.Name), new("account", budget.Account), new("period", budget.Period?.Key ?? ""),
                new("limit", Amount(budget.Limit)), new("actual", Amount(budget.Actual)), new("forecast", Amount(budget.Forecast)),
                new("currency", budget.Limit?.Currency ?? budget.Actual?.Currency ?? ""),
            ]));
        }

        return lines;
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(Mrkdwn.Literal(group));

    private static string Amount(Money? money) => money is { } amount ? CostText.Invariant(amount.Amount) : "";

    private async Task<Budget?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await CostSubjectStore.BudgetAsync(connection, null, CostPosts.Read(key).Id, cancellationToken);
    }
}

/// <summary>Anomalies as delivery sees them.</summary>
internal sealed class AnomalySubject(IDatabase database) : ILivingSubject
{
    /// <summary>AWS names no currency with anomalies; Cost Explorer bills in this one unless an account was moved to another.</summary>
    internal const string Currency = "USD";

    public string Kind => Anomaly.Kind;

    public string OpenActionId => OpenAnomalyButton.ActionId;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is not { } anomaly ? null
        : CostPosts.Read(key).Post < anomaly.Post ? AnomalyMessage.Former(anomaly, locale)
        : AnomalyMessage.Render(anomaly, Currency, locale);

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(CostThread.Render(reply, data, null, Currency, locale));

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        var lines = new List<SubjectLine>();
        foreach (var key in keys)
        {
            if (await FindAsync(key, cancellationToken) is not { } anomaly) continue;
            lines.Add(new SubjectLine(key, anomaly.Rank, anomaly.Open, AnomalyMessage.Line(anomaly, Currency, locale),
            [
                new("id", anomaly.Id), new("anomaly", anomaly.AwsId), new("account", anomaly.Account),
                new("dimension", anomaly.Dimension ?? ""),
                new("impact", CostText.Invariant(anomaly.Impact)), new("from", anomaly.From?.ToString("O") ?? ""),
                new("to", anomaly.To?.ToString("O") ?? ""),
            ]));
        }

        return lines;
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(Mrkdwn.Literal(group));

    private async Task<Anomaly?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await CostSubjectStore.AnomalyAsync(connection, null, CostPosts.Read(key).Id, cancellationToken);
    }
}
