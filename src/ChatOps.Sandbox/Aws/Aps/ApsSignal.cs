using System.Globalization;
using System.Text.RegularExpressions;

namespace ChatOps.Sandbox.Aws.Aps;

/// <summary>
/// A golden signal of a service, as the usual expressions ask for it: <c>sum(rate(http_requests_total{service="checkout"}[1h]))</c> and its
/// kin.
/// </summary>
/// <param name="Kind"><c>traffic</c>, <c>errors</c>, <c>latency</c>, <c>saturation</c>.</param>
/// <param name="Service">The service's name.</param>
/// <param name="Window">Over how long the expression averages.</param>
internal sealed partial record ApsSignal(string Kind, string Service, TimeSpan Window)
{
    /// <summary>Values that make up an average.</summary>
    private const int Samples = 48;

    /// <summary>The signal an expression asks for; null when it asks for something else.</summary>
    public static ApsSignal? Read(string expression)
    {
        if (ServiceLabel().Match(expression) is not { Success: true } service || Range().Match(expression) is not { Success: true } window)
            return null;
        var kind = expression.Contains("histogram_quantile", StringComparison.Ordinal)
            && expression.Contains("duration", StringComparison.Ordinal) ? "latency"
            : expression.Contains("code=~\"5", StringComparison.Ordinal) ? "errors"
            : expression.Contains("cpu", StringComparison.OrdinalIgnoreCase) || expression.Contains("utilization", StringComparison.Ordinal)
                ? "saturation"
            : expression.Contains("requests_total", StringComparison.Ordinal) ? "traffic"
            : null;
        var unit = window.Groups["unit"].Value switch { "s" => 1, "m" => 60, "h" => 3600, _ => 86_400 };
        return kind is null ? null : new ApsSignal(
            kind, service.Groups["service"].Value,
            TimeSpan.FromSeconds(int.Parse(window.Groups["count"].Value, CultureInfo.InvariantCulture) * unit));
    }

    /// <summary>The rule that watches this signal, and what its values are multiplied with; null when none does.</summary>
    public (ApsRule Rule, double Factor)? Watched => (Kind, ApsRule.All.FirstOrDefault(rule => rule.Series[0]["service"] == Service)) switch
    {
        ("errors", { Name: "HighErrorRate" } rule) => (rule, 1),
        ("latency", { Name: "HighLatency" } rule) => (rule, 1000),
        _ => null,
    };

    /// <summary>What it is on a usual day.</summary>
    public double Usual => Kind switch { "traffic" => 118, "errors" => 0.12, "latency" => 180, _ => 52 };

    /// <summary>The average of what a value was over the window before a moment.</summary>
    public double Average(DateTimeOffset at, Func<DateTimeOffset, double> value) =>
        Enumerable.Range(0, Samples).Average(i => value(at - (Window * ((i + 0.5) / Samples))));

    [GeneratedRegex("service=\"(?<service>[^\"]+)\"")]
    private static partial Regex ServiceLabel();

    [GeneratedRegex(@"\[(?<count>\d{1,7})(?<unit>[smhd])\]")]
    private static partial Regex Range();
}
