using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;

namespace ChatOps.Slack.Api;

/// <summary>One call over HTTP: request, bounded answer, Slack's errors as exceptions. Never retries, never logs.</summary>
internal sealed class SlackTransport(IHttpClientFactory clients, IOptions<SlackOptions> options)
{
    /// <summary>The name of the HttpClient.</summary>
    public const string ClientName = "slack";

    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(30);

    private readonly SlackOptions _options = options.Value;

    /// <summary>Calls a method that takes JSON.</summary>
    public Task<JsonDocument> Json<T>(
        string method, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken, string? token = null)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        return Call(method, content, token, cancellationToken);
    }

    /// <summary>Calls a method that reads: those ignore JSON arguments and want a form.</summary>
    public Task<JsonDocument> Form(
        string method, IEnumerable<(string Name, string? Value)> arguments, CancellationToken cancellationToken, string? token = null) =>
        Call(
            method, new FormUrlEncodedContent(from a in arguments where a.Value is not null select KeyValuePair.Create(a.Name, a.Value!)),
            token, cancellationToken);

    /// <summary>Posts to an address that Slack gave: an upload or response_url, which is its own permission and takes no token.</summary>
    public async Task PostTo(string what, string url, HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, TrustedAddress(what, url)) { Content = content };
        using var response = await Send(what, request, cancellationToken);
        ThrowIfRateLimited(what, response);
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        if ((int)response.StatusCode >= 500)
        {
            throw new SlackTransportException(what, $"HTTP {(int)response.StatusCode}", status: (int)response.StatusCode);
        }

        // "expired_url", "used_url", or JSON with an error.
        var (buffer, length) = await Read(what, response, cancellationToken);
        try
        {
            throw new SlackException(what, ErrorOf(buffer.AsMemory(0, length)) ?? $"http_{(int)response.StatusCode}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<JsonDocument> Call(string method, HttpContent content, string? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.ApiUrl + method) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? _options.BotToken);
        using var response = await Send(method, request, cancellationToken);
        ThrowIfRateLimited(method, response);
        var status = (int)response.StatusCode;
        if (status >= 500)
        {
            throw new SlackTransportException(method, $"HTTP {status}", status: status);
        }

        var (buffer, length) = await Read(method, response, cancellationToken);
        JsonDocument answer;
        try
        {
            // Parsed from a copy: the document outlives the pooled buffer.
            answer = JsonDocument.Parse(buffer.AsMemory(0, length).ToArray(), new JsonDocumentOptions { MaxDepth = 64 });
        }
        catch (JsonException e)
        {
            throw new SlackTransportException(method, $"HTTP {status} without the JSON that was expected", e, status);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        try
        {
            ThrowIfRefused(method, answer.RootElement, response);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> Send(string method, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new SlackTransportException(method, "no connection or a broken one", e)
            {
                IsUnsent = e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
            };
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SlackTransportException(method, $"no answer within {_options.CallTimeout.TotalSeconds:0.#} s", e);
        }
    }

    private async Task<(byte[] Buffer, int Length)> Read(string method, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Time-outs of HttpClient end with the headers; the body has as long again.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.CallTimeout);
        var buffer = ArrayPool<byte>.Shared.Rent(
            (int)Math.Clamp(response.Content.Headers.ContentLength ?? 16 * 1024, 1024, _options.MaxResponseBytes));
        var length = 0;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(deadline.Token);
            while (true)
            {
                var read = await body.ReadAsync(buffer.AsMemory(length), deadline.Token);
                if (read == 0)
                {
                    return (buffer, length);
                }

                length += read;
                if (length > _options.MaxResponseBytes)
                {
                    throw new SlackTransportException(method, $"an answer of more than {_options.MaxResponseBytes} bytes");
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        catch (Exception e)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            switch (e)
            {
                case HttpRequestException or IOException:
                    throw new SlackTransportException(method, "the answer broke off", e);
                case OperationCanceledException when !cancellationToken.IsCancellationRequested:
                    throw new SlackTransportException(method, $"the answer took longer than {_options.CallTimeout.TotalSeconds:0.#} s", e);
                default:
                    throw;
            }
        }
    }

    private static void ThrowIfRateLimited(string method, HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            throw new SlackRateLimitedException(method, RetryAfter(response));
        }
    }

    private static void ThrowIfRefused(string method, JsonElement answer, HttpResponseMessage response)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("ok", out var ok))
        {
            throw new SlackTransportException(method, "an answer without 'ok'", status: (int)response.StatusCode);
        }

        if (ok.ValueKind == JsonValueKind.True)
        {
            return;
        }

        var error = answer.Text("error") ?? "unknown_error";
        if (error == "ratelimited")
        {
            throw new SlackRateLimitedException(method, RetryAfter(response));
        }

        var messages = answer.Object("response_metadata") is { } metadata ? metadata.Texts("messages") : [];
        throw new SlackException(method, error, messages.Count > 0 ? messages : answer.Texts("errors"), answer.Text("needed"));
    }

    private static TimeSpan RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta is { } wait && wait > TimeSpan.Zero ? wait : DefaultRetryAfter;

    private static string? ErrorOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Text("error") : null;
        }
        catch (JsonException)
        {
            var text = System.Text.Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 100)]).Trim();
            return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? text : null;
        }
    }

    /// <summary>The address of a socket, when it is Slack's or on the host of the Web API.</summary>
    public Uri TrustedSocket(string method, string url)
    {
        // The same host rules hold: wss stands for https and ws for http.
        TrustedAddress(method, url.StartsWith("ws", StringComparison.Ordinal) ? string.Concat("http", url.AsSpan(2)) : "");
        return new Uri(url);
    }

    private Uri TrustedAddress(string what, string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var address)
            && ((address.Scheme == Uri.UriSchemeHttps && IsSlack(address.Host))
                || (Uri.TryCreate(_options.ApiUrl, UriKind.Absolute, out var api) && address.Scheme == api.Scheme
                    && address.Authority == api.Authority)))
        {
            return address;
        }

        throw new SlackException(what, "untrusted_url", ["The address is not Slack's, so nothing was sent there."]);
    }

    private static bool IsSlack(string host) =>
        host is "slack.com" or "slack-gov.com"
        || host.EndsWith(".slack.com", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".slack-gov.com", StringComparison.OrdinalIgnoreCase);
}
