using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatOps.Platform.Ingest;

/// <summary><c>POST /events/alertmanager</c>: Alertmanager's webhook (version 4), with <c>Authorization: Bearer</c>.</summary>
internal static class AlertmanagerEndpoint
{
    public const string Path = "/events/alertmanager";
    public const string Kind = "alertmanager/webhook";

    private const int MaxDepth = 32;

    public static async Task<Results<Ok, ProblemHttpResult>> HandleAsync(HttpContext context, IEventInbox inbox)
    {
        var (body, refusal) = await IngestRequest.ReadAsync(context, isKnown: true);
        if (refusal is not null) return refusal;
        body = StorableText.CleanJson(body);
        return TryIdentify(body, out var identity, out var error)
            ? await IngestRequest.AcceptAsync(
                inbox,
                [new IncomingEvent(Incoming.Key("alertmanager", identity), "alertmanager", Kind, Encoding.UTF8.GetString(body.Span))],
                context)
            : IngestRequest.Malformed(error);
    }

    /// <summary>
    /// A notification is told by its group and by what it says of each alert: fingerprint, status, start. Alertmanager repeats it word
    /// for word after <c>repeat_interval</c> and from each of its replicas.
    /// </summary>
    internal static bool TryIdentify(
        ReadOnlyMemory<byte> body, [NotNullWhen(true)] out string? identity, [NotNullWhen(false)] out string? error)
    {
        (identity, error) = (null, null);
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) error = "Expected an Alertmanager notification (an object).";
            else if (!root.TryGetProperty("groupKey", out var group) || group.ValueKind != JsonValueKind.String)
                error = "'groupKey' is missing or not text.";
            else if (!root.TryGetProperty("alerts", out var alerts) || alerts.ValueKind != JsonValueKind.Array)
                error = "'alerts' is missing or not an array.";
            else if (alerts.EnumerateArray().Any(alert => alert.ValueKind != JsonValueKind.Object))
                error = "'alerts' holds something that is not an object.";
            else
            {
                var incoming = alerts.EnumerateArray().Select(
                    alert => $"{Text(alert, "fingerprint")}\n{Text(alert, "status")}\n{Text(alert, "startsAt")}");
                identity = Incoming.Hash(
                    string.Join("\n\n", [group.GetString()!, Text(root, "status"), .. incoming.Order(StringComparer.Ordinal)]));
            }
        }
        catch (JsonException fault)
        {
            error = fault.Message.Contains("depth", StringComparison.OrdinalIgnoreCase)
                ? $"The JSON is nested deeper than {MaxDepth} levels."
                : $"The body is not valid JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}).";
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is JSON, but not text.
            error = "A field is not valid Unicode text.";
        }

        return identity is not null;
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
