using System.Data.Common;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>
/// Asks AWS about budgets whose message is shown: at once when one has told of itself, then every few hours until its period is over.
/// The message is there first; figures and picture follow.
/// </summary>
internal sealed partial class BudgetRefresher(
    IDatabase database, BudgetDetails details, CostPictures pictures, CostRoutes routes, CostService recorder, BudgetRefreshSignal signal,
    IOptions<CostOptions> options, TimeProvider time, ILogger<BudgetRefresher> logger) : BackgroundService
{
    private const int AtOnce = 10;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    /// <summary>AWS still writes costs to days gone by.</summary>
    private static readonly TimeSpan LookAfterEnd = TimeSpan.FromDays(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = SweepEvery;
            try
            {
                while (await RefreshDueAsync(stoppingToken) > 0)
                {
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // The database is away, most likely; whatever it is, it must not stop the bot.
                LogSweepFailed(fault);
            }

            try
            {
                await signal.WaitAsync(wait, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Looks at the budgets that are due; how many there were.</summary>
    internal async Task<int> RefreshDueAsync(CancellationToken cancellationToken)
    {
        var due = await database.WriteAsync(uow => CostSubjectStore.TakeDueAsync(uow, time.GetUtcNow(), Lease, AtOnce, cancellationToken), cancellationToken);
        foreach (var (id, attempts) in due) await RefreshAsync(id, attempts, cancellationToken);
        return due.Count;
    }

    private async Task RefreshAsync(string id, int attempts, CancellationToken cancellationToken)
    {
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
            var drawn = await pictures.OfBudgetAsync(BudgetDetails.Apply(budget, reading, today, now), reading, LanguagesOf(budget), cancellationToken);
            await database.WriteAsync(
                async uow =>
                {
                    await recorder.ChangeBudgetAsync(
                        uow, id,
                        present => BudgetDetails.Apply(present, reading, today, now) with { Pictures = drawn.Count > 0 ? drawn : present.Pictures },
                        NextLook(budget, now), null, cancellationToken);
                    await CostSubjectStore.ResetAttemptsAsync(uow, id, cancellationToken);
                },
                cancellationToken);
        }
        catch (Exception fault) when (CodeOf(fault, cancellationToken) is { } code)
        {
            LogRefused(fault, budget.Name, budget.Account, code);
            var wait = TimeSpan.FromTicks(Math.Min(FirstWait.Ticks << Math.Min(attempts, 10), LongestWait.Ticks));
            await database.WriteAsync(
                uow => recorder.ChangeBudgetAsync(uow, id, present => present with { Fault = code }, code == "NoAccount" ? null : now + wait, null, cancellationToken), cancellationToken);
        }
    }

    private IReadOnlyList<string?> LanguagesOf(Budget budget) => [.. routes.Destinations(budget.Account, budget.Rank).Select(to => to.Language).Distinct()];

    private DateTimeOffset? NextLook(Budget budget, DateTimeOffset now)
    {
        var end = budget.Period is { } period ? new DateTimeOffset(period.To.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) + LookAfterEnd : now;
        return now < end ? now + options.Value.RefreshBudgetsEvery : null;
    }

    /// <summary>
    /// A word for why there is nothing new; null when nobody asked for it or the database is away. An answer that nobody foresaw counts as
    /// one that was refused: it is asked again with growing pauses, as every question costs money.
    /// </summary>
    private static string? CodeOf(Exception fault, CancellationToken cancellationToken) => fault switch
    {
        UnknownAwsAccountException => "NoAccount",
        UserFacingException known when known.Key == "cost.limit" => "RequestLimit",
        AmazonServiceException service => string.IsNullOrEmpty(service.ErrorCode) ? "Unreachable" : service.ErrorCode,
        TimeoutException or HttpRequestException => "Unreachable",
        OperationCanceledException => cancellationToken.IsCancellationRequested ? null : "Unreachable",
        DbException => null,
        _ => fault.GetType().Name,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "The budgets that are due cannot be read; trying again shortly")]
    private partial void LogSweepFailed(Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "AWS said nothing about budget {Budget} of {Account}: {Code}")]
    private partial void LogRefused(Exception fault, string budget, string account, string code);
}
