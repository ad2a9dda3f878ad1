using ChatOps.Findings;
using ChatOps.Operations;
using ChatOps.Remediation;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using YamlDotNet.RepresentationModel;

namespace ChatOps.Tests.Operations;

public sealed class AppManifestTests
{
    [Fact]
    public void The_app_offers_exactly_the_commands_that_are_answered()
    {
        var services = new ServiceCollection();
        services.AddFindings();
        services.AddOperations();
        services.AddRemediation(new ConfigurationBuilder().Build());
        var registry = (SlackRegistry)services.Single(service => service.ServiceType == typeof(SlackRegistry)).ImplementationInstance!;
        var answered = registry.Where(entry => entry.Kind == InteractionKind.Command).Select(entry => entry.Id);

        var yaml = new YamlStream();
        yaml.Load(new StreamReader(Path.Combine(AppContext.BaseDirectory, "slack", "app.yaml")));
        var offered = ((YamlSequenceNode)yaml.Documents[0].RootNode["features"]["slash_commands"]).Select(command => ((YamlScalarNode)command["command"]).Value!);
        Assert.Equal(answered.Order(), offered.Order());
    }
}
