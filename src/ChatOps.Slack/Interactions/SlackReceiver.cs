using System.Text.Json;
using ChatOps.Slack.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ChatOps.Slack.Interactions;

/// <summary>
/// Slack's four addresses. Each reads the raw body once into a pooled buffer, verifies it there, and acknowledges as soon as may be.
/// Commands are the hot path: no binding, no scope, no log line before the acknowledgement.
/// </summary>
internal sealed partial class SlackReceiver(
    SlackRequestVerifier verifier, CommandQueue commands, InteractionDispatch dispatch, SlackMetrics metrics, BodyBudgets budgets,
    TimeProvider time, ILogger<SlackReceiver> logger)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    /// <summary>POST /slack/commands</summary>
    public async Task Command(HttpContext http)
    {
        using var body = await RequestBody.Read(http.Request, budgets, time);
        if (Problem(http, body) is { } problem)
        {
            await Refuse(http, problem);
            return;
        }

        if (!SlashCommandReader.TryRead(body.Span, out var command))
        {
            await Refuse(http, RequestProblem.Malformed("The body must be the form of a slash command, with 'command' and 'user_id'."));
            return;
        }

        // An empty 200 is the acknowledgement; the answer follows through response_url.
        if (!commands.TryAdd(command!))
        {
            var busy = new ResponseUrlBody(
                "ephemeral", await commands.Busy(command!, http.RequestAborted), null, false, null, null, null, null);
            await Answer(http, JsonSerializer.SerializeToUtf8Bytes(busy, SlackWireJson.Context.ResponseUrlBody));
        }
    }

    /// <summary>POST /slack/interactions and /slack/options</summary>
    public async Task Interaction(HttpContext http)
    {
        using var body = await RequestBody.Read(http.Request, budgets, time);
        if (Problem(http, body) is { } problem)
        {
            await Refuse(http, problem);
            return;
        }

        using var payload = Payload(body.Span);
        if (payload is null || !InteractionDispatch.IsWellFormed(payload.RootElement))
        {
            await Refuse(
                http,
                RequestProblem.Malformed(
                    "The body must be a form whose 'payload' is the JSON of an interaction, with 'type' and 'user', in UTF-8."));
            return;
        }

        await Answer(http, await dispatch.Dispatch(payload.RootElement));
    }

    /// <summary>POST /slack/events</summary>
    public async Task Event(HttpContext http)
    {
        using var body = await RequestBody.Read(http.Request, budgets, time);
        if (Problem(http, body) is { } problem)
        {
            await Refuse(http, problem);
            return;
        }

        using var envelope = Parse(body.Memory);
        switch (envelope?.RootElement.Text("type"))
        {
            case "url_verification" when envelope.RootElement.Text("challenge") is { } challenge:
                http.Response.ContentType = "text/plain; charset=utf-8";
                await http.Response.WriteAsync(challenge, http.RequestAborted);
                return;
            case "event_callback" when PayloadReader.Event(envelope.RootElement) is { } request:
                if (!dispatch.TryDispatch(request))
                {
                    // Slack sends it again, up to three times within the hour.
                    http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    http.Response.Headers.RetryAfter = "60";
                }

                return;
            case "app_rate_limited":
                RateLimited(logger, envelope.RootElement.Text("team_id") ?? "");
                return;
            case { Length: > 0 } and not "url_verification" and not "event_callback":
                // Slack adds kinds: one that we do not know is taken and counted.
                metrics.Unknown(InteractionKind.Event);
                return;
            default:
                await Refuse(http, RequestProblem.Malformed(
                    "The body must be the JSON of an event, with 'type' and, in an 'event_callback', 'event_id' and 'event'."));
                return;
        }
    }

    private RequestProblem? Problem(HttpContext http, in RequestBody body)
    {
        if (body.Problem is { } unread)
        {
            return unread;
        }

        var headers = http.Request.Headers;
        var timestamp = headers[SlackRequestVerifier.TimestampHeader];
        var signature = headers[SlackRequestVerifier.SignatureHeader];
        return timestamp.Count == 1 && signature.Count == 1 && verifier.IsValidInPlace(timestamp[0], signature[0], body.WithHeadroom)
            ? null
            : RequestProblem.NotSlack;
    }

    private static JsonDocument? Payload(ReadOnlySpan<byte> form)
    {
        var fields = new FormReader(form);
        while (fields.Next())
        {
            if (!fields.Name.SequenceEqual("payload"u8))
            {
                continue;
            }

            var json = new byte[fields.RawValue.Length];
            return FormReader.TryDecode(fields.RawValue, json, out var length) ? Parse(json.AsMemory(0, length)) : null;
        }

        return null;
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> json)
    {
        if (!WellFormedText.Has(json.Span))
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task Answer(HttpContext http, byte[]? json)
    {
        if (json is null)
        {
            return Task.CompletedTask;
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = json.Length;
        return http.Response.Body.WriteAsync(json, http.RequestAborted).AsTask();
    }

    private Task Refuse(HttpContext http, RequestProblem problem)
    {
        metrics.Rejected(problem.Title);
        Refused(logger, http.Request.Path, problem.Status, problem.Title);
        return problem.Write(http);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} refused with {Status}: {Title}")]
    private static partial void Refused(ILogger logger, PathString path, int status, string title);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack limits the events of team {TeamId}: some were not sent")]
    private static partial void RateLimited(ILogger logger, string teamId);
}
