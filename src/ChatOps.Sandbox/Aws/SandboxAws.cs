namespace ChatOps.Sandbox.Aws;

/// <summary>The listener of the local AWS.</summary>
public static class SandboxAws
{
    /// <summary>An application that answers every request to the address as AWS does, and delivers its events while it runs.</summary>
    /// <param name="aws">The accounts behind it. Set its <see cref="AwsSandboxOptions.PublicUrl"/> once the port is known.</param>
    /// <param name="url">Where it listens; port 0 takes a free one.</param>
    public static WebApplication Create(AwsSandbox aws, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddHostedService(_ => aws);
        var app = builder.Build();
        app.Run(aws.AnswerAsync);
        return app;
    }
}
