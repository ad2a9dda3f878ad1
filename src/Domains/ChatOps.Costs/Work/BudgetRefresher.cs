using System.Data.Common;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>
/// Asks AWS about budgets whose message is shown: at once when one has told of itself, then every few hours until its period is over.
/// The message is there first; figures and picture follow.
/// </summary>
internal sealed partial class BudgetRefresher(
    IDatabase database, BudgetDetails details, CostPictures pictures, CostRoutes routes, CostService recorder,
    IOptions<CostOptions> options, TimeProvider time, ILogger<BudgetRefresher> logger) : IWorkProcessor<DueBudget>
{
    /// <summary>AWS still writes costs to days gone by.</summary>
    private static readonly TimeSpan LookAfterEnd = TimeSpan.FromDays(2);

    public async Task ProcessAsync(WorkBatch<DueBudget> batch, CancellationToken cancellationToken)
    {
        foreach (var due in batch.Items) await RefreshAsync(batch, due, cancellationToken);
    }

    public Task GiveUpAsync(UnitOfWork uow, DueBudget item, Exception fault, CancellationToken cancellationToken) =>
        recorder.ChangeBudgetAsync(uow, item.Id, present => present with { Fault = fault.GetType().Name }, null, null, cancellationToken);

    private async Task RefreshAsync(WorkBatch<DueBudget> batch, DueBudget due, CancellationToken cancellationToken)
    {
        var id = due.Id;
        Budget? budget;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            budget = await CostSubjectStore.BudgetAsync(connection, null, id, cancellationToken);
        }

        if (budget is null) return;
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        try
        {
            var reading = await details.ReadAsync(budget, cancellationToken);
            var drawn = await pictures.OfBudgetAsync(
                BudgetDetails.Apply(budget, reading, today, now), reading, LanguagesOf(budget), cancellationToken);
            await database.WriteAsync(
                async uow =>
                {
                    await batch.CloseAsync(uow, due);
                    await recorder.ChangeBudgetAsync(
                        uow, id,
                        present => BudgetDetails.Apply(present, reading, today, now) with
                        {
                            Pictures = drawn.Count > 0 ? drawn : present.Pictures,
                        },
                        NextLook(budget, now), null, cancellationToken);
                    await CostSubjectStore.ResetAttemptsAsync(uow, id, cancellationToken);
                },
                cancellationToken);
        }
        catch (Exception fault) when (CodeOf(fault, cancellationToken) is { } code)
        {
            LogRefused(fault, budget.Name, budget.Account, code);
            var wait = CostSubjectStore.Refreshes.Retry.After(batch.AttemptOf(due));
            await database.WriteAsync(
                async uow =>
                {
                    await batch.CloseAsync(uow, due);
                    await recorder.ChangeBudgetAsync(
                        uow, id, present => present with { Fault = code }, code == "NoAccount" ? null : now + wait, null,
                        cancellationToken);
                },
                cancellationToken);
        }
    }

    private IReadOnlyList<string?> LanguagesOf(Budget budget) =>
        [.. routes.Destinations(budget.Account, budget.Rank).Select(to => to.Language).Distinct()];

    private DateTimeOffset? NextLook(Budget budget, DateTimeOffset now)
    {
        var end = budget.Period is { } period
            ? new DateTimeOffset(period.To.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) + LookAfterEnd
            : now;
        return now < end ? now + options.Value.RefreshBudgetsEvery : null;
    }

    /// <summary>
    /// A word for why there is nothing new; null when nobody asked for it or the database is away. An answer that nobody foresaw counts as
    /// one that was refused: it is asked again with growing pauses, as every question costs money.
    /// </summary>
    private static string? CodeOf(Exception fault, CancellationToken cancellationToken) => fault switch
    {
        _ when CostFault.CodeOf(fault) is { } code => code,
        OperationCanceledException => cancellationToken.IsCancellationRequested ? null : CostFault.Unreachable,
        DbException => null,
        _ => fault.GetType().Name,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "AWS said nothing about budget {Budget} of {Account}: {Code}")]
    private partial void LogRefused(Exception fault, string budget, string account, string code);
}

/// <summary>A budget that AWS is to be asked about.</summary>
internal sealed record DueBudget
{
    public string Id { get; init; } = "";
}
