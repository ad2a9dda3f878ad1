using ChatOps.Platform.Operations;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Work;
using Hangfire;
using Hangfire.AspNetCore;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Jobs;

/// <summary>What is scheduled or long.</summary>
public static class JobsFeature
{
    /// <summary>
    /// Adds Hangfire, the jobs and their timetable. Wants the features whose jobs they are. Everything is registered for this host alone:
    /// Hangfire's own registration goes through statics, which two hosts in one process (tests, the sandbox) would share.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="connectionString">The product's database: PostgreSQL is shared by replicas, SQLite means memory.</param>
    public static IServiceCollection AddJobs(this IServiceCollection services, string connectionString)
    {
        GlobalConfiguration.Configuration
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings();
        services.AddWork();
        services.AddSingleton(_ => JobStores.Open(connectionString));
        services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddSingleton<IBackgroundJobClient>(provider => new BackgroundJobClient(provider.GetRequiredService<JobStorage>()));
        services.AddSingleton<IRecurringJobManager>(provider => new RecurringJobManager(provider.GetRequiredService<JobStorage>()));

        services.AddPolicy("schedules.yaml", Timetable.Read);
        services.AddTransient<AssetSyncJob>();
        services.AddSingleton(provider => new TimetableJump(
            provider.GetRequiredService<IRecurringJobManager>(), provider.GetRequiredService<IPolicy<IReadOnlyList<Timetable.Entry>>>()));
        services.AddTransient<DailyReportJob>();
        services.AddTransient<DailyReportMakeUpJob>();
        services.AddTransient<SuppressionExpiryJob>();
        services.AddTransient<TagCensusJob>();
        services.AddTransient<CostDigestJob>();
        services.AddSingleton<MissedDigests>();
        services.AddSingleton<IStatusSection, JobsStatus>();
        services.AddGaugeSource<JobGauges>();
        services.AddHostedService<JobServer>();
        return services;
    }
}
