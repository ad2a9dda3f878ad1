using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Slack;

/// <summary>Puts Slack into a host.</summary>
public static class SlackServices
{
    /// <summary>Adds the Web API client and the dispatch; handlers are registered on what it returns.</summary>
    /// <remarks>May be called once for the host and again by each feature: the registry is one.</remarks>
    public static SlackBuilder AddSlack(this IServiceCollection services, Action<SlackOptions>? configure = null)
    {
        if (services.FirstOrDefault(s => s.ServiceType == typeof(SlackRegistry))?.ImplementationInstance is not SlackRegistry registry)
        {
            registry = new SlackRegistry();
            services.AddSingleton(registry);
        }

        var options = services.AddOptions<SlackOptions>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return new SlackBuilder(services, registry);
    }
}
