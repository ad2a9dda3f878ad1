using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using YamlDotNet.Serialization;

namespace ChatOps.Alerts.Tests;

/// <summary>
/// The Alertmanager definition that ships for Amazon Managed Prometheus, rendered by Alertmanager's own tool, read by our own reader.
/// </summary>
public sealed class AmpTemplateTests : IDisposable
{
    private const string Hostile = "He said \"5 % of 결제 요청이 실패\"\nC:\\new\\table \\\" {{ .Status }} 🔴 <!channel> & \t end\\";

    private static readonly JsonSerializerOptions AsItIs = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("chatops-amp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_the_shipped_template_writes_is_recognized_and_says_the_same()
    {
        var message = await PublishedAsync(Group("firing", Alert("firing", "a", Hostile), Alert("resolved", "b", "그 밖의 \"경고\"")));
        using var json = JsonDocument.Parse(message);
        Assert.Equal(
            AlertRecognizer.Alertmanager,
            new AlertRecognizer().KindOf(new SnsContent("chatops-prometheus", "ChatOps", message, json.RootElement)));

        var incoming = AlertEventReader.Read(new IncomingEvent("e", "sns", AlertRecognizer.Alertmanager, message))!;

        Assert.Equal([AlertStatus.Firing, AlertStatus.Resolved], incoming.Alerts.Select(alert => alert.Status));
        Assert.Equal([Hostile, "그 밖의 \"경고\""], incoming.Alerts.Select(alert => alert.Annotations["description"]));
        Assert.Equal([Hostile, Hostile], incoming.Alerts.Select(alert => alert.Labels["path"]));
        Assert.Equal(Hostile, incoming.GroupLabels["path"]);
        Assert.Equal(
            ("http://alertmanager.example.com", "ap-northeast-2", "111122223333", 0),
            (incoming.ExternalUrl, incoming.Region, incoming.Account, incoming.MoreFiring));
        Assert.Equal(
            new DateTimeOffset(2026, 3, 4, 5, 0, 0, 123, TimeSpan.Zero), incoming.Alerts[0].StartsAt!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Null(incoming.Alerts[0].EndsAt);
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 5, 30, 0, TimeSpan.Zero), incoming.Alerts[1].EndsAt);
        Assert.Equal("up == 0", AlertGraph.ExpressionIn(incoming.Alerts[0].GeneratorUrl));
    }

    [Fact]
    public async Task From_its_first_notification_to_its_last_it_is_one_group_with_one_message()
    {
        await using var world = await AlertWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.ReadAsync(
            AlertRecognizer.Alertmanager, await PublishedAsync(Group("firing", Alert("firing", "a", Hostile), Alert("firing", "b", "둘째"))));
        var fired = await world.GroupAsync();
        Assert.Equal((AlertState.Firing, 2), (fired.State, fired.Firing));
        var shown = JsonSerializer.Serialize(AlertMessage.Render(fired, world.Views.SceneOf(fired), AlertWorld.English).Blocks, AsItIs);
        Assert.DoesNotContain("<!channel>", shown, StringComparison.Ordinal);
        Assert.Contains("결제 요청이 실패", shown, StringComparison.Ordinal);

        await world.ReadAsync(
            AlertRecognizer.Alertmanager,
            await PublishedAsync(Group("resolved", Alert("resolved", "a", Hostile), Alert("resolved", "b", "둘째"))));

        var over = await world.GroupAsync();
        Assert.Equal((fired.Id, AlertState.Resolved), (over.Id, over.State));
        Assert.Single(world.Outbox.Requests);
    }

    /// <summary>What Amazon does: takes the definition apart, and has Alertmanager write the message of its SNS receiver.</summary>
    private async Task<string> PublishedAsync(JsonObject data)
    {
        var yaml = new DeserializerBuilder().Build();
        var definition = yaml.Deserialize<Dictionary<string, object>>(
            await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "prometheus", "alertmanager-amp.yaml")));
        foreach (var (name, template) in (Dictionary<object, object>)definition["template_files"])
            await File.WriteAllTextAsync(Path.Combine(_folder, (string)name), (string)template);
        var config = yaml.Deserialize<Dictionary<string, object>>((string)definition["alertmanager_config"]);
        var receiver = (Dictionary<object, object>)((List<object>)config["receivers"]).Single();
        var sns = (Dictionary<object, object>)((List<object>)receiver["sns_configs"]).Single();
        await File.WriteAllTextAsync(Path.Combine(_folder, "data.json"), data.ToJsonString());

        using var amtool = Process.Start(new ProcessStartInfo("amtool")
        {
            WorkingDirectory = _folder,
            ArgumentList =
            {
                "template",
                "render",
                "--template.glob=chatops",
                $"--template.text={sns["message"]}",
                "--template.data=data.json",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (amtool.StandardOutput.ReadToEndAsync(), amtool.StandardError.ReadToEndAsync());
        await amtool.WaitForExitAsync();
        Assert.True(amtool.ExitCode == 0, await error);
        return await output;
    }

    private static JsonObject Group(string status, params JsonNode[] alerts) => new()
    {
        ["receiver"] = "chatops",
        ["status"] = status,
        ["alerts"] = new JsonArray(alerts),
        ["groupLabels"] = new JsonObject { ["alertname"] = "결제 오류", ["path"] = Hostile },
        ["commonLabels"] = new JsonObject { ["alertname"] = "결제 오류" },
        ["commonAnnotations"] = new JsonObject(),
        ["externalURL"] = "http://alertmanager.example.com",
    };

    private static JsonObject Alert(string status, string instance, string description) => new()
    {
        ["status"] = status,
        ["labels"] = new JsonObject
        {
            ["alertname"] = "결제 오류",
            ["instance"] = instance,
            ["severity"] = "critical",
            ["account"] = "111122223333",
            ["region"] = "ap-northeast-2",
            ["path"] = Hostile,
        },
        ["annotations"] = new JsonObject { ["summary"] = $"요약 {instance}", ["description"] = description },
        ["startsAt"] = "2026-03-04T05:00:00.123456789Z",
        ["endsAt"] = status == "firing" ? "0001-01-01T00:00:00Z" : "2026-03-04T05:30:00Z",
        ["generatorURL"] = "http://prometheus.example.com/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
        ["fingerprint"] = $"6c76f64faa2ea07{instance}",
    };
}
