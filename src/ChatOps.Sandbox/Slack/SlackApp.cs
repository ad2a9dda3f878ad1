using YamlDotNet.RepresentationModel;

namespace ChatOps.Sandbox.Slack;

/// <summary>The app as its manifest describes it: manifest/slack/app.yaml, which travels with the build.</summary>
internal static class SlackApp
{
    /// <summary>The slash commands of the app that is tried out here.</summary>
    public static IReadOnlyList<SlackCommand> Commands()
    {
        using var manifest = new StreamReader(typeof(SlackApp).Assembly.GetManifestResourceStream("slack-app.yaml")!);
        return Commands(manifest.ReadToEnd());
    }

    /// <summary>The slash commands of a manifest, in its order.</summary>
    /// <param name="manifest">The manifest in YAML.</param>
    public static IReadOnlyList<SlackCommand> Commands(string manifest)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(manifest));
        return
        [
            .. ((YamlSequenceNode)yaml.Documents[0].RootNode["features"]["slash_commands"])
                .Select(command => new SlackCommand(
                    (string)command["command"]!, (string)command["description"]!, (string)command["usage_hint"]!)),
        ];
    }
}
