using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack;

/// <summary>
/// How the app answered one request. <c>Fault</c> is Slack's word for why there is no good answer
/// (<c>http_timeout</c>, <c>connection_failed</c>, <c>http_error</c>), null when all is well.
/// </summary>
internal sealed record BotAnswer(string? Fault, string Body, bool IsJson, bool NoRetry)
{
    public bool Ok => Fault is null;
}

/// <summary>Signs requests as Slack does and posts them to the app.</summary>
internal sealed class BotRequests(SlackWorkspace workspace, HttpClient http)
{
    /// <summary>Posts form fields, as slash commands and interactions come.</summary>
    public Task<BotAnswer> PostFormAsync(string path, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancel)
    {
        var body = string.Join('&', fields.Select(f => $"{Encode(f.Key)}={Encode(f.Value)}"));
        return PostAsync(path, body, "application/x-www-form-urlencoded", [], cancel);
    }

    /// <summary>Posts an interaction: its JSON in the form field <c>payload</c>.</summary>
    public Task<BotAnswer> PostPayloadAsync(string path, JsonObject payload, CancellationToken cancel) =>
        PostFormAsync(path, [new("payload", payload.ToJsonString())], cancel);

    /// <summary>Posts an event as JSON.</summary>
    public Task<BotAnswer> PostEventAsync(
        JsonObject envelope, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancel) =>
        PostAsync("/slack/events", envelope.ToJsonString(), "application/json", headers, cancel);

    /// <summary><c>v0=</c> and the hex HMAC-SHA256 of <c>v0:timestamp:body</c> under the signing secret.</summary>
    public static string Sign(string secret, string timestamp, string body) =>
        "v0=" +
            Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}")));

    private async Task<BotAnswer> PostAsync(
        string path, string body, string type, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(workspace.Options.AnswerTimeout, workspace.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        var timestamp = workspace.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, workspace.BotUrl + path);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.UserAgent.ParseAdd("Slackbot 1.0 (+https://api.slack.com/robots)");
        request.Headers.Add("X-Slack-Request-Timestamp", timestamp);
        request.Headers.Add("X-Slack-Signature", Sign(workspace.Options.SigningSecret, timestamp, body));
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }
        try
        {
            using var response = await http.SendAsync(request, both.Token);
            var text = await response.Content.ReadAsStringAsync(both.Token);
            var noRetry = response.Headers.TryGetValues("X-Slack-No-Retry", out var values) && values.Contains("1");
            var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
            return new BotAnswer(response.IsSuccessStatusCode ? null : "http_error", text, isJson, noRetry);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new BotAnswer("http_timeout", "", false, false);
        }
        catch (HttpRequestException)
        {
            return new BotAnswer("connection_failed", "", false, false);
        }
    }

    private static string Encode(string value) => Uri.EscapeDataString(value).Replace("%20", "+", StringComparison.Ordinal);
}
