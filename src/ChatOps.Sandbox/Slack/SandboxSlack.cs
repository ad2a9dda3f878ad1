using ChatOps.Sandbox.Slack.WebApi;

namespace ChatOps.Sandbox.Slack;

/// <summary>The local Slack: a web app that serves the Web API, upload addresses and response_urls on its own listener.</summary>
internal static class SandboxSlack
{
    /// <summary>Builds the listener; the caller starts it and then tells the workspace its address.</summary>
    /// <param name="workspace">The state it serves.</param>
    /// <param name="url">Where to listen; port 0 takes a free one.</param>
    public static WebApplication Create(SlackWorkspace workspace, string url)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ApplicationName = typeof(SandboxSlack).Assembly.GetName().Name });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(url);
        builder.Services.AddRouting(
            o => o.SetParameterPolicy<Microsoft.AspNetCore.Routing.Constraints.RegexInlineRouteConstraint>("regex"));
        var app = builder.Build();
        app.MapSlackWebApi(workspace);
        return app;
    }
}
