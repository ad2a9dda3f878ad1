using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ChatOps.Platform.Policy;

/// <summary>
/// One policy file while it is being read. Faults are collected with their lines instead of thrown one by one, so that an operator
/// sees all of them at once; a key that nobody asked for is a fault too, because it is usually a misspelt one.
/// </summary>
public sealed class PolicyDocument
{
    private readonly List<(long Line, string Text)> _faults = [];
    private readonly List<PolicyMap> _maps = [];

    private PolicyDocument(string name) => Name = name;

    /// <summary>The file's name, as it stands in front of its faults.</summary>
    public string Name { get; }

    /// <summary>The whole file.</summary>
    public PolicyMap Root { get; private set; } = null!;

    /// <summary>
    /// Reads a file with <paramref name="read"/>, which asks the root for what it knows and reports what is wrong by
    /// <see cref="PolicyMap.Fault(string, string)"/>.
    /// </summary>
    /// <exception cref="PolicyException">The file is not YAML, or has faults.</exception>
    public static T Read<T>(string name, string yaml, Func<PolicyMap, T> read)
    {
        var document = new PolicyDocument(name);
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            throw new PolicyException([$"{name}:{e.Start.Line}: not YAML: {e.Message}"]);
        }

        var root = stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
        if (root is not (null or YamlMappingNode) && !PolicyMap.IsNull(root))
            document.Fault(root, "expected keys and values at the top of the file");
        document.Root = document.Map(root as YamlMappingNode ?? []);
        var result = read(document.Root);
        foreach (var map in document._maps.ToList()) map.ReportUnknownKeys();
        return document._faults.Count == 0
            ? result
            : throw new PolicyException([.. document._faults.OrderBy(fault => fault.Line).Select(fault => fault.Text)]);
    }

    internal PolicyMap Map(YamlMappingNode node)
    {
        var map = new PolicyMap(this, node);
        _maps.Add(map);
        return map;
    }

    internal void Fault(YamlNode at, string fault) => _faults.Add((at.Start.Line, $"{Name}:{at.Start.Line}: {fault}"));
}
