using ChatOps.Platform.Work;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Platform.Operations;

/// <summary>The bot itself: its command, its faults, its own sentences, how it stands.</summary>
public static class OperationsFeature
{
    /// <summary>Adds <c>/chatops</c>, the surface of faults and the platform's sentences. Needs access, ingest and delivery.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<IInteractionFaults, InteractionFaults>();
        services.AddSingleton<IInteractionTexts, InteractionTexts>();
        services.AddSingleton<IStatusSection, InboxStatus>();
        services.AddSingleton<IStatusSection, DeliveryLines>();
        services.AddDeadLetters();
        services.AddSlack().Command<ChatOpsCommand>(Sensitivity.Read);
        return services;
    }
}
