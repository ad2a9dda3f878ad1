using ChatOps.Platform.Delivery;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Reports;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Alerts;

/// <summary>Alerts of Prometheus and CloudWatch: what this domain receives, answers, shows and does by itself.</summary>
public static class AlertsFeature
{
    /// <summary>
    /// Adds alerts. Needs storage, ingest, delivery with pictures, charts, access, routing, localization, Prometheus and Slack.
    /// </summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSchema(typeof(AlertsFeature).Assembly);

        // Rules
        services.AddPolicy(AlertPolicy.File, AlertPolicy.Read);
        services.AddOptions<AlertsOptions>().Bind(configuration.GetSection(AlertsOptions.Section))
            .Validate(
                options => options is { ReadBackEvery.Ticks: > 0, RedrawEvery.Ticks: > 0 }, "ChatOps:Alerts: every time must be positive.")
            .ValidateOnStart();

        // Received
        services.AddSnsRecognizer<AlertRecognizer>();
        services.AddEventReader<AlertEventReader>();

        // Answered
        services.AddSlack()
            .Command<AlertCommand>(Sensitivity.Read)
            .BlockAction<AlertPreviousPageButton>(Sensitivity.Read)
            .BlockAction<AlertNextPageButton>(Sensitivity.Read)
            .BlockAction<AlertOpenButton>(Sensitivity.Read)
            .BlockAction<GraphModal>(Sensitivity.Read)
            .BlockAction<GraphRangeMenu>(Sensitivity.Read)
            .BlockAction<RunbookButton>(Sensitivity.Read)
            .BlockAction<AlertAcknowledgeButton>(Sensitivity.Change)
            .BlockAction<AlertCloseButton>(Sensitivity.Change)
            .BlockAction<SilenceMenu>(Sensitivity.Change)
            .BlockAction<SilenceModal>(Sensitivity.Change)
            .ViewSubmission<SilenceModal>(Sensitivity.Change)
            .BlockAction<UnsilenceButton>(Sensitivity.Change)
            .BlockAction<ExpireSilenceButton>(Sensitivity.Change);

        // Shown and reported, and told in /chatops status
        services.AddSingleton<ILivingSubject, AlertSubject>();
        services.AddSingleton<IStatusSection, AlertsStatus>();
        services.AddSingleton<IReportSource, AlertReport>();

        // Told to Alertmanager and read back from it, and drawn
        services.AddDueWork<SilenceRow, SilenceWorker>(SilenceStore.Work);
        services.AddDueWork<AlertGroup, AlertPictureWorker>(AlertStore.Pictures);
        services.AddDueWork<AlertServer, AlertReadBackWorker>(AlertServerStore.Work);

        // What this one stands on
        services.AddSingleton<AlertService>();
        services.AddSingleton<AlertActions>();
        services.AddSingleton<AlertGraph>();
        services.AddSingleton<SilencePreview>();
        services.AddSingleton<AlertQueries>();
        services.AddSingleton<AlertFilters>();
        services.AddSingleton<AlertViews>();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }
}
