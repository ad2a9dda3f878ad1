
namespace ChatOps.Bot;

/// <summary>Puts the bot together. The sandbox and the tests call it too, so what they try is what runs in production.</summary>
public static class BotHost
{
    /// <summary>Where the bot listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    /// <summary>Builds the whole bot; nothing runs yet.</summary>
    /// <param name="args">Command line: configuration as <c>--key=value</c>.</param>
    /// <param name="configure">Changes to the builder before it is built, for the sandbox and tests: configuration, a clock.</param>
    /// <exception cref="ConfigurationFaultException">The configuration is wrong.</exception>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddParameterStore();
        configure?.Invoke(builder);
        var app = builder.Build();
        return app;
    }
}
