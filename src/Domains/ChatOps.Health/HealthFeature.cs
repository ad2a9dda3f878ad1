using ChatOps.Platform.Delivery;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Health;

/// <summary>AWS Health: issues of AWS's services, changes that AWS has planned, and notices to the account.</summary>
public static class HealthFeature
{
    /// <summary>
    /// Adds AWS Health. Needs storage, delivery, access, routing, localization, AWS and Slack; names of resources come from the inventory
    /// where there is one.
    /// </summary>
    public static IServiceCollection AddAwsHealth(this IServiceCollection services)
    {
        services.AddSchema(typeof(HealthFeature).Assembly);

        // Received
        services.AddSingleton<IEventReader, HealthEventReader>();

        // Answered
        services.AddSlack()
            .BlockAction<HealthOpenButton>(Sensitivity.Read)
            .BlockAction<HealthDetailsModal>(Sensitivity.Read)
            .BlockAction<HealthConsoleButton>(Sensitivity.Read)
            .BlockAction<HealthAcknowledgeButton>(Sensitivity.Change);

        // Shown
        services.AddSingleton<ILivingSubject, HealthSubject>();

        // What it stands on.
        services.AddSingleton<HealthActions>();
        services.AddSingleton<HealthChanges>();
        services.AddSingleton<HealthViews>();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }
}
