using YamlDotNet.RepresentationModel;

namespace ChatOps.EndToEnd.Manifests;

/// <summary>A CloudFormation template, as far as these tests read it.</summary>
internal static class Template
{
    public static YamlMappingNode Read(string name) => Yaml("manifest", "aws", name + ".yaml");

    public static YamlMappingNode Yaml(params string[] path)
    {
        var yaml = new YamlStream();
        using var file = new StreamReader(Repository.At(path));
        yaml.Load(file);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    /// <summary>The actions that statements allow, anywhere below a node.</summary>
    public static IEnumerable<string> Actions(YamlNode node)
    {
        if (node is YamlSequenceNode list) return list.SelectMany(Actions);
        if (node is not YamlMappingNode map) return [];
        var here = map.Children.TryGetValue("Effect", out var effect) && Text(effect) == "Allow"
            && map.Children.TryGetValue("Action", out var action)
            ? action is YamlSequenceNode several ? several.Select(Text) : [Text(action)]
            : [];
        return here.Concat(map.Children.Values.SelectMany(Actions));
    }

    public static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    public static YamlNode At(this YamlNode node, params string[] path) =>
        path.Aggregate(node, (at, key) => ((YamlMappingNode)at).Children[key]);
}
