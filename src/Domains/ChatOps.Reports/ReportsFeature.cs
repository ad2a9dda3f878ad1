using ChatOps.Platform.Delivery;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ChatOps.Reports;

/// <summary>The daily report: what every domain has to say about a day, in Slack and by e-mail.</summary>
public static class ReportsFeature
{
    /// <summary>
    /// Adds the report and its own two sections, performance and Grafana. The other domains add theirs by <see cref="IReportSource"/>.
    /// Needs storage, delivery, charts, e-mail, access, routing, localization, Prometheus and Slack.
    /// </summary>
    public static IServiceCollection AddReports(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSchema(typeof(ReportsFeature).Assembly);

        // Rules
        services.AddPolicy(ReportPolicy.File, ReportPolicy.Read);
        services.AddOptions<GrafanaOptions>().Bind(configuration.GetSection(GrafanaOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GrafanaOptions>, GrafanaOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);

        // Reads
        services.AddSingleton<ReportReader>();
        services.AddSingleton<IReportSource, PerformanceReport>();
        services.AddGrafana();

        // Makes
        services.AddSingleton<ReportStore>();
        services.AddSingleton<ReportPublisher>();
        services.AddSingleton<ReportDistribution>();
        services.AddSingleton<ReportMaker>();
        services.AddSingleton<ReportService>();
        services.AddSingleton<IReports>(provider => provider.GetRequiredService<ReportService>());

        // Shows
        services.AddSingleton<ILivingSubject, ReportSubject>();
        services.AddSingleton<IStatusSection, ReportStatus>();

        // Answers
        services.AddSlack().Command<ReportCommand>(Sensitivity.Read);
        return services;
    }
}
