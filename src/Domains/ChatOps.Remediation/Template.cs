using System.Text;

namespace ChatOps.Remediation;

/// <summary>A text with placeholders that are filled in from the finding, such as <c>arn:{partition}:s3:::{resource.name}</c>.</summary>
internal sealed record Template(string Text, IReadOnlyList<string> Names)
{
    /// <summary>The start of placeholders that read a field of the resource's details: <c>{detail.DbiResourceId}</c>.</summary>
    public const string DetailPrefix = "detail.";

    /// <summary>The placeholders there are, besides details.</summary>
    public static IReadOnlyList<string> Known { get; } =
        ["account", "region", "partition", "resource.arn", "resource.name", "resource.id", "automation.role"];

    /// <summary>Reads a template; the fault names a placeholder that is unknown or open.</summary>
    public static Template Parse(string text, out string? fault)
    {
        fault = null;
        var names = new List<string>();
        for (var at = text.IndexOf('{', StringComparison.Ordinal); at >= 0; at = text.IndexOf('{', at))
        {
            var end = text.IndexOf('}', at);
            if (end < 0)
            {
                fault = $"'{text}' has an open placeholder";
                break;
            }

            var name = text[(at + 1)..end];
            names.Add(name);
            if (!Known.Contains(name) && !(name.StartsWith(DetailPrefix, StringComparison.Ordinal) && name.Length > DetailPrefix.Length))
                fault ??=
                    $"'{{{name}}}' is not known; known are {string.Join(", ", Known.Select(known => $"{{{known}}}"))} and {{detail.Field}}";
            at = end;
        }

        return new Template(text, names);
    }

    /// <summary>Fills in the placeholders; null when one has no value, whose name is then in <paramref name="missing"/>.</summary>
    public string? Render(Func<string, string?> valueOf, out string? missing)
    {
        missing = null;
        var result = new StringBuilder(Text);
        foreach (var name in Names)
        {
            if (valueOf(name) is not { Length: > 0 } value)
            {
                missing = name;
                return null;
            }

            result.Replace($"{{{name}}}", value);
        }

        return result.ToString();
    }
}
