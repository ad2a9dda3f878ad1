using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ChatOps.Reports;

/// <summary>
/// The variables of a dashboard with the values that it was saved with. Grafana's own page puts them into queries; its query API looks a
/// data source's uid up as it is written. Pure.
/// </summary>
internal sealed partial class GrafanaVariables
{
    private const string All = "$__all";
    private const string Anything = ".*";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Func<string?, string?> _defaultOf;

    /// <param name="dashboard">The dashboard's model.</param>
    /// <param name="defaultOf">The uid of the default data source of a type; null when there is none.</param>
    public GrafanaVariables(JsonObject dashboard, Func<string?, string?> defaultOf)
    {
        _defaultOf = defaultOf;
        foreach (var variable in (dashboard["templating"]?["list"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Text(variable["name"]) is not { Length: > 0 } name) continue;
            var isSource = Text(variable["type"]) == "datasource";
            var chosen = Chosen(variable["current"]?["value"]);
            _values[name] = chosen switch
            {
                [] or [All] or ["default"] when isSource => defaultOf(Text(variable["query"])) ?? "",
                [All] => Text(variable["allValue"]) is { Length: > 0 } all ? all : Anything,
                [] => Text(variable["type"]) is "constant" or "textbox" or "custom" or "interval"
                    ? (Text(variable["query"]) ?? "").Split(',')[0].Trim()
                    : Text(variable["allValue"]) is { Length: > 0 } all ? all : Anything,
                [var only] => only,
                _ => $"({string.Join('|', chosen.Select(Regex.Escape))})",
            };
        }
    }

    /// <summary>A query with the values in it, and with a data source that Grafana knows.</summary>
    public JsonObject In(JsonObject query)
    {
        var filled = (JsonObject)Filled(query)!;
        if (filled["datasource"] is JsonObject source)
        {
            if (Text(source["uid"]) is not { Length: > 0 } uid || uid.Contains('$', StringComparison.Ordinal) || uid == "default")
                source["uid"] = _defaultOf(Text(source["type"]));
        }
        else if (Text(filled["datasource"]) is var named && (named is null || named.Contains('$', StringComparison.Ordinal)))
        {
            if (_defaultOf(null) is { } uid) filled["datasource"] = new JsonObject { ["uid"] = uid };
        }
        else
        {
            // Old dashboards name it by a text alone, which may be the value of a variable.
            filled["datasource"] = new JsonObject { ["uid"] = named };
        }

        return filled;
    }

    /// <summary>The values of a text: <c>$name</c>, <c>${name}</c>, <c>${name:format}</c>, <c>[[name]]</c>. Grafana's own stay.</summary>
    public string In(string text) => Reference().Replace(
        text, match => _values.TryGetValue(
            match.Groups.Cast<Group>().Skip(1).First(group => group.Success && group.Name != "format").Value, out var value)
            ? value
            : match.Value);

    private JsonNode? Filled(JsonNode? node) => node switch
    {
        JsonObject named => new JsonObject(named.Select(pair => KeyValuePair.Create(pair.Key, Filled(pair.Value)))),
        JsonArray listed => new JsonArray([.. listed.Select(Filled)]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(In(text)),
        _ => node?.DeepClone(),
    };

    private static List<string> Chosen(JsonNode? value) => value switch
    {
        JsonArray listed => [.. listed.Select(Text).OfType<string>().Where(text => text.Length > 0)],
        _ => Text(value) is { Length: > 0 } text ? [text] : [],
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex(@"\$(?<bare>\w+)|\$\{(?<braced>\w+)(?<format>:\w+)?\}|\[\[(?<square>\w+)\]\]", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
