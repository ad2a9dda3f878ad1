using ChatOps.Findings;
using ChatOps.Policy;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Remediation;

/// <summary>Remediating findings by Systems Manager Automation: plan, approve, run, follow, verify.</summary>
public static class RemediationFeature
{
    /// <summary>The <c>action_id</c> of Remediate and Retry; the value is the finding's id.</summary>
    internal const string RemediateActionId = "finding.remediate";

    /// <summary>Adds what this domain receives, answers, shows and schedules.</summary>
    public static IServiceCollection AddRemediation(this IServiceCollection services)
    {
        services.AddPolicy(RemediationCatalogue.File, RemediationCatalogue.Read);
        services.AddSingleton<IRemediable, Remediable>();
        return services;
    }
}
