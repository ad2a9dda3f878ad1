using System.Diagnostics;
using System.Globalization;
using ChatOps.Benchmarks;

// One table: what issue by issue was promised, and what this machine measures. Run by tests/ChatOps.Benchmarks/run.
if (args is ["serve-ack"]) return await AckHost.RunAsync();
if (args is ["serve-report"]) return await ReportHost.RunAsync();
if (args is ["serve-bare-ingest", var database]) return await BareIngestHost.RunAsync(database);
if (args is ["serve-bare"]) return await BareHost.RunAsync(Measurements.SigningSecret);

var requested = args.Length == 0 ? ["ack", "ingest", "latency", "storm", "start", "assets", "report"] : args;
var rows = new List<Row>();
await using var postgres = await PostgresCluster.StartAsync();
foreach (var name in requested)
{
    var measured = name switch
    {
        "ack" => await Measurements.AckAsync(),
        "ingest" => await Measurements.IngestAsync(postgres),
        "latency" => await Measurements.LatencyAsync(postgres),
        "storm" => await Measurements.StormAsync(postgres),
        "assets" => await AssetMeasurements.RunAsync(postgres),
        "report" => await ReportMeasurements.RunAsync(postgres),
        "start" => await Measurements.StartAsync(postgres),
        _ => throw new ArgumentException($"Unknown benchmark '{name}'. Known: ack ingest latency storm start assets report."),
    };
    rows.AddRange(measured);
    foreach (var row in measured) Console.Error.WriteLine($"{row.What}: {row.Measured}");
}

Console.WriteLine();
Console.WriteLine("| what | target | measured |");
Console.WriteLine("|---|---|---|");
foreach (var row in rows) Console.WriteLine($"| {row.What} | {row.Target} | {row.Measured} |");
return 0;

namespace ChatOps.Benchmarks
{
    internal sealed record Row(string What, string Target, string Measured);

    internal static class Numbers
    {
        public static string N(this double value, int decimals = 0) => value.ToString("N" + decimals, CultureInfo.InvariantCulture);

        public static double Median(this IEnumerable<double> values)
        {
            var sorted = values.Order().ToArray();
            return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
        }

        public static double Milliseconds(long from, long to) => (to - from) * 1000.0 / Stopwatch.Frequency;
    }
}
