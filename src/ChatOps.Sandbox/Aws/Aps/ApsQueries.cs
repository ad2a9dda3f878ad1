using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Aps;

/// <summary>
/// The workspace's PromQL API with values made up on the spot: the same at the same time, waves through the day, and the peaks of the
/// alerts that fire. It knows the rules' expressions, the golden
/// signals of services, ALERTS, up and numbers; any other expression that could be one gets waves of its own.
/// </summary>
internal sealed partial class ApsQueries(AwsState state, TimeProvider time)
{
    private const int MaxPoints = 11_000;
    private static readonly TimeSpan Rise = TimeSpan.FromMinutes(10);
    private static readonly string[] Services = ["checkout", "search", "storage"];

    /// <summary><c>query</c> or <c>query_range</c>.</summary>
    public AwsAnswer Answer(string what, IReadOnlyDictionary<string, string> form)
    {
        try
        {
            var expression = form.GetValueOrDefault("query", "").Trim();
            Check(expression);
            return what == "query" ? Instant(expression, form) : Range(expression, form);
        }
        catch (FormatException fault)
        {
            return Json(400, new JsonObject { ["status"] = "error", ["errorType"] = "bad_data", ["error"] = fault.Message });
        }
    }

    private AwsAnswer Instant(string expression, IReadOnlyDictionary<string, string> form)
    {
        var at = form.TryGetValue("time", out var text) ? Time(text) : time.GetUtcNow();
        if (double.TryParse(expression, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return Success("scalar", new JsonArray(Seconds(at), Number(number)));
        var result = new JsonArray([.. Evaluate(expression).Select(synthetic => (synthetic.Labels, Value: synthetic.ValueAt(at)))
            .Where(item => item.Value is not null).Select(item => (JsonNode)new JsonObject
        {
            ["metric"] = Metric(item.Labels), ["value"] = new JsonArray(Seconds(at), Number(item.Value!.Value)),
        })]);
        return Success("vector", result);
    }

    private AwsAnswer Range(string expression, IReadOnlyDictionary<string, string> form)
    {
        var (from, to) = (Time(form.GetValueOrDefault("start", "")), Time(form.GetValueOrDefault("end", "")));
        if (!double.TryParse(
            form.GetValueOrDefault("step", "").TrimEnd('s'), NumberStyles.Float, CultureInfo.InvariantCulture, out var step) || step <= 0)
            throw new FormatException("zero or negative query resolution step widths are not accepted. Try a positive integer");
        if ((to - from).TotalSeconds / step > MaxPoints)
            throw new FormatException(
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
        var points = Enumerable.Range(0, (int)((to - from).TotalSeconds / step) + 1).Select(i => from.AddSeconds(i * step)).ToList();
        List<Synthetic> series = double.TryParse(expression, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? [new Synthetic(new Dictionary<string, string>(), _ => number)]
            : Evaluate(expression);
        var result = new JsonArray([.. series
            .Select(synthetic => (
                synthetic.Labels,
                Values: points.Select(at => (At: at, Value: synthetic.ValueAt(at))).Where(point => point.Value is not null).ToList()))
            .Where(item => item.Values.Count > 0)
            .Select(item => (JsonNode)new JsonObject
            {
                ["metric"] = Metric(item.Labels), ["values"] = new JsonArray(
                    [.. item.Values.Select(point => (JsonNode)new JsonArray(Seconds(point.At), Number(point.Value!.Value)))]),
            })]);
        return Success("matrix", result);
    }

    private List<Synthetic> Evaluate(string expression)
    {
        if (ApsRule.All.FirstOrDefault(rule => Same(rule.Expression, expression)) is { } known) return Watched(known);
        if (Comparison().Match(expression) is { Success: true } compared)
        {
            var limit = double.Parse(compared.Groups["limit"].Value, CultureInfo.InvariantCulture);
            var sign = compared.Groups["sign"].Value;
            return [.. Evaluate(compared.Groups["left"].Value.Trim()).Select(
                series => series with { ValueAt = at => series.ValueAt(at) is { } value && Holds(value, sign, limit) ? value : null })];
        }

        if (ByOf(expression) is [] or ["le"] && ApsSignal.Read(expression) is { } signal)
            return [new Synthetic(new Dictionary<string, string>(), at => signal.Average(at, Raw(signal)))];

        if (expression.StartsWith("ALERTS", StringComparison.Ordinal))
        {
            return [.. state.Workspace.Alerts.Select(alert => new Synthetic(
                new SortedDictionary<string, string>(
                    alert.Labels.ToDictionary(), StringComparer.Ordinal) { ["__name__"] = "ALERTS", ["alertstate"] = "firing" },
                at => at >= alert.StartsAt && (alert.EndsAt is null || at < alert.EndsAt) ? 1 : null))];
        }

        if (expression is "up" || expression.StartsWith("up{", StringComparison.Ordinal))
            return [.. Services.Select(
                service => new Synthetic(new SortedDictionary<string, string> { ["__name__"] = "up", ["job"] = service }, _ => 1))];

        var seed = Seed(expression);
        var labels = ByOf(expression);
        return labels.Length == 0
            ? [new Synthetic(new Dictionary<string, string>(), at => Wave(at, seed, 40 + seed / 10))]
            : [.. Services.Select((service, i) => new Synthetic(
                new SortedDictionary<string, string>(
                    labels.ToDictionary(label => label, label => label is "service" or "job" ? service : $"{label}-{i + 1}"),
                    StringComparer.Ordinal), at => Wave(at, seed + (i * 97), 40 + (i * 20))))];
    }

    /// <summary>The labels that an expression groups by.</summary>
    private static string[] ByOf(string expression) =>
        By().Match(expression) is { Success: true } by
            ? by.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [];

    /// <summary>A signal's value at a moment: that of the rule that watches it, or a day's wave about what is usual.</summary>
    private Func<DateTimeOffset, double> Raw(ApsSignal signal)
    {
        if (signal.Watched is var (rule, factor))
        {
            var series = Watched(rule);
            return at => factor * series.Average(synthetic => synthetic.ValueAt(at) ?? 0);
        }

        var seed = Seed(signal.Service + signal.Kind);
        var usual = signal.Usual * (0.8 + (seed / 2500));
        return at => usual * (0.6 + (0.8 * Wave(at, seed, 1)));
    }

    /// <summary>The same in every process, which string.GetHashCode is not.</summary>
    private static double Seed(string text) => text.Aggregate(17u, (hash, c) => unchecked((hash * 31) + c)) % 1000;

    private List<Synthetic> Watched(ApsRule rule)
    {
        var alerts = state.Workspace.Alerts.Where(alert => alert.Rule == rule).ToList();
        return [.. rule.Series.Select((labels, i) => new Synthetic(labels, at =>
        {
            var calm = rule.Calm * (1 + (0.25 * Wave(at, i * 131, 1)));
            var raised = alerts.Where(alert => labels.All(label => alert.Labels[label.Key] == label.Value))
                .Select(alert => Raised(alert, at)).DefaultIfEmpty(0).Max();
            return calm + (raised * (rule.Peak - calm) * (1 + (0.04 * Wave(at, i * 71, 1))));
        }))];
    }

    /// <summary>From none to all within ten minutes before the alert fires, and back as quickly.</summary>
    private static double Raised(ApsAlert alert, DateTimeOffset at)
    {
        var up = Math.Clamp((at - (alert.StartsAt - Rise)) / Rise, 0, 1);
        var down = alert.EndsAt is { } end ? Math.Clamp((at - end) / Rise, 0, 1) : 0;
        return up * (1 - down);
    }

    /// <summary>Between about zero and <paramref name="size"/>; a day's wave and an hour's on top of it.</summary>
    private static double Wave(DateTimeOffset at, double seed, double size)
    {
        var seconds = at.ToUnixTimeSeconds();
        var day = Math.Sin((seconds / 86_400.0 * Math.Tau) + seed);
        var hour = Math.Sin((seconds / 3_600.0 * Math.Tau) + (seed * 3));
        return size * (0.5 + (0.35 * day) + (0.1 * hour) + (0.05 * Math.Sin((seconds / 420.0 * Math.Tau) + (seed * 7))));
    }

    /// <summary>Not a parser: refuses what certainly is no expression, in Prometheus' words.</summary>
    private static void Check(string expression)
    {
        if (expression.Length == 0)
            throw new FormatException("invalid parameter \"query\": unknown position: parse error: no expression found in input");
        var brackets = new Stack<char>();
        var quoted = false;
        foreach (var (c, i) in expression.Select((c, i) => (c, i)))
        {
            if (c == '"' && (i == 0 || expression[i - 1] != '\\')) quoted = !quoted;
            if (quoted) continue;
            if (c is '(' or '[' or '{') brackets.Push(c);
            if (c is ')' or ']' or '}' && (brackets.Count == 0 || (brackets.Pop(), c) is not (('(', ')') or ('[', ']') or ('{', '}'))))
                throw new FormatException($"invalid parameter \"query\": 1:{i + 1}: parse error: unexpected \"{c}\"");
        }

        if (quoted || brackets.Count > 0 || "+-*/%^><=!,".Contains(expression[^1], StringComparison.Ordinal))
            throw new FormatException($"invalid parameter \"query\": 1:{expression.Length + 1}: parse error: unexpected end of input");
        if (Selector().IsMatch(expression))
            throw new FormatException("invalid expression type \"range vector\" for range query, must be Scalar or instant Vector");
    }

    private static bool Holds(double value, string sign, double limit) => sign switch
    {
        ">" => value > limit,
        ">=" => value >= limit,
        "<" => value < limit,
        "<=" => value <= limit,
        "==" => value == limit,
        _ => value != limit,
    };

    private static bool Same(string text, string other) => Spaces().Replace(text, "") == Spaces().Replace(other, "");

    private static DateTimeOffset Time(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : throw new FormatException($"invalid parameter: cannot parse \"{text}\" to a valid timestamp");

    private static JsonNode Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000m;

    private static JsonNode Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static JsonObject Metric(IReadOnlyDictionary<string, string> labels) =>
        new(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));

    private static AwsAnswer Success(string type, JsonArray result) =>
        Json(200, new JsonObject { ["status"] = "success", ["data"] = new JsonObject { ["resultType"] = type, ["result"] = result } });

    private static AwsAnswer Json(int status, JsonNode body) => new(status, "application/json", AwsAnswer.Bytes(body));

    /// <summary>A series whose values are made up.</summary>
    private sealed record Synthetic(IReadOnlyDictionary<string, string> Labels, Func<DateTimeOffset, double?> ValueAt);

    [GeneratedRegex(@"^(?<left>.+?)\s*(?<sign>>=|<=|==|!=|>|<)\s*(bool\s+)?(?<limit>-?[0-9.]+(e[+-]?[0-9]+)?)$", RegexOptions.Singleline)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"\bby\s*\((?<labels>[^)]*)\)")]
    private static partial Regex By();

    [GeneratedRegex(@"^[a-zA-Z_:][\w:]*(\{[^}]*\})?\[[^\]]*\]$")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
