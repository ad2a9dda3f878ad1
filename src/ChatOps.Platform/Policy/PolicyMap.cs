using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace ChatOps.Platform.Policy;

/// <summary>
/// Keys and values of a policy file. Asking for a key makes it known; what is wrong becomes a fault and a harmless value.
/// </summary>
public sealed class PolicyMap
{
    private readonly PolicyDocument _document;
    private readonly YamlMappingNode _node;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private bool _othersAllowed;

    internal PolicyMap(PolicyDocument document, YamlMappingNode node) => (_document, _node) = (document, node);

    /// <summary>The keys, in the order of the file.</summary>
    public IEnumerable<string> Keys => _node.Children.Keys.Select(key => (key as YamlScalarNode)?.Value ?? "");

    /// <summary>Whether the key stands there, with a value.</summary>
    public bool Has(string key) => Find(key) is { } node && !IsNull(node);

    /// <summary>A text; null when it is not there.</summary>
    public string? Text(string key)
    {
        switch (Find(key))
        {
            case null: return null;
            case var node when IsNull(node): return null;
            case YamlScalarNode scalar: return scalar.Value;
            case var node:
                _document.Fault(node, $"'{key}' must be one text");
                return null;
        }
    }

    /// <summary>A text that must be there.</summary>
    public string Required(string key)
    {
        if (Text(key) is { Length: > 0 } text) return text;
        if (!Has(key)) Fault(key, $"'{key}' is missing");
        return "";
    }

    /// <summary>A word of an enumeration, case-blind; the default when it is not there.</summary>
    public T Choice<T>(string key, T otherwise)
        where T : struct, Enum
    {
        if (Text(key) is not { } text) return otherwise;
        if (!int.TryParse(text, out _) && Enum.TryParse<T>(text, ignoreCase: true, out var choice)) return choice;
        Fault(
            key,
            $"'{key}' is '{text}', but must be one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}");
        return otherwise;
    }

    /// <summary>A whole number within bounds; the default when it is not there.</summary>
    public int Number(string key, int otherwise, int least, int most)
    {
        if (Text(key) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Fault(key, $"'{key}' is '{text}', but must be a whole number from {least} to {most}");
        return otherwise;
    }

    /// <summary>true or false; the default when it is not there.</summary>
    public bool Flag(string key, bool otherwise)
    {
        if (Text(key) is not { } text) return otherwise;
        if (bool.TryParse(text, out var flag)) return flag;
        Fault(key, $"'{key}' is '{text}', but must be true or false");
        return otherwise;
    }

    /// <summary>Texts in a list; one text alone is a list of it. Empty when it is not there.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        switch (Find(key))
        {
            case null: return [];
            case var node when IsNull(node): return [];
            case YamlScalarNode scalar: return [scalar.Value ?? ""];
            case YamlSequenceNode list when list.All(item => item is YamlScalarNode):
                return [.. list.Select(item => ((YamlScalarNode)item).Value ?? "")];
            case var node:
                _document.Fault(node, $"'{key}' must be a list of texts");
                return [];
        }
    }

    /// <summary>Keys and values below a key; null when it is not there.</summary>
    public PolicyMap? Map(string key)
    {
        switch (Find(key))
        {
            case null: return null;
            case var node when IsNull(node): return null;
            case YamlMappingNode map: return _document.Map(map);
            case var node:
                _document.Fault(node, $"'{key}' must be keys and values");
                return null;
        }
    }

    /// <summary>A list of keys and values; empty when it is not there.</summary>
    public IReadOnlyList<PolicyMap> Maps(string key)
    {
        switch (Find(key))
        {
            case null: return [];
            case var node when IsNull(node): return [];
            case YamlSequenceNode list:
                foreach (var item in list.Where(item => item is not YamlMappingNode))
                    _document.Fault(item, $"an entry of '{key}' must be keys and values");
                return [.. list.OfType<YamlMappingNode>().Select(_document.Map)];
            case var node:
                _document.Fault(node, $"'{key}' must be a list");
                return [];
        }
    }

    /// <summary>Free keys with a text each, in the order of the file; empty when it is not there.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string key) => Map(key) is { } map
        ? [.. map.Keys.ToList().Select(name => KeyValuePair.Create(name, map.Text(name) ?? ""))]
        : [];

    /// <summary>Reports that a key's value is wrong, with its line, or the line of these keys when it is not there.</summary>
    public void Fault(string key, string fault) => _document.Fault(Find(key) ?? _node, fault);

    /// <summary>Keys that nobody asks for are somebody else's, and no faults.</summary>
    public void AllowOtherKeys() => _othersAllowed = true;

    internal void ReportUnknownKeys()
    {
        if (_othersAllowed) return;
        foreach (var key in _node.Children.Keys)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (!_asked.Contains(name))
                _document.Fault(key, $"'{name}' is not known here; known are {string.Join(", ", _asked.Order(StringComparer.Ordinal))}");
        }
    }

    /// <summary>A key that stands there without a value, or whose value is null or ~.</summary>
    internal static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private YamlNode? Find(string key)
    {
        _asked.Add(key);
        return _node.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode scalar && scalar.Value == key).Value;
    }
}
