using ChatOps.Platform.Operations;
using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Work;
using ChatOps.Slack.Interactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Ingest;

/// <summary>How events enter: the inbox, the doors to it, and who empties it.</summary>
public static class IngestFeature
{
    /// <summary>
    /// Adds <see cref="IEventInbox"/> and the workers around it. Needs <c>AddStorage</c>, <c>AddAws</c> and an <see cref="IDeadLetterBox"/>
    /// (<c>AddOperations</c>); domains add their readers by
    /// <see cref="AddEventReader{T}"/>. Options are bound to <c>ChatOps:Ingest</c> and checked at the start.
    /// </summary>
    public static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.AddWork();
        services.AddMetrics();
        services.AddIngestAuthentication();
        services.TryAddSingleton<BodyBudgets>();
        services.AddOptions<IngestOptions>().BindConfiguration(IngestOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IngestOptions>, IngestOptionsValidator>();
        services.AddSingleton(provider => new ReadKinds(
            provider.GetServices<IEventReader>().SelectMany(reader => reader.Kinds), showsMessages: true));
        services.AddSingleton<SnsKinds>();
        services.AddSingleton<InboxStore>().AddSingleton<InboxSignal>().AddSingleton<IngestMetrics>().AddSingleton<FailedEvents>();
        services.AddSingleton(provider => new IngestStatus(provider.GetRequiredService<InboxStore>()));
        services.AddSingleton<InboxDeadLetters>().AddSingleton<IDeadLetters>(provider => provider.GetRequiredService<InboxDeadLetters>());

        services.AddEventReader<UnreadMessages>();
        services.AddSingleton<Delivery.ILivingSubject, UnreadSubject>();

        services.AddGaugeSource<InboxGauges>();
        services.AddSingleton<EventSources>();
        services.AddGaugeSource<EventSourceGauges>();
        services.AddSingleton<IStatusSection, EventSourceStatus>();

        services.AddSingleton<Inbox>().AddSingleton<IEventInbox>(provider => provider.GetRequiredService<Inbox>());
        services.AddHostedService(provider => provider.GetRequiredService<Inbox>());
        services.AddHostedService<IngestDispatcher>();
        services.AddHostedService<Retention>();
        services.AddHostedService<SqsIntake>();
        return services;
    }

    /// <summary>Opens the doors that others send events to.</summary>
    public static IEndpointRouteBuilder MapIngest(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(EventBridgeEndpoint.Path, EventBridgeEndpoint.HandleAsync).RequireAuthorization(IngestAuthentication.EventBridge);
        // SNS signs each message; the endpoint verifies that.
        endpoints.MapPost(SnsEndpoint.Path, SnsEndpoint.HandleAsync).AllowAnonymous();
        endpoints.MapPost(AlertmanagerEndpoint.Path, AlertmanagerEndpoint.HandleAsync).RequireAuthorization(
            IngestAuthentication.Alertmanager);
        return endpoints;
    }

    /// <summary>Adds a domain's reader of events.</summary>
    public static IServiceCollection AddEventReader<T>(this IServiceCollection services)
        where T : class, IEventReader
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IEventReader, T>());
        return services;
    }

    /// <summary>Adds a domain's eye for what SNS topics carry. The first that knows a message names it.</summary>
    public static IServiceCollection AddSnsRecognizer<T>(this IServiceCollection services)
        where T : class, ISnsRecognizer
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ISnsRecognizer, T>());
        return services;
    }
}
