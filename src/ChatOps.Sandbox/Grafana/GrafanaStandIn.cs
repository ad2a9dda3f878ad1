using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Grafana;

/// <summary>A stand-in for Grafana's HTTP API: two dashboards, with or without the image renderer.</summary>
internal sealed class GrafanaStandIn
{
    /// <summary>The token it asks for.</summary>
    public const string Token = "glsa_sandbox";

    private readonly JsonObject[] _dashboards =
    [
        Dashboard("golden", "Golden signals", ["Requests per second", "Errors", "Latency p95"]),
        Dashboard("estate", "AWS estate", ["Findings", "Assets"]),
    ];

    /// <summary>Whether the image renderer is there.</summary>
    public bool HasRenderer { get; set; } = true;

    /// <summary>Whether it answers at all.</summary>
    public bool IsDown { get; set; }

    /// <summary>What was sent as a snapshot.</summary>
    public List<JsonNode> Snapshots { get; } = [];

    /// <summary>Maps the API.</summary>
    public void Map(WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            if (IsDown) context.Response.StatusCode = StatusCodes.Status502BadGateway;
            else if (context.Request.Headers.Authorization != $"Bearer {Token}")
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            else await next(context);
        });
        app.MapGet("/api/search", (string? tag, string? type) => Results.Json(_dashboards
            .Where(
                dashboard => type is null or "dash-db" && (tag is null || dashboard["tags"]!.AsArray().Any(item => (string?)item == tag)))
            .Select(dashboard => new
            {
                id = 1,
                uid = (string?)dashboard["uid"],
                title = (string?)dashboard["title"],
                url = $"/d/{dashboard["uid"]}/{dashboard["uid"]}",
                type = "dash-db",
                tags = dashboard["tags"],
            })));
        app.MapGet("/api/dashboards/uid/{uid}", (string uid) =>
            Find(uid) is { } found
                ? Results.Json(new JsonObject { ["meta"] = new JsonObject { ["slug"] = uid }, ["dashboard"] = found.DeepClone() })
                : Results.NotFound());
        app.MapGet("/api/frontend/settings", () => Results.Json(new { rendererAvailable = HasRenderer }));
        app.MapGet("/render/d-solo/{uid}/{slug}", (string uid, long panelId, long from, long to) => HasRenderer
            ? Results.Bytes(Draw(uid, panelId, from, to), "image/png")
            : Results.NotFound());
        app.MapPost("/api/ds/query", (JsonNode body) =>
        {
            var refId = (string?)body["queries"]?[0]?["refId"] ?? "A";
            var points = Points(
                long.Parse((string)body["from"]!, CultureInfo.InvariantCulture),
                long.Parse((string)body["to"]!, CultureInfo.InvariantCulture), 1);
            var frame = new JsonObject
            {
                ["schema"] = new JsonObject
                {
                    ["refId"] = refId,
                    ["fields"] = new JsonArray(
                    new JsonObject { ["name"] = "Time", ["type"] = "time" }, new JsonObject { ["name"] = "Value", ["type"] = "number" })
                },
                ["data"] = new JsonObject
                {
                    ["values"] = JsonSerializer.SerializeToNode(
                    new object[] { points.Select(point => point.At.ToUnixTimeMilliseconds()), points.Select(point => point.Value) })
                },
            };
            return Results.Json(new JsonObject
            {
                ["results"] = new JsonObject { [refId] = new JsonObject { ["status"] = 200, ["frames"] = new JsonArray(frame) } },
            });
        });
        app.MapPost("/api/snapshots", (JsonNode body, HttpContext http) =>
        {
            lock (Snapshots) Snapshots.Add(body);
            var key = Guid.NewGuid().ToString("N");
            return Results.Json(new
            {
                key,
                deleteKey = Guid.NewGuid().ToString("N"),
                url = $"{http.Request.Scheme}://{http.Request.Host}/dashboard/snapshot/{key}",
            });
        });
    }

    private JsonObject? Find(string uid) => Array.Find(_dashboards, node => (string?)node["uid"] == uid);

    private byte[] Draw(string uid, long panel, long from, long to)
    {
        var title = (string?)Find(uid)?["panels"]?.AsArray().FirstOrDefault(node => (int?)node!["id"] == panel)?["title"] ?? uid;
        using var plot = new ScottPlot.Plot();
        foreach (var seed in (long[])[panel, panel + 3])
        {
            var points = Points(from, to, seed);
            double[] moments = [.. points.Select(point => point.At.ToOffset(TimeSpan.FromHours(9)).DateTime.ToOADate())];
            double[] values = [.. points.Select(point => point.Value)];
            plot.Add.ScatterLine(moments, values).LineWidth = 2;
        }

        plot.Axes.DateTimeTicksBottom();
        plot.Title(title);
        return plot.GetImage(800, 400).GetImageBytes();
    }

    /// <summary>A curve of a day: quiet at night, busy at noon.</summary>
    private static List<(DateTimeOffset At, double Value)> Points(long from, long to, long seed) =>
        [.. Enumerable.Range(0, 97).Select(i => DateTimeOffset.FromUnixTimeMilliseconds(from + ((to - from) * i / 96))).Select(at =>
            (at, Math.Round((60 + (12 * seed)) * (1.2 + Math.Sin(((at.ToUnixTimeSeconds() % 86400) / 86400.0 * 2 * Math.PI) +
                (seed * 0.7))) + (at.ToUnixTimeSeconds() / 900 * 37 % 11), 2)))];

    private static JsonObject Dashboard(string uid, string title, string[] panels) => new()
    {
        ["uid"] = uid,
        ["title"] = title,
        ["tags"] = new JsonArray("report"),
        ["panels"] = new JsonArray([.. panels.Select((name, i) => (JsonNode)new JsonObject
        {
            ["id"] = i + 1,
            ["type"] = "timeseries",
            ["title"] = name,
            ["datasource"] = new JsonObject { ["type"] = "prometheus", ["uid"] = "prom" },
            ["targets"] = new JsonArray(new JsonObject { ["refId"] = "A", ["expr"] = "up" }),
        })]),
    };
}
