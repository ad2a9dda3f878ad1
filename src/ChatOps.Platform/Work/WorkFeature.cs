using ChatOps.Platform.Operations;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Work;

/// <summary>Background loops and durable due work.</summary>
public static class WorkFeature
{
    /// <summary>
    /// Adds what <see cref="SupervisedService"/> and due work need; may be called often. No exception of a hosted service ends the host,
    /// not even of one that is not supervised.
    /// </summary>
    public static IServiceCollection AddWork(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<WorkerHealth>();
        services.TryAddSingleton<WorkMetrics>();
        services.TryAddSingleton<DatabaseClock>();
        services.TryAddSingleton(provider => new WorkParts(
            provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<DatabaseClock>(),
            provider.GetRequiredService<WorkerHealth>(), provider.GetRequiredService<WorkMetrics>(),
            provider.GetServices<IDeadLetterBox>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStatusSection, WorkersStatus>());
        services.Configure<HostOptions>(options => options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);
        return services;
    }

    /// <summary>
    /// Adds a kind of due work: its table, and what does it. Wake it by <see cref="WorkSignal{TItem}"/> after the commit that makes
    /// something due.
    /// </summary>
    /// <example><c>services.AddDueWork&lt;FindingWrite, SecurityHubWriter&gt;(FindingWrites.Work);</c></example>
    public static IServiceCollection AddDueWork<TItem, TProcessor>(this IServiceCollection services, WorkTable<TItem> table)
        where TItem : notnull
        where TProcessor : class, IWorkProcessor<TItem>
    {
        services.AddWork();
        services.AddGaugeSource<WorkGauges>();
        services.AddSingleton<IWorkKind>(table);
        services.TryAddSingleton<WorkSignal<TItem>>();
        services.TryAddSingleton<TProcessor>();
        services.AddSingleton(provider => new DueWorker<TItem>(
            table, provider.GetRequiredService<TProcessor>(), provider.GetRequiredService<WorkSignal<TItem>>(),
            provider.GetRequiredService<WorkParts>()));
        services.AddHostedService(provider => provider.GetRequiredService<DueWorker<TItem>>());
        if (table.Dead is not null)
        {
            services.AddSingleton<IDeadLetters>(provider => new WorkDeadLetters<TItem>(
                table, provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<WorkSignal<TItem>>(),
                provider.GetRequiredService<TimeProvider>()));
        }

        return services;
    }
}
