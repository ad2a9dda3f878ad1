using System.Globalization;
using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Microsoft.Extensions.Options;
using Polly;

namespace ChatOps.Platform.Prometheus;

/// <inheritdoc/>
internal sealed class PrometheusClient(IHttpClientFactory http, IOptions<PrometheusOptions> options) : IPrometheus
{
    public const string HttpClient = "prometheus";

    private const int MaxFault = 300;

    public bool IsConfigured => !string.IsNullOrWhiteSpace(options.Value.Url);

    public async Task<IReadOnlyList<Sample>> QueryAsync(string expression, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync("query", [new("query", expression), new("time", Seconds(at))], cancellationToken);
        return Read(() => Samples(answer.RootElement.GetProperty("data")));
    }

    public async Task<IReadOnlyList<SampleSeries>> QueryRangeAsync(
        string expression, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync(
            "query_range",
            [
                new("query", expression), new("start", Seconds(from)), new("end", Seconds(to)),
                new("step", step.TotalSeconds.ToString(CultureInfo.InvariantCulture))
            ],
            cancellationToken);
        return Read(() => answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(series => new SampleSeries(Labels(series), [.. series.GetProperty("values").EnumerateArray().Select(Point)])).ToList());
    }

    private async Task<JsonDocument> AskAsync(string what, KeyValuePair<string, string>[] form, CancellationToken cancellationToken)
    {
        if (options.Value.Url is not { Length: > 0 } url)
            throw new PrometheusException(
                "No Prometheus is configured (ChatOps:Prometheus:Url).")
            { Fault = PrometheusFault.NotConfigured };
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"{url.TrimEnd('/')}/api/v1/{what}")
        { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.ParseAdd("application/json");
        JsonDocument? answer = null;
        try
        {
            using var client = http.CreateClient(HttpClient);
            using var response = await client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            answer = Parse(body);
            if (response.IsSuccessStatusCode && answer?.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("status", out var status) && status.ValueEquals("success"))
                return answer;
            throw Refusal(response.StatusCode, answer?.RootElement);
        }
        catch (Exception fault) when (fault is HttpRequestException or ExecutionRejectedException or TaskCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            answer?.Dispose();
            throw new PrometheusException("Prometheus does not answer.", fault);
        }
        catch (Exception fault) when (fault is AmazonServiceException or AmazonClientException)
        {
            // The request was to be signed, and the account's role cannot be assumed.
            answer?.Dispose();
            throw new PrometheusException(
                $"AWS gives no credentials for Prometheus: {Slack.Blocks.TextCut.Plain(fault.Message, MaxFault)}",
                fault)
            { Fault = PrometheusFault.Denied };
        }
        catch
        {
            answer?.Dispose();
            throw;
        }
    }

    private static PrometheusException Refusal(HttpStatusCode status, JsonElement? answer)
    {
        // Prometheus says 'error'; what stands before it, AMP's front among them, 'message'.
        var text = Slack.Blocks.TextCut.Plain(Text(answer, "error") ?? Text(answer, "message") ?? Text(answer, "Message") ?? string.Create(
            CultureInfo.InvariantCulture, $"HTTP {(int)status}"), MaxFault);
        return new PrometheusException($"Prometheus says: {text}")
        {
            Fault = status switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => PrometheusFault.Denied,
                HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => PrometheusFault.BadQuery,
                _ => PrometheusFault.Unavailable,
            },
        };
    }

    private static string? Text(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var text)
            && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static List<Sample> Samples(JsonElement data)
    {
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() switch
        {
            "vector" => [.. result.EnumerateArray().Select(series => Of(Labels(series), series.GetProperty("value")))],
            "scalar" => [Of(new Dictionary<string, string>(), result)],
            var other => throw new PrometheusException(
                $"The expression gives a " +
                $"{(other == "matrix" ? "range of values per series; wrap it in a function such as rate()" : other)}.")
            {
                Fault = PrometheusFault.BadQuery,
            },
        };
    }

    private static Sample Of(IReadOnlyDictionary<string, string> labels, JsonElement value)
    {
        var (at, number) = Point(value);
        return new Sample(labels, at, number);
    }

    private static Dictionary<string, string> Labels(JsonElement series) =>
        series.GetProperty("metric").EnumerateObject()
            .ToDictionary(label => label.Name, label => label.Value.GetString() ?? "", StringComparer.Ordinal);

    private static (DateTimeOffset At, double Value) Point(JsonElement pair) =>
        (DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(pair[0].GetDouble() * 1000)), Number(pair[1].GetString()));

    /// <summary>As Go writes it: infinities by name, which .NET writes otherwise.</summary>
    private static double Number(string? text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text ?? "", NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string Seconds(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() / 1000m).ToString(CultureInfo.InvariantCulture);

    private static JsonDocument? Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException or FormatException
            or IndexOutOfRangeException)
        {
            throw new PrometheusException("Prometheus' answer cannot be read.", fault);
        }
    }
}
