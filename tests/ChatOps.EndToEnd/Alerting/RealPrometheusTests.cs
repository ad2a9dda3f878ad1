using System.Text.Json.Nodes;
using ChatOps.EndToEnd.Stories;
using ChatOps.Platform.Prometheus;

namespace ChatOps.EndToEnd.Alerting;

/// <summary>Debian's own Prometheus and Alertmanager against the whole bot.</summary>
[Collection(nameof(StoryTests))]
public sealed class RealPrometheusTests
{
    private const string Channel = "C0ALERTS";

    [Fact]
    public async Task A_real_alert_fires_is_silenced_from_the_button_and_turns_green_when_it_is_over()
    {
        await using var servers = new PrometheusServers();
        await using var sandbox = await Stories.Sandbox.StartAsync(
            "en", $"--ChatOps:Prometheus:Url={servers.PrometheusUrl}", $"--ChatOps:Alertmanager:Url={servers.AlertmanagerUrl}",
            $"--ChatOps:Ingest:Alertmanager:BearerToken={BotSettings.BearerToken}", "--ChatOps:Alerts:ReadBackEvery=00:00:00.5");
        await servers.StartAsync(new Uri(sandbox.Url));

        servers.Errors = 8.4;
        var firing = await MessageAsync(sandbox, text => text.Contains("CRITICAL: HighErrorRate", StringComparison.Ordinal));
        Assert.Contains("Errors of \"shop\" at 8.4 %", Text(firing), StringComparison.Ordinal);

        // The graph of the rule's expression, read from the real PromQL API and drawn.
        await MessageAsync(sandbox, _ => true, message => message["blocks"]!.AsArray().Any(block => (string)block!["type"]! == "image"));

        await sandbox.ActAsync(Somebody.Alex, Channel, firing, "alert.buttons", "alert.silence", Silence(firing));
        await SubmitAsync(sandbox);
        await MessageAsync(sandbox, text => text.StartsWith("silenced: HighErrorRate", StringComparison.Ordinal));
        var alertmanager = sandbox.Service<IAlertmanager>();
        var silence = Assert.Single(await alertmanager.SilencesAsync(default));
        Assert.Equal(("alex", SilenceState.Active), (silence.CreatedBy, silence.State));
        Assert.Contains("alertname=\"HighErrorRate\"", silence.Matchers.Select(matcher => matcher.ToString()));
        await Eventually.TrueAsync(
            async () => (await alertmanager.AlertsAsync(default)) is [{ IsSuppressed: true }], because: "Alertmanager does not silence it");

        servers.Errors = 0;
        await MessageAsync(
            sandbox, text => text.StartsWith("resolved: HighErrorRate", StringComparison.Ordinal),
            message => Text(message).Contains('✅', StringComparison.Ordinal));
    }

    /// <summary>
    /// Alertmanager tells nothing of an end during a silence, and then not of the next outage either: it thinks that it was told.
    /// </summary>
    [Fact]
    public async Task What_ends_under_somebody_elses_silence_turns_green_and_its_next_outage_is_posted()
    {
        await using var servers = new PrometheusServers();
        await using var sandbox = await Stories.Sandbox.StartAsync(
            "en", $"--ChatOps:Prometheus:Url={servers.PrometheusUrl}", $"--ChatOps:Alertmanager:Url={servers.AlertmanagerUrl}",
            $"--ChatOps:Ingest:Alertmanager:BearerToken={BotSettings.BearerToken}", "--ChatOps:Alerts:ReadBackEvery=00:00:01");
        await servers.StartAsync(new Uri(sandbox.Url));
        servers.Errors = 8.4;
        await MessageAsync(sandbox, text => text.Contains("CRITICAL: HighErrorRate", StringComparison.Ordinal));
        var alertmanager = sandbox.Service<IAlertmanager>();
        var silence = await alertmanager.CreateSilenceAsync(
            new NewSilence(
                [new Matcher("alertname", "HighErrorRate")], DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1), "bob.kim", "disk"),
            default);
        var silenced = await MessageAsync(sandbox, text => text.StartsWith("silenced: HighErrorRate", StringComparison.Ordinal));
        Assert.Contains("bob.kim", Text(silenced), StringComparison.Ordinal);

        servers.Errors = 0;
        await MessageAsync(sandbox, text => text.StartsWith("resolved: HighErrorRate", StringComparison.Ordinal));
        await alertmanager.ExpireSilenceAsync(silence, default);
        servers.Errors = 9;

