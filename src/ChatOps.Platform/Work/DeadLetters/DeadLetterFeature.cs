using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Operations;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Platform.Work;

/// <summary>What sources of work set aside: listed, told, retried and discarded.</summary>
public static class DeadLetterFeature
{
    /// <summary>
    /// Adds <see cref="IDeadLetterBox"/>, <c>/chatops inbox</c> and the operators' message. Needs access, delivery, routing and storage.
    /// </summary>
    public static IServiceCollection AddDeadLetters(this IServiceCollection services)
    {
        services.AddSingleton<DeadLetterBox>().AddSingleton<IDeadLetterBox>(provider => provider.GetRequiredService<DeadLetterBox>());
        services.AddSingleton<DeadLetterService>();

        services.AddSingleton<InboxVerb>().AddSingleton<IChatOpsVerb>(provider => provider.GetRequiredService<InboxVerb>());
        services.AddSlack()
            .BlockAction<RetryDeadLetterButton>(Sensitivity.Change)
            .BlockAction<DiscardDeadLetterButton>(Sensitivity.Change)
            .BlockAction<DownloadDeadLetterButton>(Sensitivity.Read)
            .BlockAction<DeadLetterModal>(Sensitivity.Read)
            .BlockAction<InboxPreviousPageButton>(Sensitivity.Read)
            .BlockAction<InboxNextPageButton>(Sensitivity.Read);
        foreach (var id in (string[])[RetryDeadLetterButton.Id, DiscardDeadLetterButton.Id])
            services.AddSingleton(new InteractionRole(id, Role.Admin));

        services.AddLivingSubject<DeadLetterSubject>();
        return services;
    }
}
