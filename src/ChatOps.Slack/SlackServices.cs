using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ChatOps.Slack;

/// <summary>Puts Slack into a host.</summary>
public static class SlackServices
{
    /// <summary>Adds the Web API client and the dispatch; handlers are registered on what it returns.</summary>
    /// <remarks>
    /// May be called once for the host and again by each feature: the registry is one. The product replaces the gate, the faults and the
    /// texts by registering its own <see cref="IInteractionGate"/>, <see cref="IInteractionFaults"/> and <see cref="IInteractionTexts"/>,
    /// before or after; scoped ones are taken from the interaction's scope.
    /// </remarks>
    public static SlackBuilder AddSlack(this IServiceCollection services, Action<SlackOptions>? configure = null)
    {
        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (services.FirstOrDefault(s => s.ServiceType == typeof(SlackRegistry))?.ImplementationInstance is SlackRegistry registry)
        {
            return new SlackBuilder(services, registry);
        }

        registry = new SlackRegistry();
        services.AddSingleton(registry);
        services.AddSingleton<IValidateOptions<SlackOptions>, SlackOptionsValidator>();
        services.AddOptions<SlackOptions>().PostConfigure(options => options.Trim()).ValidateOnStart();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);

        services.AddHttpClient(SlackTransport.ClientName)
            .ConfigureHttpClient(
                (provider, client) => client.Timeout = provider.GetRequiredService<IOptions<SlackOptions>>().Value.CallTimeout)
            .ConfigurePrimaryHttpMessageHandler(
                () => new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            // The factory's own lines would carry response_urls, each a permission to post.
            .RemoveAllLoggers();
        services.AddSingleton<SlackTransport>();
        services.AddSingleton<ISlackApiClient, SlackApiClient>();

        services.TryAddSingleton<IInteractionGate, OpenGate>();
        services.TryAddSingleton<IRequestClaims, EveryClaim>();
        services.TryAddSingleton<IInteractionTexts, EnglishTexts>();
        services.TryAddScoped<IInteractionFaults, ReferenceFaults>();

        services.AddSingleton<SlackRequestVerifier>();
        services.AddSingleton<SlackMetrics>();
        services.AddSingleton(
            provider => new RecentRequests(provider.GetRequiredService<IOptions<SlackOptions>>().Value.RememberedRequests));
        services.AddSingleton<InteractionRunner>();
        services.AddSingleton<Notices>();
        services.AddSingleton<InteractionDispatch>();
        services.TryAddSingleton<BodyBudgets>();
        services.AddSingleton<SlackReceiver>();
        services.AddSingleton<InteractionWork>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<InteractionWork>());
        services.AddSingleton<CommandQueue>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<CommandQueue>());
        // Last to start and first to stop: nothing comes in before the others run.
        services.AddSingleton<SocketModeState>();
        services.AddHostedService<SocketMode>();
        return new SlackBuilder(services, registry);
    }

    private sealed class SlackOptionsValidator : IValidateOptions<SlackOptions>
    {
        public ValidateOptionsResult Validate(string? name, SlackOptions options)
        {
            var faults = options.Faults().ToList();
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