        await MessageAsync(
            sandbox, text => text.Contains("CRITICAL: HighErrorRate", StringComparison.Ordinal),
            message => (string?)message["ts"] != (string?)silenced["ts"]);
    }

    [Fact]
    public async Task A_real_alert_that_is_over_turns_green_by_the_webhook_alone_and_real_faults_are_told()
    {
        await using var servers = new PrometheusServers();
        await using var sandbox = await Stories.Sandbox.StartAsync(
            "en", $"--ChatOps:Prometheus:Url={servers.PrometheusUrl}", $"--ChatOps:Alertmanager:Url={servers.AlertmanagerUrl}",
            $"--ChatOps:Ingest:Alertmanager:BearerToken={BotSettings.BearerToken}");
        await servers.StartAsync(new Uri(sandbox.Url));

        servers.Errors = 6;
        await MessageAsync(sandbox, text => text.Contains("CRITICAL: HighErrorRate", StringComparison.Ordinal));
        servers.Errors = 0;
        await MessageAsync(sandbox, text => text.StartsWith("resolved: HighErrorRate", StringComparison.Ordinal));

        var prometheus = sandbox.Service<IPrometheus>();
        var wrong = await Assert.ThrowsAsync<PrometheusException>(() => prometheus.QueryAsync("rate(", DateTimeOffset.UtcNow, default));
        Assert.Equal(PrometheusFault.BadQuery, wrong.Fault);
        Assert.Contains("parse error", wrong.Message, StringComparison.Ordinal);
        Assert.Equal("shop", Assert.Single(await prometheus.QueryAsync("up", DateTimeOffset.UtcNow, default)).Labels["job"]);
        Assert.NotEmpty((await prometheus.QueryRangeAsync(
            "up", DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow, TimeSpan.FromSeconds(1), default)).Single().Points);
        var alertmanager = sandbox.Service<IAlertmanager>();
        var past = DateTimeOffset.UtcNow.AddHours(-2);
        Assert.False((await Assert.ThrowsAsync<AlertmanagerException>(() => alertmanager.CreateSilenceAsync(
            new NewSilence([new Matcher("a", "b")], past, past.AddHours(1), "x", "y"), default))).MayPass);
        var id = await alertmanager.CreateSilenceAsync(
            new NewSilence([new Matcher("a", "b.*", IsRegex: true)], DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1), "x", "y"),
            default);
        await alertmanager.ExpireSilenceAsync(id, default);
        await alertmanager.ExpireSilenceAsync(id, default);
        Assert.Equal(SilenceState.Expired, (await alertmanager.SilenceAsync(id, default))!.State);
        Assert.Null(await alertmanager.SilenceAsync("00000000-0000-4000-8000-000000000000", default));
    }

    private static object Silence(JsonNode message)
    {
        var menu = message["blocks"]!.AsArray().Single(block => (string?)block!["block_id"] == "alert.buttons")!["elements"]!.AsArray()
            .Single(element => (string?)element!["action_id"] == "alert.silence")!;
        return new { type = "static_select", selected_option = menu["options"]![0] };
    }

    private static Task SubmitAsync(Stories.Sandbox sandbox) => sandbox.SubmitAsync(Somebody.Alex, view =>
    {
        var blocks = view["blocks"]!.AsArray();
        JsonNode Element(string block) => blocks.Single(candidate => (string?)candidate!["block_id"] == block)!["element"]!;
        return new Dictionary<string, object>
        {
            ["Until"] = new Dictionary<string, object>
            {
                ["Until"] = new { type = "datetimepicker", selected_date_time = (long)Element("Until")["initial_date_time"]! },
            },
            ["Matchers"] = new Dictionary<string, object>
            {
                ["alert.silence-matchers"] = new { type = "plain_text_input", value = (string)Element("Matchers")["initial_value"]! },
            },
        };
    });

    private static string Text(JsonNode message) =>
        message["blocks"]!.AsArray().Aggregate("", (text, block) => text + ((string?)block!["text"]?["text"] ?? ""));

    private static async Task<JsonNode> MessageAsync(
        Stories.Sandbox sandbox, Func<string, bool> notification, Func<JsonNode, bool>? whole = null)
    {
        JsonNode? found = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var messages = await sandbox.MessagesAsync(Somebody.Alex, Channel);
                found = messages.FirstOrDefault(
                    message => notification((string?)message!["text"] ?? "") && (whole?.Invoke(message!) ?? true));
                return found is not null;
            },
            seconds: 60,
            because: "the message in #alerts does not come to read so");
        return found!;
    }
}
