using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.SecurityHub;

/// <summary>
/// The filters of GetFindings. Fields join with AND. Within a field, conditions that look for something join with OR,
/// and those that exclude (NOT_…) with AND, as the API's reference says.
/// </summary>
internal sealed class FindingFilter
{
    private readonly List<Func<JsonObject, bool>> _fields = [];

    public static FindingFilter Parse(JsonObject? filters, TimeProvider time)
    {
        var filter = new FindingFilter();
        foreach (var (name, conditions) in filters ?? [])
        {
            if (conditions is not JsonArray { Count: > 0 } list)
                continue;
            filter._fields.Add(Field(
                name, [.. list.Select(c => c as JsonObject ?? throw Invalid(name, "a condition must be an object"))], time.GetUtcNow()));
        }

        return filter;
    }

    public bool Matches(JsonObject finding) => _fields.TrueForAll(field => field(finding));

    private static Func<JsonObject, bool> Field(string name, JsonObject[] conditions, DateTimeOffset now)
    {
        if (name == "Keyword")
            return finding => conditions.Any(
                c => finding.ToJsonString().Contains(c.Text("Value") ?? "", StringComparison.OrdinalIgnoreCase));
        var path = FindingPaths.Of(name) ?? throw Invalid(name, "there is no such filter");
        var tests = conditions.Select(c => Condition(name, c, now)).ToArray();
        var requested = tests.Where(t => !t.Excludes).Select(t => t.Test).ToArray();
        var excluded = tests.Where(t => t.Excludes).Select(t => t.Test).ToArray();
        return finding =>
        {
            var values = FindingPaths.Values(finding, path).ToArray();
            return (requested.Length == 0 || values.Any(v => requested.Any(test => test(v))))
                && !values.Any(v => excluded.Any(test => test(v)));
        };
    }

    private static (bool Excludes, Func<JsonNode, bool> Test) Condition(string name, JsonObject condition, DateTimeOffset now)
    {
        if (condition["Cidr"] is not null)
            return (false, Cidr(name, condition.Text("Cidr")!));
        if (condition["Start"] is not null || condition["End"] is not null || condition["DateRange"] is not null)
            return (false, Date(name, condition, now));
        if (condition.Any(p => p.Key is "Gte" or "Lte" or "Eq" or "Gt" or "Lt"))
            return (false, Number(condition));
        if (condition["Value"] is JsonValue flag && flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
            return (false, node => node is JsonValue v && v.TryGetValue<bool>(out var b) && b == (bool)condition["Value"]!);

        var value = condition.Text("Value") ?? throw Invalid(name, "a condition needs a Value");
        var comparison = condition.Text("Comparison") ?? "EQUALS";
        var excludes = comparison is "NOT_EQUALS" or "PREFIX_NOT_EQUALS" or "NOT_CONTAINS";
        Func<string, bool> test = comparison switch
        {
            "EQUALS" or "NOT_EQUALS" => text => text == value,
            "PREFIX" or "PREFIX_NOT_EQUALS" => text => text.StartsWith(value, StringComparison.Ordinal),
            "CONTAINS" or "NOT_CONTAINS" => text => text.Contains(value, StringComparison.Ordinal),
            "CONTAINS_WORD" => text => text.Split([' ', ',', '.', ':', '/', '-', '_']).Contains(value, StringComparer.OrdinalIgnoreCase),
            _ => throw Invalid(name, $"{comparison} is not a comparison"),
        };
        return condition.Text("Key") is { } key
            ? (excludes, node => node is JsonObject map && map[key] is { } member && test(TextOf(member)))
            : (excludes, node => test(TextOf(node)));
    }

    private static string TextOf(JsonNode node) => node is JsonValue v && v.TryGetValue<string>(out var text) ? text : node.ToJsonString();

    private static Func<JsonNode, bool> Number(JsonObject condition)
    {
        double? Bound(string name) => condition[name] is JsonValue v && v.TryGetValue<double>(out var d) ? d : null;
        var (gte, lte, eq, gt, lt) = (Bound("Gte"), Bound("Lte"), Bound("Eq"), Bound("Gt"), Bound("Lt"));
        return node => node is JsonValue v && (v.TryGetValue<double>(out var n) || (v.TryGetValue<int>(out var i) && (n = i) == i))
            && !(n < gte) && !(n > lte) && !(n <= gt) && !(n >= lt) && (eq is null || n == eq);
    }

    private static Func<JsonNode, bool> Date(string name, JsonObject condition, DateTimeOffset now)
    {
        DateTimeOffset? Bound(string member) => condition.Text(member) is not { } text
            ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : throw Invalid(name, $"{text} is not an ISO 8601 time");
        var (start, end) = (Bound("Start"), Bound("End"));
        if (condition.Object("DateRange") is { } range)
            start = now.AddDays(-(range.Number("Value") ?? throw Invalid(name, "DateRange needs a Value")));
        return node => DateTimeOffset.TryParse(TextOf(node), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            && !(at < start) && !(at > end);
    }

    private static Func<JsonNode, bool> Cidr(string name, string cidr)
    {
        if (!IPNetwork.TryParse(cidr, out var network))
            throw Invalid(name, $"{cidr} is not a CIDR block");
        return node => IPAddress.TryParse(TextOf(node), out var address) && network.Contains(address);
    }

    private static AwsFault Invalid(string name, string why) => new("InvalidInputException", $"Invalid filter {name}: {why}.");
}
