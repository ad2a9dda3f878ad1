using ChatOps.Slack.Interactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Slack;

/// <summary>Slack's addresses in the host.</summary>
public static class SlackEndpoints
{
    /// <summary>Maps POST /slack/commands, /slack/interactions, /slack/options and /slack/events. They need no middleware.</summary>
    public static IEndpointConventionBuilder MapSlack(this IEndpointRouteBuilder endpoints)
    {
        var receiver = endpoints.ServiceProvider.GetRequiredService<SlackReceiver>();
        var slack = endpoints.MapGroup("/slack");
        slack.MapPost("/commands", (RequestDelegate)receiver.Command);
        slack.MapPost("/interactions", (RequestDelegate)receiver.Interaction);
        slack.MapPost("/options", (RequestDelegate)receiver.Interaction);
        slack.MapPost("/events", (RequestDelegate)receiver.Event);
        return slack;
    }
}
