using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatOps.EndToEnd.Operating;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using YamlDotNet.RepresentationModel;

namespace ChatOps.EndToEnd.Manifests;

/// <summary>Dashboards and rules use metrics that the running bot exports, or that a recording rule makes of them.</summary>
public partial class MetricsTests
{
    [Fact]
    public async Task Every_metric_that_a_dashboard_or_a_rule_uses_is_exported()
    {
        using var database = new TemporaryDatabase();
        var instruments = new Dictionary<string, Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                lock (instruments) instruments[instrument.Name] = instrument;
            },
        };
        listener.Start();
        await using var bot = Product.Build(database.ConnectionString);
        await bot.StartAsync();
        using var http = new HttpClient
        {
            BaseAddress = new Uri(bot.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
        var exported = "";
        await Eventually.TrueAsync(async () => (exported = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains(
            "chatops_inbox_pending", StringComparison.Ordinal), because: "the gauges were never read");

        HashSet<string> known;
        lock (instruments) known = [.. instruments.Values.SelectMany(PrometheusNames)];
        // The names we reckon with are those that stand there: of our own meters, each that is exported by now.
        var there = TypeLine().Matches(exported).Select(line => line.Groups["name"].Value).Where(name =>
            name.StartsWith("chatops_", StringComparison.Ordinal) || name.StartsWith("http_server_", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(there);
        Assert.DoesNotContain(there, name => !known.Contains(name) && !known.Contains(name + "_bucket"));

        var rules = RuleFile().ToList();
        var recorded = rules.Select(rule => rule.Record).OfType<string>().ToHashSet();
        var used = rules.Select(rule => (Where: rule.Name, rule.Expression)).Concat(Dashboards())
            .SelectMany(at => Metrics(at.Expression).Select(metric => (at.Where, Metric: metric))).ToList();
        Assert.True(used.Count > 60, $"Only {used.Count} uses were found.");
        var missing = used.Where(use => !known.Contains(use.Metric) && !recorded.Contains(use.Metric)
            && !NotYetMerged.Metrics.Contains(use.Metric)).Select(use => $"{use.Where}: {use.Metric}").Distinct();

        Assert.Empty(missing);
        await bot.StopAsync();
    }

    [Theory]
    [InlineData("sum by (job) (rate(a_total{job=~\"x|y_z\", b!=\"c\"}[5m])) or vector(0)", "a_total")]
    [InlineData("max by (job) (sum by (job, instance) (rate(a[5m])) / on (job, instance) b_count) > 0.9 and c offset 1d", "a b_count c")]
    [InlineData(
        "histogram_quantile(0.5, sum by (le) (rate(x_bucket[$__rate_interval]))) * 1e3 unless job:y:rate5m", "x_bucket job:y:rate5m")]
    public void Metrics_are_found_in_an_expression(string expression, string metrics) =>
        Assert.Equal(metrics.Split(' '), Metrics(expression));

    /// <summary>As the exporter names an instrument: dots are underscores, then the unit, then what kind it is.</summary>
    private static IEnumerable<string> PrometheusNames(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        name += instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var kind = instrument.GetType().Name;
        if (kind.StartsWith("Histogram", StringComparison.Ordinal)) return [name + "_bucket", name + "_sum", name + "_count"];
        return [kind.Contains("UpDown", StringComparison.Ordinal) || !kind.Contains("Counter", StringComparison.Ordinal)
            ? name
            : name + "_total"];
    }

    /// <summary>The names in PromQL that are not functions, operators, labels, texts or durations.</summary>
    private static IEnumerable<string> Metrics(string expression)
    {
        var bare = Braces().Replace(Texts().Replace(expression, "\"\""), "");
        bare = Brackets().Replace(Grouping().Replace(bare, ""), "");
        return Name().Matches(bare).Select(match => match.Value)
            .Where(name => name is not ("and" or "or" or "unless" or "offset" or "bool" or "by" or "on" or "ignoring" or "without"
                or "group_left" or "group_right")).Distinct();
    }

    private static IEnumerable<(string Name, string? Record, string Expression)> RuleFile() =>
        from @group in (YamlSequenceNode)Template.Yaml("manifest", "prometheus", "rules.yaml").At("groups")
        from rule in (YamlSequenceNode)@group.At("rules")
        let map = (YamlMappingNode)rule
        let record = map.Children.TryGetValue("record", out var name) ? Template.Text(name) : null
        select (record ?? Template.Text(map.At("alert")), record, Template.Text(map.At("expr")));

    private static IEnumerable<(string Where, string Expression)> Dashboards()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.At("manifest", "grafana", "dashboards"), "*.json"))
        {
            using var board = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var panel in board.RootElement.GetProperty("panels").EnumerateArray())
            {
                foreach (var target in panel.GetProperty("targets").EnumerateArray())
                    yield return (
                        $"{Path.GetFileName(file)} '{panel.GetProperty("title").GetString()}'", target.GetProperty("expr").GetString()!);
            }

            foreach (var variable in board.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray())
            {
                if (variable.GetProperty("query") is { ValueKind: JsonValueKind.Object } query
                    && LabelValues().Match(query.GetProperty("query").GetString()!) is { Success: true } match)
                    yield return (Path.GetFileName(file), match.Groups["metric"].Value);
            }
        }
    }

    [GeneratedRegex(@"^# TYPE (?<name>\S+)", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"
        """)]
    private static partial Regex Texts();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\[[^\]]*\]|\boffset\s+\w+|\b\d[\w.]*")]
    private static partial Regex Brackets();

    [GeneratedRegex(@"\b(by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?<![\w:$])[a-zA-Z_:][a-zA-Z0-9_:]*(?![\w:]|\s*\()")]
    private static partial Regex Name();

    [GeneratedRegex(@"label_values\((?<metric>\w+),")]
    private static partial Regex LabelValues();
}
