using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack.BlockKit;

/// <summary>Judges one JSON value; what is wrong goes to the verdict with the place's JSON pointer.</summary>
internal delegate void Rule(JsonNode? node, string pointer, Verdict verdict);

/// <summary>The faults found, in Slack's wording.</summary>
internal sealed class Verdict
{
    private readonly List<string> _messages = [];

    public IReadOnlyList<string> Messages => _messages;
    public int Count => _messages.Count;

    public void Add(string message, string pointer) => _messages.Add(Line(message, pointer));

    /// <summary>Puts a fault before those found since <paramref name="index"/>: Slack names the whole before the part.</summary>
    public void AddBefore(int index, string message, string pointer) => _messages.Insert(index, Line(message, pointer));

    private static string Line(string message, string pointer) => $"[ERROR] {message} [json-pointer:{pointer}]";
}

/// <summary>The building stones of Block Kit's schema.</summary>
internal static class Rules
{
    public static readonly Rule Flag = (node, pointer, verdict) =>
    {
        if (node is not JsonValue value || !value.TryGetValue<bool>(out _))
        {
            verdict.Add("must provide a boolean", pointer);
        }
    };

    public static readonly Rule Anything = (_, _, _) => { };

    /// <summary>Text between two lengths, in UTF-16 units: the stricter reading of Slack's "characters".</summary>
    public static Rule Text(int max, int min = 1) => (node, pointer, verdict) =>
    {
        if (node.AsText() is not { } text)
        {
            verdict.Add("must provide a string", pointer);
        }
        else if (text.Length < min)
        {
            verdict.Add($"must be more than {min - 1} characters", pointer);
        }
        else if (text.Length > max)
        {
            verdict.Add($"must be less than {max + 1} characters", pointer);
        }
    };

    public static Rule Whole(long min, long max) => (node, pointer, verdict) =>
    {
        if (node is not JsonValue value || !value.TryGetValue<long>(out var number))
        {
            verdict.Add("must provide an integer", pointer);
        }
        else if (number < min)
        {
            verdict.Add(string.Create(CultureInfo.InvariantCulture, $"must be greater than or equal to {min}"), pointer);
        }
        else if (number > max)
        {
            verdict.Add(string.Create(CultureInfo.InvariantCulture, $"must be less than or equal to {max}"), pointer);
        }
    };

    public static Rule OneOf(params string[] values) => (node, pointer, verdict) =>
    {
        if (node.AsText() is not { } text || !values.Contains(text))
        {
            verdict.Add($"must be one of the following values: {string.Join(", ", values)}", pointer);
        }
    };

    /// <summary>A date or time of exactly this form.</summary>
    public static Rule Dated(string format) => (node, pointer, verdict) =>
    {
        if (!DateTime.TryParseExact(node.AsText(), format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            verdict.Add("must be a valid date or time", pointer);
        }
    };

    public static readonly Rule Link = (node, pointer, verdict) =>
    {
        var before = verdict.Count;
        Text(3000)(node, pointer, verdict);
        if (verdict.Count == before && !(Uri.TryCreate(node.AsText(), UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" or "mailto" or "slack" or "tel"))
        {
            verdict.Add("must be a valid URL", pointer);
        }
    };

    public static Rule List(Rule item, int min, int max) => (node, pointer, verdict) =>
    {
        if (node is not JsonArray list)
        {
            verdict.Add("must provide an array", pointer);
            return;
        }
        if (list.Count < min)
        {
            verdict.Add($"must provide at least {min} items", pointer);
        }
        if (list.Count > max)
        {
            verdict.Add($"no more than {max} items allowed", pointer);
        }
        for (var i = 0; i < list.Count; i++)
        {
            item(list[i], $"{pointer}/{i}", verdict);
        }
    };

    /// <summary>An object of these fields and no others. A name ending in <c>!</c> is required.</summary>
    public static Rule Fields(Dictionary<string, Rule> fields, Rule? also = null)
    {
        var rules = fields.ToDictionary(f => f.Key.TrimEnd('!'), f => f.Value, StringComparer.Ordinal);
        var required = fields.Keys.Where(k => k.EndsWith('!')).Select(k => k.TrimEnd('!')).ToList();
        return (node, pointer, verdict) =>
        {
            if (node is not JsonObject given)
            {
                verdict.Add("must provide an object", pointer);
                return;
            }
            foreach (var name in required.Where(n => !given.ContainsKey(n)))
            {
                verdict.Add($"missing required field: {name}", pointer);
            }
            foreach (var (name, value) in given)
            {
                if (rules.TryGetValue(name, out var rule))
                {
                    rule(value, $"{pointer}/{name}", verdict);
                }
                else
                {
                    verdict.Add($"invalid additional property: {name}", pointer);
                }
            }
            also?.Invoke(given, pointer, verdict);
        };
    }

    /// <summary>An object judged by its <c>type</c>; the type itself need not be listed among its fields.</summary>
    public static Rule ByType(params IEnumerable<(string Type, Dictionary<string, Rule> Fields, Rule? Also)> shapes)
    {
        var rules = shapes.ToDictionary(
            s => s.Type, s => Fields(new Dictionary<string, Rule>(s.Fields) { ["type!"] = Anything }, s.Also), StringComparer.Ordinal);
        return (node, pointer, verdict) =>
        {
            if (node is not JsonObject given)
            {
                verdict.Add("must provide an object", pointer);
            }
            else if (given.Text("type") is not { } type)
            {
                verdict.Add("missing required field: type", pointer);
            }
            else if (rules.TryGetValue(type, out var rule))
            {
                rule(node, pointer, verdict);
            }
            else
            {
                verdict.Add($"unsupported type: {type}", $"{pointer}/type");
            }
        };
    }
}
