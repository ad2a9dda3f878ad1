using System.Globalization;

namespace ChatOps.Sandbox.Aws.Protocols;

/// <summary>
/// The parameters of the query protocols: names with dots, lists numbered from one,
/// as <c>Filter.1.Value.2</c> (EC2) or <c>Attributes.entry.1.key</c>, <c>Tags.member.1.Key</c> (the others).
/// </summary>
internal sealed class FormParameters(IReadOnlyDictionary<string, string> values, string prefix = "")
{
    public static FormParameters Empty { get; } = new(new Dictionary<string, string>());

    public string? Text(string name) => values.GetValueOrDefault(prefix + name);

    public string Required(string name) =>
        Text(name) is { Length: > 0 } value
            ? value
            : throw new AwsFault("MissingParameter", $"The request must contain the parameter {name}.");

    public int? Number(string name) => Text(name) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new AwsFault("InvalidParameterValue", $"Value ({text}) for parameter {name} is invalid. It must be a number.");

    public bool? Flag(string name) => Text(name) is not { } text
        ? null
        : bool.TryParse(text, out var flag)
            ? flag
            : throw new AwsFault("InvalidParameterValue", $"Value ({text}) for parameter {name} is invalid. It must be true or false.");

    /// <summary>The members of a list of structures, in their order.</summary>
    public IEnumerable<FormParameters> Members(string name)
    {
        foreach (var start in Starts(name))
            yield return new FormParameters(values, start + ".");
    }

    /// <summary>The members of a list of texts, in their order.</summary>
    public IReadOnlyList<string> Values(string name) =>
        [.. Starts(name).Select(start => values.GetValueOrDefault(start)).OfType<string>()];

    // AWS numbers from 1 and stops at the first gap; EC2 and SQS write no word between name and number, the others do.
    private IEnumerable<string> Starts(string name)
    {
        foreach (var between in (string[])[".", ".member.", ".entry."])
        {
            for (var i = 1; ; i++)
            {
                var start = string.Create(CultureInfo.InvariantCulture, $"{prefix}{name}{between}{i}");
                if (!values.Keys.Any(k => k == start
                    || (k.StartsWith(start, StringComparison.Ordinal) && k.Length > start.Length && k[start.Length] == '.')))
                    break;
                yield return start;
            }
        }
    }
}
