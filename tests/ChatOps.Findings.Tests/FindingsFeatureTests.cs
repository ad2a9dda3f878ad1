using ChatOps.Aws;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Findings.Tests;

public sealed class FindingsFeatureTests
{
    [Fact]
    public async Task Everything_that_is_registered_can_be_made()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ChatOps:Slack:BotToken"] = "xoxb-test",
            ["ChatOps:Slack:SigningSecret"] = "secret",
            ["ChatOps:Aws:Region"] = "us-east-1",
        }).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddStorage("Data Source=:memory:");
        services.AddAws(configuration);
        services.AddSlack(configuration.GetSection("ChatOps:Slack").Bind);
        services.AddLocalization(configuration);
        services.AddAccess();
        services.AddRoutes();
        services.AddIngest();
        services.AddDeadLetters();
        services.AddDelivery();
        services.AddFindings(configuration);

        await using var provider = services.BuildServiceProvider(
            new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        await using var scope = provider.CreateAsyncScope();
        var registered = provider.GetRequiredService<SlackRegistry>()
            .Where(entry => entry.HandlerType.Namespace == typeof(Finding).Namespace).ToList();
        Assert.NotEmpty(registered);
        Assert.All(registered, entry => Assert.NotNull(scope.ServiceProvider.GetRequiredService(entry.HandlerType)));
        Assert.Contains(provider.GetServices<IEventReader>(), reader => reader.Kinds.Contains(SecurityHubEvents.CustomAction));
        Assert.Contains(provider.GetServices<ILivingSubject>(), subject => subject.Kind == "finding");
    }
}
