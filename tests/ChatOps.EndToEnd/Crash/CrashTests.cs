using System.Text;
using ChatOps.Benchmarks;
using ChatOps.Sandbox.Slack;

namespace ChatOps.EndToEnd.Crash;

/// <summary>
/// The bot is killed with SIGKILL again and again at random points between the receipt of events and their delivery, and started again.
/// What was accepted is delivered, once.
/// </summary>
public class CrashTests(Xunit.Abstractions.ITestOutputHelper output)
{
    /// <summary>Each is a random moment. CRASH_ROUNDS asks for more, for the night.</summary>
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("CRASH_ROUNDS"), out var given) ? given : 4;

    private const int EventsARound = 6;

    [Theory]
    [InlineData("PostgreSQL")]
    [InlineData("SQLite")]
    public async Task Killed_at_any_point_the_bot_loses_nothing_and_posts_nothing_twice(string database)
    {
        var folder = Directory.CreateTempSubdirectory("chatops-crash-");
        var connectionString = database == "SQLite" ? $"Data Source={folder.FullName}/chatops.db" : await CreatePostgresAsync();
        var workspace = new SlackWorkspace(new SlackWorkspaceOptions { RateLimits = false });
        await using var slack = SandboxSlack.Create(workspace, "http://127.0.0.1:0");
        await slack.StartAsync();
        workspace.SlackUrl = slack.Urls.Single();
        using var history = new SlackHistory(workspace.SlackUrl);
        var settings = Settings(connectionString, workspace.SlackUrl);
        var seed = Environment.GetEnvironmentVariable("CRASH_SEED") is { Length: > 0 } given
            ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        output.WriteLine($"CRASH_SEED={seed}");
        var random = new Random(seed);

        var number = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bot = await BotProcess.StartAsync(BotSettings.Command, settings);
            // As EventBridge does: an event that was not answered with 2xx is sent again, to whatever bot is there by then.
            var sending = SendAsync(bot, number, EventsARound);
            await WaitAsync(TimeSpan.FromMilliseconds(random.Next(0, 400)));
            await bot.DisposeAsync();
            var unanswered = await sending;
            number += EventsARound;
            if (unanswered.Count > 0)
            {
                await using var next = await BotProcess.StartAsync(BotSettings.Command, settings);
                Assert.Empty(await SendAsync(next, unanswered));
                await WaitAsync(TimeSpan.FromMilliseconds(random.Next(0, 300)));
            }
        }

        await using var last = await BotProcess.StartAsync(BotSettings.Command, settings);
        // Everything once more, as redelivery does, and a newer state of each.
        Assert.Empty(await SendAsync(last, 0, number));
        await Eventually.TrueAsync(
            async () => Resources(await history.MessagesAsync("C0SECURITY")).Distinct().Count() >= number, seconds: 90,
            because: "some findings were never posted");
        Assert.Empty(await SendAsync(last, [.. Enumerable.Range(0, number).Select(at => FindingEvent.Json(at, version: 1))]));
        await Eventually.TrueAsync(async () => (await history.MessagesAsync("C0SECURITY")).All(message => message.GetProperty("text")
            .GetString()!.Contains("CRITICAL", StringComparison.Ordinal)), seconds: 90,
            because: "some messages were never brought up to date");

        var messages = await history.MessagesAsync("C0SECURITY");
        Assert.Equal(number, messages.Count);
        Assert.Equal(number, messages.Select(SlackHistory.SubjectOf).Distinct().Count());
        Assert.Equal(
            Enumerable.Range(0, number).Select(FindingEvent.Resource).Select(arn => arn.Split('/')[^1]).Order(),
            Resources(messages).Order());
        // The change of severity is one line in each thread, not two.
        foreach (var ts in messages.Select(message => message.GetProperty("ts").GetString()!))
            await Eventually.TrueAsync(
                async () => (await history.RepliesAsync("C0SECURITY", ts)).Count > 0, seconds: 90, because: "some thread was never told");
        foreach (var ts in messages.Select(message => message.GetProperty("ts").GetString()!))
            Assert.Single(await history.RepliesAsync("C0SECURITY", ts));
        folder.Delete(recursive: true);
    }

    private static IEnumerable<string> Resources(IEnumerable<System.Text.Json.JsonElement> messages) =>
        messages.Select(message => message.GetProperty("text").GetString()!).Select(
            text => text[text.IndexOf("sg-", StringComparison.Ordinal)..][..11]);

    private static Dictionary<string, string> Settings(string connectionString, string slackUrl)
    {
        var settings = BotSettings.For(connectionString, slackUrl);
        // As quick as can be, and without groups and storms: here every finding is to have its own message.
        settings["ChatOps__Delivery__PostInterval"] = "00:00:00.020";
        settings["ChatOps__Delivery__PlacesPerMinute"] = "100000";
        settings["ChatOps__Delivery__GroupAfter"] = "100000";
        settings["ChatOps__Delivery__UpdatesPerMinute"] = "100000";
        settings["ChatOps__Delivery__SweepInterval"] = "00:00:00.500";
        settings["ChatOps__Localization__Language"] = "en";
        return settings;
    }

    private static Task<IReadOnlyList<string>> SendAsync(BotProcess bot, int first, int count) =>
        SendAsync(bot, [.. Enumerable.Range(first, count).Select(number => FindingEvent.Json(number))]);

    /// <summary>Sends events at the same time; gives back those that got no 2xx.</summary>
    private static async Task<IReadOnlyList<string>> SendAsync(BotProcess bot, IReadOnlyList<string> events)
    {
        using var client = new HttpClient { BaseAddress = bot.Address, Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.Add("X-Api-Key", BotSettings.ApiKey);
        var answers = await Task.WhenAll(events.Select(async json =>
        {
            try
            {
                using var content = new StringContent(json, Encoding.UTF8, "application/json");
                using var answer = await client.PostAsync(new Uri("/events/eventbridge", UriKind.Relative), content);
                return answer.IsSuccessStatusCode ? null : json;
            }
            catch (HttpRequestException)
            {
                return json;
            }
        }));
        return [.. answers.OfType<string>()];
    }

    /// <summary>The random moment of the kill; there is no condition to wait for.</summary>
    private static Task WaitAsync(TimeSpan moment) => Task.Delay(moment);

    private static async Task<string> CreatePostgresAsync()
    {
        var cluster = await PostgresCluster.Current;
        var name = $"crash_{Guid.NewGuid():N}";
        await using var connection = new Npgsql.NpgsqlConnection(cluster.ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var create = new Npgsql.NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync();
        return cluster.ConnectionString(name);
    }
}
