using System.Diagnostics;
using System.Net;
using ChatOps.Benchmarks;

namespace ChatOps.EndToEnd.Operating;

/// <summary>How the process ends, and who may have its file meanwhile.</summary>
public sealed class EndingTests
{
    [Fact]
    public async Task Told_to_end_it_is_not_ready_at_once_and_serves_on_for_a_while()
    {
        using var database = new TemporaryDatabase();
        var settings = BotSettings.For(database.ConnectionString, "http://127.0.0.1:9");
        settings["ChatOps__Shutdown__ServeFor"] = "00:00:05";
        await using var bot = await BotProcess.StartAsync(BotSettings.Command, settings);
        using var client = new HttpClient { BaseAddress = bot.Address };

        using (var kill = Process.Start("kill", ["-TERM", bot.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await Eventually.TrueAsync(
            async () => (await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode
                == HttpStatusCode.ServiceUnavailable);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/health/live", UriKind.Relative))).StatusCode);
        using var ended = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal(0, await bot.ExitAsync(ended.Token));
    }

    [Fact]
    public async Task A_second_process_on_one_SQLite_file_does_not_start()
    {
        using var database = new TemporaryDatabase();
        var settings = BotSettings.For(database.ConnectionString, "http://127.0.0.1:9");
        await using var first = await BotProcess.StartAsync(BotSettings.Command, settings);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => BotProcess.StartAsync(BotSettings.Command, settings));

        Assert.Contains("is used by another process", refused.Message, StringComparison.Ordinal);
    }
}
