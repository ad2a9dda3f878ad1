using System.Reflection;
using ChatOps.Bot;
using ChatOps.Platform.Ingest;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace ChatOps.EndToEnd.Manifests;

/// <summary>The product as it is put together for production.</summary>
internal static class Product
{
    public static Assembly Bot { get; } = typeof(BotHost).Assembly;

    public static Assembly Jobs { get; } = typeof(ChatOps.Jobs.JobsFeature).Assembly;

    /// <summary>The platform and every domain beside the tests.</summary>
    public static IReadOnlyList<Assembly> Domains { get; } =
    [
        typeof(IEventReader).Assembly,
        .. Directory.EnumerateDirectories(Repository.At("src", "Domains")).Select(folder => Assembly.Load(Path.GetFileName(folder))),
    ];

    public static Assembly Aws { get; } = typeof(ChatOps.Aws.IAwsClients).Assembly;

    public static Assembly Slack { get; } = typeof(ChatOps.Slack.SlackOptions).Assembly;

    /// <summary>The whole bot, built and not started.</summary>
    public static WebApplication Build(string connectionString = "Data Source=:memory:", Dictionary<string, string?>? settings = null) =>
        BotHost.Create(["--urls=http://127.0.0.1:0"], builder =>
        {
            builder.Configuration.AddInMemoryCollection(
                BotSettings.For(connectionString, "http://127.0.0.1:9").ToDictionary(
                    setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting => (string?)setting.Value));
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Logging:LogLevel:Default"] = "None" });
            builder.Configuration.AddInMemoryCollection(settings ?? []);
        });
}
