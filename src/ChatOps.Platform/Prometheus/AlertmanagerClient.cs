using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Polly;

namespace ChatOps.Platform.Prometheus;

/// <inheritdoc/>
/// <param name="http">Makes the client.</param>
/// <param name="client">The client's name.</param>
/// <param name="options">The server's addresses.</param>
/// <param name="name">Its name; empty for the first.</param>
internal sealed class AlertmanagerClient(
    IHttpClientFactory http, string client, AlertmanagerOptions options, string name = "") : IAlertmanager
{
    public const string HttpClient = "alertmanager";

    private const int MaxFault = 300;

    /// <summary>The peer that answered last: the others are asked only while it is away.</summary>
    private int _peer;

    public bool IsConfigured => !string.IsNullOrWhiteSpace(options.Url);

    public string Name => name;

    public async Task<AlertmanagerState?> StateAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, "status", null, cancellationToken);
        var peer = options.Addresses[_peer];
        return new AlertmanagerState(
            peer, answer is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("uptime", out var since)
                && since.ValueKind == JsonValueKind.String && since.TryGetDateTimeOffset(out var at) && at.Year > 1
                ? at
                : null);
    }

    public async Task<string> CreateSilenceAsync(NewSilence silence, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["matchers"] = new JsonArray([.. silence.Matchers.Select(matcher => new JsonObject
            {
                ["name"] = matcher.Name, ["value"] = matcher.Value, ["isRegex"] = matcher.IsRegex, ["isEqual"] = matcher.IsEqual,
            })]),
            ["startsAt"] = Rfc3339(silence.StartsAt),
            ["endsAt"] = Rfc3339(silence.EndsAt),
            ["createdBy"] = silence.CreatedBy,
            ["comment"] = silence.Comment,
        };
        if (silence.Id is { } known) body["id"] = known;
        var answer = await SendAsync(HttpMethod.Post, "silences", body, cancellationToken);
        return Read(() => Must(answer).GetProperty("silenceID").GetString()!);
    }

    public async Task<IReadOnlyList<Silence>> SilencesAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, "silences", null, cancellationToken);
        return Read(() => Must(answer).EnumerateArray().Select(SilenceOf).ToList());
    }

    public async Task<Silence?> SilenceAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, $"silence/{Uri.EscapeDataString(id)}", null, cancellationToken);
        return answer is { } json ? Read(() => SilenceOf(json)) : null;
    }

    public async Task ExpireSilenceAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, $"silence/{Uri.EscapeDataString(id)}", null, cancellationToken);
        }
        catch (AlertmanagerException fault) when (fault.Message.Contains("already expired", StringComparison.OrdinalIgnoreCase))
        {
            // What is wanted is so: Alertmanager answers 500 to this.
        }
    }

    public async Task<IReadOnlyList<ActiveAlert>> AlertsAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, "alerts", null, cancellationToken);
        return Read(() => Must(answer).EnumerateArray().Select(AlertOf).ToList());
    }

    /// <summary>The answer's JSON; null for one that has none, and for what is not found.</summary>
    private async Task<JsonElement?> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        var peers = options.Addresses;
        if (!IsConfigured || peers.Count == 0)
            throw new AlertmanagerException("No Alertmanager is configured (ChatOps:Alertmanager:Url).", mayPass: false);
        for (var tried = 1; ; tried++)
        {
            var peer = _peer % peers.Count;
            try
            {
                return await SendAsync(peers[peer], method, path, body, cancellationToken);
            }
            catch (AlertmanagerException fault) when (tried < peers.Count && fault.MayPass && MayRepeat(method, fault))
            {
                Interlocked.CompareExchange(ref _peer, (peer + 1) % peers.Count, peer);
            }
        }
    }

    /// <summary>A silence that may have been made is not made again at the next peer.</summary>
    private static bool MayRepeat(HttpMethod method, AlertmanagerException fault) =>
        method != HttpMethod.Post
        || fault.InnerException is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
        };

    private async Task<JsonElement?> SendAsync(
        string url, HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, $"{url.TrimEnd('/')}/api/v2/{path}");
        request.Headers.Accept.ParseAdd("application/json");
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var sender = http.CreateClient(client);
            using var response = await sender.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound && path.StartsWith("silence/", StringComparison.Ordinal)) return null;
            if (!response.IsSuccessStatusCode) throw Refusal(response.StatusCode, text);
            return Parse(text);
        }
        catch (Exception fault) when (fault is HttpRequestException or ExecutionRejectedException or TaskCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            throw new AlertmanagerException("Alertmanager does not answer.", mayPass: true, fault);
        }
        catch (Exception fault) when (fault is AmazonServiceException or AmazonClientException)
        {
            // The request was to be signed, and the account's role cannot be assumed.
            throw new AlertmanagerException(
                $"AWS gives no credentials for Alertmanager: {Slack.Blocks.TextCut.Plain(fault.Message, MaxFault)}", mayPass: true, fault);
        }
    }

    /// <summary>It says what is wrong as a JSON string, as an object with a message, or as plain text.</summary>
    private static AlertmanagerException Refusal(HttpStatusCode status, string text)
    {
        var answer = Parse(text) switch
        {
            { ValueKind: JsonValueKind.String } words => words.GetString()!,
            { ValueKind: JsonValueKind.Object } json when json.TryGetProperty("message", out var message)
                && message.ValueKind == JsonValueKind.String => message.GetString()!,
            _ => text.Trim(),
        };
        if (answer.Length == 0) answer = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)status}");
        return new AlertmanagerException(
            $"Alertmanager says: {Slack.Blocks.TextCut.Plain(answer, MaxFault)}",
            status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status >= 500);
    }

    private static Silence SilenceOf(JsonElement json) => new(
        json.GetProperty("id").GetString()!,
        [.. json.GetProperty("matchers").EnumerateArray().Select(matcher => new Matcher(
            matcher.GetProperty("name").GetString()!,
            matcher.GetProperty("value").GetString()!,
            matcher.GetProperty("isRegex").GetBoolean(),
            // Alertmanager before 0.22 had no negation and does not say it.
            !matcher.TryGetProperty("isEqual", out var equal) || equal.ValueKind != JsonValueKind.False))],
        json.GetProperty("startsAt").GetDateTimeOffset(),
        json.GetProperty("endsAt").GetDateTimeOffset(),
        json.GetProperty("createdBy").GetString() ?? "",
        json.GetProperty("comment").GetString() ?? "",
        json.GetProperty("status").GetProperty("state").GetString() switch
        {
            "active" => SilenceState.Active,
            "pending" => SilenceState.Pending,
            _ => SilenceState.Expired,
        });

    private static ActiveAlert AlertOf(JsonElement json)
    {
        var status = json.GetProperty("status");
        return new ActiveAlert(
            json.GetProperty("fingerprint").GetString()!,
            json.GetProperty("labels").EnumerateObject()
                .ToDictionary(label => label.Name, label => label.Value.GetString() ?? "", StringComparer.Ordinal),
            json.GetProperty("startsAt").GetDateTimeOffset(),
            status.GetProperty("state").ValueEquals("suppressed"),
            Texts(status, "silencedBy"))
        {
            InhibitedBy = Texts(status, "inhibitedBy"),
            MutedBy = Texts(status, "mutedBy"),
            Receivers = json.TryGetProperty("receivers", out var receivers) && receivers.ValueKind == JsonValueKind.Array
                ? [.. receivers.EnumerateArray().Select(receiver => receiver.GetProperty("name").GetString() ?? "")]
                : [],
            Annotations = json.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object
                ? annotations.EnumerateObject()
                    .ToDictionary(pair => pair.Name, pair => pair.Value.GetString() ?? "", StringComparer.Ordinal)
                : null,
            GeneratorUrl = json.TryGetProperty("generatorURL", out var rule) && rule.GetString() is { Length: > 0 } address
                ? address
                : null,
        };
    }

    private static IReadOnlyList<string> Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var texts) && texts.ValueKind == JsonValueKind.Array
            ? [.. texts.EnumerateArray().Select(text => text.GetString() ?? "")]
            : [];

    private static string Rfc3339(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static JsonElement? Parse(string text)
    {
        if (text.Length == 0) return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement Must(JsonElement? answer) => answer ?? throw new FormatException("The answer is empty.");

    private static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AlertmanagerException("Alertmanager's answer cannot be read.", mayPass: false, fault);
        }
    }
}
