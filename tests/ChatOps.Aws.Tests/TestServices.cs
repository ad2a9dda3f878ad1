using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOps.Aws.Tests;

/// <summary>The product's own registration with settings and replacements of a test.</summary>
internal static class TestServices
{
    public static ServiceProvider Build(Action<IServiceCollection>? replace, params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (key, value) in settings)
            values[key] = value;
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace));
        services.AddAws(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        replace?.Invoke(services);
        return services.BuildServiceProvider();
    }
}
