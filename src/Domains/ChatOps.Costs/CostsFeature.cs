using ChatOps.Platform.Delivery;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Work;
using ChatOps.Reports;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>Budgets, cost anomalies and what everything costs: what this domain receives, answers, shows and schedules.</summary>
public static class CostsFeature
{
    /// <summary>Adds costs. Needs storage, delivery, access, routing, localization, AWS, Slack, charts and e-mail.</summary>
    public static IServiceCollection AddCosts(this IServiceCollection services)
    {
        services.AddSchema(typeof(CostsFeature).Assembly);
        services.AddTagVocabulary();

        services.AddOptions<CostOptions>().BindConfiguration(CostOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CostOptions>, CostOptionsValidator>();

        // Received
        services.AddSnsRecognizer<CostRecognizer>();
        services.AddEventReader<CostEventReader>();

        // Answered
        services.AddSlack()
            .Command<CostCommand>(Sensitivity.Read)
            .BlockAction<PreviousCostPageButton>(Sensitivity.Read)
            .BlockAction<NextCostPageButton>(Sensitivity.Read)
            .BlockAction<GrossCostButton>(Sensitivity.Read)
            .BlockAction<NetCostButton>(Sensitivity.Read)
            .BlockAction<AmortizedCostButton>(Sensitivity.Read)
            .BlockAction<DrillDownModal>(Sensitivity.Read)
            .BlockAction<DrillBySelect>(Sensitivity.Read)
            .BlockAction<PreviousDrillPageButton>(Sensitivity.Read)
            .BlockAction<NextDrillPageButton>(Sensitivity.Read)
            .BlockAction<AllBudgetsButton>(Sensitivity.Read)
            .BlockAction<AllAnomaliesButton>(Sensitivity.Read)
            .BlockAction<AnomalyDrillModal>(Sensitivity.Read)
            .BlockAction<OpenAnomalyButton>(Sensitivity.Read)
            .BlockAction<BudgetConsoleButton>(Sensitivity.Read)
            .BlockAction<AcknowledgeBudgetButton>(Sensitivity.Change)
            .BlockAction<SnoozeButton>(Sensitivity.Change)
            .BlockAction<AssignBudgetModal>(Sensitivity.Change).ViewSubmission<AssignBudgetModal>(Sensitivity.Change)
            .BlockAction<UnacknowledgeBudgetButton>(Sensitivity.Change)
            .BlockAction<UnsnoozeButton>(Sensitivity.Change)
            .BlockAction<AcknowledgeAnomalyButton>(Sensitivity.Change)
            .BlockAction<AssignAnomalyModal>(Sensitivity.Change).ViewSubmission<AssignAnomalyModal>(Sensitivity.Change)
            .BlockAction<AnomalyFeedbackSelect>(Sensitivity.Change);

        // Shown
        services.AddSingleton<ILivingSubject, BudgetSubject>();
        services.AddSingleton<ILivingSubject, AnomalySubject>();
        services.AddSingleton<ILivingSubject, DigestSubject>();
        services.AddSingleton<IStatusSection, CostStatus>();
        services.AddSingleton<IReportSource, CostReport>();

        // Measured
        services.AddGaugeSource<BudgetGauges>();

        // Scheduled
        services.AddSingleton<ICostDigests, CostDigests>();
        services.AddSingleton<IBudgetWatch, BudgetWatch>();
        services.AddDueWork<DueDigest, DigestRefresher>(DigestStore.Refreshes);
        services.AddSingleton<DigestReader>().AddSingleton<DigestDistribution>();
        services.AddDueWork<DueBudget, BudgetRefresher>(CostSubjectStore.Refreshes);

        // What these stand on
        services.AddMetrics();
        services.AddSingleton<CostRequests>();
        services.AddSingleton<CostExplorer>();
        services.AddSingleton<CostRoutes>();
        services.AddSingleton<CostService>();
        services.AddSingleton<CostActions>();
        services.AddSingleton<CostAnswers>().AddSingleton<CostFilters>();
        services.AddSingleton<CostPictures>();
        services.AddSingleton<CostViews>();
        services.AddSingleton<BudgetDetails>();
        services.AddSingleton<BudgetList>();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }
}
