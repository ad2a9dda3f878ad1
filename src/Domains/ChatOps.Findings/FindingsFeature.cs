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
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Findings;

/// <summary>Security findings: what this domain receives, answers, shows and schedules.</summary>
public static class FindingsFeature
{
    /// <summary>
    /// Adds findings. Needs storage, delivery, access, routing, localization, AWS and Slack; a remediation domain adds itself by
    /// <see cref="IRemediable"/> and <see cref="IFindingReplyRenderer"/>.
    /// </summary>
    public static IServiceCollection AddFindings(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSchema(typeof(FindingsFeature).Assembly);

        // Which tags tell whose a resource is, and where it is used
        services.AddTagVocabulary();

        // Rules
        services.AddOptions<FindingsOptions>().Bind(configuration.GetSection(FindingsOptions.Section))
            .Validate(
                options => options is { ReconcileEvery.Ticks: > 0, PageEvery.Ticks: >= 0 },
                "ChatOps:Findings: ReconcileEvery must be positive, PageEvery not negative.")
            .ValidateOnStart();

        // Received
        services.AddSingleton<IEventReader, FindingEventReader>();
        services.AddSingleton<IEventReader, InsightReader>();

        // Answered
        services.AddSlack()
            .Command<FindingCommand>(Sensitivity.Read)
            .BlockAction<FindingPreviousPageButton>(Sensitivity.Read)
            .BlockAction<FindingNextPageButton>(Sensitivity.Read)
            .BlockAction<FindingOpenButton>(Sensitivity.Read)
            .BlockAction<InsightButton>(Sensitivity.Read)
            .BlockAction<MoreMenu>(Sensitivity.Read)
            .BlockAction<FindingAcknowledgeButton>(Sensitivity.Change)
            .BlockAction<AcknowledgeAllButton>(Sensitivity.Change)
            .BlockAction<ReopenButton>(Sensitivity.Change)
            .BlockAction<SendAgainButton>(Sensitivity.Change)
            .BlockAction<ApproveSuppressionButton>(Sensitivity.Change)
            .BlockAction<DenySuppressionButton>(Sensitivity.Change)
            .BlockAction<AssignModal>(Sensitivity.Change).ViewSubmission<AssignModal>(Sensitivity.Change)
            .ViewSubmission<SuppressModal>(Sensitivity.Change);
        services.TryAddScoped<FindingDetailsModal>();
        services.TryAddScoped<RelatedModal>();

        // Shown
        services.AddSingleton<ILivingSubject, FindingSubject>();
        services.AddSingleton<ILivingSubject, SuppressionSubject>();
        services.AddSingleton<IReportSource, FindingReport>();
        services.AddSingleton<InsightSubject>();
        services.AddSingleton<ILivingSubject>(provider => provider.GetRequiredService<InsightSubject>());

        // Measured
        services.AddGaugeSource<FindingGauges>();

        // Told to Security Hub
        services.AddDueWork<FindingWrite, SecurityHubWriter>(FindingWrites.Work);

        // Asked of Security Hub
        services.AddDueWork<FindingReading, SecurityHubReader>(FindingReadings.Work);
        services.AddDueWork<FindingScan, SecurityHubScanner>(FindingScans.Work);
        services.AddSingleton<IStatusSection, SecurityHubStatus>();

        // What other domains ask, and what this one stands on.
        services.AddSingleton<IFindings, FindingService>();
        services.AddSingleton<FindingActions>();
        services.AddSingleton<SuppressionApprovals>();
        services.AddSingleton<ISuppressions>(provider => provider.GetRequiredService<FindingActions>());
        services.AddSingleton<FindingChanges>();
        services.AddSingleton<FindingRoutes>();
        services.AddSingleton<FindingQueries>().AddSingleton<FindingFilters>();
        services.AddSingleton<FindingViews>();
        services.AddSingleton<FindingViewReader>();
        services.AddSingleton<FindingThread>();
        services.AddSingleton<SecurityHubAggregation>();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }
}
