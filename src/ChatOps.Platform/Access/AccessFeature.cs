using ChatOps.Platform.Policy;
using ChatOps.Platform.Work;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Platform.Access;

/// <summary>Who may do what, and the record of what they did.</summary>
public static class AccessFeature
{
    /// <summary>Adds <see cref="IAccess"/>, <see cref="IAudit"/> and the gate before every interaction.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddPolicy(AccessPolicy.File, AccessPolicy.Read);
        services.AddSingleton<IUserGroups, SlackUserGroups>();
        services.AddWork();
        services.AddHostedService<AccessReload>();
        services.AddSingleton<SlackHome>().AddSingleton<Outsiders>();
        services.AddSingleton<AccessRules>();
        services.AddSingleton<IAccess>(provider => provider.GetRequiredService<AccessRules>());
        services.AddSingleton<AuditLog>();
        services.AddSingleton<IAudit>(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<IInteractionGate, InteractionGate>();
        services.AddSingleton<IRequestClaims, RequestClaims>();
        services.AddSingleton<SubjectActions>();
        return services;
    }
}
