using ChatOps.Platform.Delivery.Grouping;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Work;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Delivery;

/// <summary>Living messages: what domains want shown, and who brings Slack to it.</summary>
public static class DeliveryFeature
{
    /// <summary>
    /// Adds <see cref="IOutbox"/>, <see cref="DeliveryStatus"/> and the deliverer. Needs <c>AddStorage</c>, <c>AddSlack</c> and the
    /// locales;
    /// domains add their sides by <see cref="AddLivingSubject{T}"/>. Options are bound to <c>ChatOps:Delivery</c> and checked at the start.
    /// </summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddWork();
        services.AddOptions<DeliveryOptions>().BindConfiguration(DeliveryOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsValidator>();

        services.AddSingleton<DeliverySignal>().AddSingleton<IOutbox, Outbox>();
        services.AddSingleton<IPictures, Pictures>();
        services.AddSingleton<LivingMessageStore>().AddSingleton<ThreadReplyStore>().AddSingleton<GroupStore>();
        services.AddSingleton(
            provider => new DeliveryStatus(provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<TimeProvider>()));

        services.AddGaugeSource<DeliveryGauges>();

        services.AddSingleton(provider => new Subjects(provider.GetServices<ILivingSubject>));
        services.AddSingleton<IGroups, Groups>();
        services.AddSingleton<GroupRenderer>().AddSingleton<Renderer>().AddSingleton<GroupingPlan>();
        services.AddSingleton<ChannelList>().AddSingleton<RoutedChannelStore>();
        services.AddSingleton<ChannelDirectory>().AddSingleton<ChannelFallback>().AddSingleton<SlackPace>().AddSingleton<DeliveryMetrics>();
        services.AddSingleton<UpdateBudget>().AddSingleton<UndeliveredMail>();
        services.TryAddSingleton<IAdminNotices, LoggedAdminNotices>();
        services.AddSingleton<ChannelLeases>();
        services.AddSingleton<SenderParts>();
        services.AddHostedService<Deliverer>();

        services.AddScoped<GroupListModal>();
        services.AddSlack()
            .BlockAction<GroupListButton>(Sensitivity.Read)
            .BlockAction<GroupPageButton>(Sensitivity.Read)
            .BlockAction<GroupPreviousPageButton>(Sensitivity.Read)
            .BlockAction<GroupExportButton>(Sensitivity.Read);
        return services;
    }

    /// <summary>Adds a domain's side of delivery.</summary>
    public static IServiceCollection AddLivingSubject<T>(this IServiceCollection services)
        where T : class, ILivingSubject
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILivingSubject, T>());
        return services;
    }
}
