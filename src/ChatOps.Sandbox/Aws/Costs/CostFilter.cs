using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Costs;

/// <summary>Cost Explorer's expressions and groups over the ledger's lines.</summary>
internal static class CostFilter
{
    /// <summary>Whether a line is meant; everything is by no expression.</summary>
    public static bool Matches(JsonObject? expression, CostLine line)
    {
        if (expression is null) return true;
        if (expression.Count != 1) throw Invalid("Expression has to have exactly one root for operator.");
        var (name, node) = expression.First();
        switch (name)
        {
            case "And": return Parts(expression, name).All(part => Matches(part, line));
            case "Or": return Parts(expression, name).Any(part => Matches(part, line));
            case "Not": return !Matches(expression.Object(name), line);
            case "Dimensions": return HasAny(expression.Object(name)!, Dimension(line, expression.Object(name)!.RequiredText("Key")));
            case "Tags": return HasAny(expression.Object(name)!, Tag(line, expression.Object(name)!.RequiredText("Key")) ?? "");
            default: throw Invalid($"The sandbox does not filter by {name}: {node}");
        }
    }

    /// <summary>What a line is grouped under.</summary>
    public static string Group(CostLine line, string type, string key) => type switch
    {
        "DIMENSION" => Dimension(line, key),
        "TAG" => $"{key}${Tag(line, key)}",
        _ => throw Invalid($"The sandbox does not group by {type}"),
    };

    public static string? Tag(CostLine line, string key) => key switch
    {
        "Owner" => line.Owner,
        "Env" => line.Env,
        _ => null,
    };

    private static string Dimension(CostLine line, string key) => key switch
    {
        "SERVICE" => line.Service,
        "LINKED_ACCOUNT" => line.Account,
        "REGION" => line.Region,
        // Support is a fee of its own; a line below zero is a credit.
        "RECORD_TYPE" => line.Base < 0 ? "Credit" : line.Service.StartsWith("AWS Support", StringComparison.Ordinal) ? "Support" : "Usage",
        "USAGE_TYPE" => $"{line.Region}-{(line.Service == CostLedger.Compute ? "BoxUsage" : line.Service.Split(' ')[^1])}",
        _ => throw Invalid($"The sandbox does not know the dimension {key}"),
    };

    private static List<JsonObject> Parts(JsonObject expression, string name)
    {
        var parts = expression.Objects(name).ToList();
        return parts.Count >= 2 ? parts : throw Invalid($"{name} needs at least two expressions.");
    }

    private static bool HasAny(JsonObject values, string value)
    {
        var options = values.Texts("MatchOptions");
        var requested = values.Texts("Values");
        var compare = options.Contains("CASE_INSENSITIVE") ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        if (options.Contains("ABSENT")) return value.Length == 0;
        if (options.Contains("STARTS_WITH")) return requested.Any(text => value.StartsWith(text, compare));
        if (options.Contains("CONTAINS")) return requested.Any(text => value.Contains(text, compare));
        return requested.Any(text => string.Equals(text, value, compare));
    }

    private static AwsFault Invalid(string message) => new("ValidationException", message);
}
