using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChatOps.Reports;

/// <summary>Grafana refused or could not be reached.</summary>
/// <param name="message">A sentence that may be shown.</param>
/// <param name="cause">What it stands on.</param>
internal sealed class GrafanaException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>A dashboard as the search gives it.</summary>
internal sealed record GrafanaDashboard(string Uid, string Title, Uri Link);

/// <summary>A data source.</summary>
internal sealed record GrafanaSource(string Uid, string Type, bool IsDefault);

/// <summary>A panel that shows something.</summary>
internal sealed record GrafanaPanel(long Id, string Title);

/// <summary>Grafana's HTTP API, as much of it as the report needs.</summary>
internal sealed class GrafanaClient(IHttpClientFactory clients, IOptions<GrafanaOptions> options)
{
    /// <summary>The name of the HttpClient.</summary>
    public const string ClientName = "grafana";

    /// <summary>Whether there is a Grafana.</summary>
    public bool IsOn => options.Value.IsOn;

    private Uri Root => new(options.Value.Url!.TrimEnd('/') + "/");

    /// <summary>The dashboards with a tag, by title.</summary>
    public async Task<IReadOnlyList<GrafanaDashboard>> SearchAsync(string tag, CancellationToken cancellationToken)
    {
        // Its addresses begin with the path under which Grafana is served, as ours may.
        using var found = await GetAsync($"api/search?type=dash-db&tag={Uri.EscapeDataString(tag)}&limit=20", cancellationToken);
        return [.. found.RootElement.EnumerateArray()
            .Select(item => new GrafanaDashboard(Text(item, "uid"), Text(item, "title"), new Uri(Root, Text(item, "url"))))
            .Where(dashboard => dashboard.Uid.Length > 0).OrderBy(dashboard => dashboard.Title, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>A dashboard's whole model.</summary>
    public async Task<JsonObject> DashboardAsync(string uid, CancellationToken cancellationToken)
    {
        using var found = await GetAsync($"api/dashboards/uid/{Uri.EscapeDataString(uid)}", cancellationToken);
        return found.RootElement.TryGetProperty("dashboard", out var model) && JsonNode.Parse(model.GetRawText()) is JsonObject dashboard
            ? dashboard
            : throw new GrafanaException("Grafana's answer holds no dashboard.");
    }

    /// <summary>Its panels in order, those inside rows too; rows and texts left out.</summary>
    public static IReadOnlyList<GrafanaPanel> Panels(JsonObject dashboard) =>
        [.. AllPanels(dashboard).Where(panel => (string?)panel["type"] is not ("row" or "text" or "dashlist" or "news"))
            .Select(panel => new GrafanaPanel((long?)panel["id"] ?? 0, (string?)panel["title"] ?? "")).Where(panel => panel.Id > 0)];

    /// <summary>Whether Grafana can draw pictures: it needs its image renderer for that.</summary>
    public async Task<bool> CanRenderAsync(CancellationToken cancellationToken)
    {
        using var settings = await GetAsync("api/frontend/settings", cancellationToken);
        return settings.RootElement.TryGetProperty("rendererAvailable", out var available) && available.ValueKind == JsonValueKind.True;
    }

    /// <summary>A panel as PNG.</summary>
    public async Task<byte[]> RenderAsync(
        string uid, long panel, DateTimeOffset from, DateTimeOffset to, string zone, CancellationToken cancellationToken)
    {
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"render/d-solo/{Uri.EscapeDataString(uid)}/_?panelId={panel}&from={from.ToUnixTimeMilliseconds()}&" +
            $"to={to.ToUnixTimeMilliseconds()}&width=800&height=400&scale=2&theme=light&tz={Uri.EscapeDataString(zone)}");
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Root, path)), cancellationToken);
        var png = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return png is [0x89, 0x50, 0x4E, 0x47, ..] ? png : throw new GrafanaException("Grafana's renderer did not answer with a picture.");
    }

    /// <summary>
    /// Makes a snapshot that goes away after a week, with the data inside, and gives its address: who has the link sees it without
    /// reaching the data source.
    /// </summary>
    public async Task<Uri> SnapshotAsync(JsonObject dashboard, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var frozen = (JsonObject)dashboard.DeepClone();
        var sources = await SourcesAsync(cancellationToken);
        var variables = new GrafanaVariables(
            dashboard, type => (sources.Find(source => source.IsDefault && (type is null || source.Type == type))
                ?? sources.Find(source => source.Type == type))?.Uid);
        foreach (var panel in AllPanels(frozen))
        {
            if (await DataAsync(panel, variables, from, to, cancellationToken) is not { } data) continue;
            panel["snapshotData"] = data;
            panel["targets"] = new JsonArray();
            panel["datasource"] = null;
        }

        frozen["time"] = new JsonObject
        {
            ["from"] = from.ToString("O", CultureInfo.InvariantCulture),
            ["to"] = to.ToString("O", CultureInfo.InvariantCulture),
        };
        frozen["id"] = null;
        var body = new JsonObject
        {
            ["dashboard"] = frozen,
            ["name"] = (string?)dashboard["title"] ?? "ChatOps",
            ["expires"] = (int)TimeSpan.FromDays(7).TotalSeconds,
        };
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(Root, "api/snapshots")) { Content = JsonContent.Create<JsonNode>(body) },
            cancellationToken);
        using var made = await ReadAsync(answer, cancellationToken);
        return Uri.TryCreate(Text(made.RootElement, "url"), UriKind.Absolute, out var url)
            ? url
            : throw new GrafanaException("Grafana made a snapshot but did not say where.");
    }

    /// <summary>The data sources; empty where Grafana does not say them.</summary>
    private async Task<List<GrafanaSource>> SourcesAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var settings = await GetAsync("api/frontend/settings", cancellationToken);
            if (!settings.RootElement.TryGetProperty("datasources", out var sources) || sources.ValueKind != JsonValueKind.Object)
                return [];
            var named = Text(settings.RootElement, "defaultDatasource");
            return [.. sources.EnumerateObject().Select(source => new GrafanaSource(
                Text(source.Value, "uid"), Text(source.Value, "type"),
                source.Name == named || (source.Value.TryGetProperty("isDefault", out var flag) && flag.ValueKind == JsonValueKind.True)))
                .Where(source => source.Uid.Length > 0)];
        }
        catch (GrafanaException)
        {
            return [];
        }
    }

    /// <summary>What a panel shows, in the form in which Grafana's own page puts it into a snapshot.</summary>
    private async Task<JsonArray?> DataAsync(
        JsonObject panel, GrafanaVariables variables, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        if (panel["targets"] is not JsonArray { Count: > 0 } targets) return null;
        var queries = new JsonArray([.. targets.OfType<JsonObject>().Select(target =>
        {
            var query = (JsonObject)target.DeepClone();
            query["datasource"] ??= panel["datasource"]?.DeepClone();
            query = variables.In(query);
            query["maxDataPoints"] = 400;
            query["intervalMs"] = (long)((to - from).TotalMilliseconds / 400);
            return (JsonNode)query;
        })]);
        var body = new JsonObject
        {
            ["queries"] = queries,
            ["from"] = from.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ["to"] = to.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        };
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(Root, "api/ds/query")) { Content = JsonContent.Create<JsonNode>(body) },
            cancellationToken);
        var results = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))?["results"] as JsonObject;
        var frames = new JsonArray();
        foreach (var frame in results?.SelectMany(result => result.Value?["frames"] as JsonArray ?? []).OfType<JsonObject>() ?? [])
        {
            var fields = frame["schema"]?["fields"] as JsonArray ?? [];
            var values = frame["data"]?["values"] as JsonArray ?? [];
            var whole = new JsonArray();
            for (var i = 0; i < fields.Count && i < values.Count; i++)
            {
                var field = (JsonObject)fields[i]!.DeepClone();
                field["values"] = values[i]!.DeepClone();
                whole.Add((JsonNode)field);
            }

            frames.Add((JsonNode)new JsonObject
            {
                ["name"] = frame["schema"]?["name"]?.DeepClone(),
                ["refId"] = frame["schema"]?["refId"]?.DeepClone(),
                ["fields"] = whole,
            });
        }

        return frames;
    }

    private static IEnumerable<JsonObject> AllPanels(JsonObject dashboard) =>
        (dashboard["panels"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(panel => AllPanels(panel).Prepend(panel));

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    private async Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Root, path)), cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (JsonException fault)
        {
            throw new GrafanaException("Grafana's answer is no JSON. Does ChatOps:Grafana:Url lead to Grafana itself?", fault);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Value.Token);
        try
        {
            var answer = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode) return answer;
            var status = (int)answer.StatusCode;
            answer.Dispose();
            throw new GrafanaException(status switch
            {
                401 => "Grafana says 401: the token (ChatOps:Grafana:Token) is wrong or has expired.",
                403 => "Grafana says 403: the service account may not do this.",
                _ => $"Grafana says {status}.",
            });
        }
        catch (HttpRequestException fault)
        {
            throw new GrafanaException($"Grafana cannot be reached at {Root.Authority}.", fault);
        }
        finally
        {
            request.Dispose();
        }
    }
}

/// <summary>Registers Grafana.</summary>
internal static class Grafana
{
    private const int LargestAnswer = 16 * 1024 * 1024;

    public static void AddGrafana(this IServiceCollection services)
    {
        services.AddHttpClient(GrafanaClient.ClientName, client =>
        {
            client.MaxResponseContentBufferSize = LargestAnswer;
            client.Timeout = TimeSpan.FromSeconds(60);
        });
        services.AddSingleton<GrafanaClient>();
        services.AddSingleton<IReportSource, GrafanaReport>();
    }
}
