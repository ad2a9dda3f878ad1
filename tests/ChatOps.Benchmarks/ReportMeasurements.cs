using System.Globalization;
using System.Text.Json;
using ChatOps.Findings;
using ChatOps.Platform.Storage;

namespace ChatOps.Benchmarks;

/// <summary>(g) The morning report over 100,000 findings and the million assets, by the bot as a process of its own.</summary>
internal static class ReportMeasurements
{
    private const int Findings = 100_000;
    private const int Days = 30;
    private const int Previews = 5;

    public static async Task<Row[]> RunAsync(PostgresCluster postgres)
    {
        await SeedAsync(postgres);
        await using var slack = await RecordingSlack.StartAsync();
        await using var aws = await GeneratedAws.StartAsync(AssetMeasurements.Size);
        var environment = Measurements.Environment(postgres.ConnectionString(AssetMeasurements.Database), slack);
        environment["ChatOps__Aws__ServiceUrl"] = aws.Url;
        environment["ChatOps__Aws__Accounts__0__Id"] = GeneratedAws.Account;
        environment["ChatOps__Aws__Accounts__0__Name"] = "prod";
        // The inventory is there: a sync beside it would be measured too.
        environment["ChatOps__Assets__SyncEvery"] = "7.00:00:00";
        string[] command = [Path.Combine(AppContext.BaseDirectory, "ChatOps.Benchmarks.dll"), "serve-report"];

        double census, censusPeak;
        await using (var bot = await BotProcess.StartAsync(command, environment))
        {
            census = await CallAsync(bot, "census");
            censusPeak = bot.PeakMegabytes;
        }

        await using var reporting = await BotProcess.StartAsync(command, environment);
        var report = await CallAsync(reporting, "report");
        var previews = new List<double>();
        for (var i = 0; i < Previews; i++) previews.Add(await CallAsync(reporting, "preview"));
        var size = AssetMeasurements.Size.ToString("N0", CultureInfo.InvariantCulture);
        return
        [
            new Row(
                $"(g) daily report, {Findings.ToString("N0", CultureInfo.InvariantCulture)} findings and {size} assets: the first after " +
                $"the start; median of {Previews} more",
                "10 s", $"{(report / 1000).N(2)} s; {(previews.Median() / 1000).N(2)} s"),
            new Row("(g) peak memory of the bot that made it", "300 MB", $"{reporting.PeakMegabytes.N()} MB"),
            new Row(
                $"(g) the hourly census of the tags of {size} assets; peak memory", "", $"{(census / 1000).N(1)} s; {censusPeak.N()} MB"),
        ];
    }

    private static async Task<double> CallAsync(BotProcess bot, string what)
    {
        using var client = new HttpClient { BaseAddress = bot.Address, Timeout = TimeSpan.FromMinutes(20) };
        using var answer = await client.PostAsync(new Uri($"/measure/{what}", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
        return double.Parse(await answer.Content.ReadAsStringAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>Findings of thirty days, most of them resolved, and an inventory if the assets were not measured before.</summary>
    private static async Task SeedAsync(PostgresCluster postgres)
    {
        await using var closing = await AssetMeasurements.OpenSyncedAsync(postgres);
        var database = (IDatabase)closing;
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "finding-event.json")));
        if (!Asff.TryRead(
            document.RootElement.GetProperty("detail").GetProperty("findings")[0], GeneratedAws.Region, TimeProvider.System.GetUtcNow(),
            out var model, out var error))
            throw new InvalidOperationException(error);
        var now = TimeProvider.System.GetUtcNow();
        var ranks = Enum.GetValues<Severity>();
        foreach (var chunk in Enumerable.Range(0, Findings).Chunk(5000))
        {
            await database.WriteAsync(
                async uow =>
                {
                    await FindingStore.SaveAsync(
                        uow, [.. chunk.Select(number => Of(model, number, ranks[number % ranks.Length], now))], default);
                    return true;
                },
                default);
        }
    }

    private static Finding Of(Finding model, int number, Severity rank, DateTimeOffset now)
    {
        var arn = string.Create(CultureInfo.InvariantCulture, $"{model.Arn}-{number}");
        var recorded = now.AddMinutes(-number % (Days * 24 * 60));
        var closed = number % 5 == 0 ? (DateTimeOffset?)null : recorded.AddHours(number % 40);
        return model with
        {
            Id = Finding.IdOf(arn, model.ProductArn),
            Arn = arn,
            Severity = rank,
            RecordedAt = recorded,
            Compliance = closed < now ? "PASSED" : "FAILED",
            ClosedAt = closed < now ? closed : null,
            Version = 0,
        };
    }
}
