using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Platform.Ingest;

/// <summary><c>POST /events/alertmanager</c>: Alertmanager's webhook (version 4), with <c>Authorization: Bearer</c>.</summary>
internal static class AlertmanagerEndpoint
{
    public const string Path = "/events/alertmanager";
    public const string Kind = "alertmanager/webhook";

    /// <summary>
    /// Replicas tell the same within seconds, and that is one event. After <c>repeat_interval</c> it is told again, which says that it
    /// still fires.
    /// </summary>
    private static readonly TimeSpan SameWithin = TimeSpan.FromMinutes(10);

    public static async Task<Results<Ok, ProblemHttpResult>> HandleAsync(HttpContext context, IEventInbox inbox)
    {
        if (context.Request.ContentLength > AlertmanagerBody.MaxBody)
            return TooLarge($"The body is larger than {AlertmanagerBody.MaxBody} bytes.");
        AlertmanagerBody body;
        try
        {
            body = await AlertmanagerBody.ReadAsync(context.Request.Body, context.RequestAborted);
        }
        catch (FormatException fault)
        {
            return IngestRequest.Malformed(fault.Message);
        }
        catch (InvalidDataException fault)
        {
            return TooLarge(fault.Message);
        }
        catch (BadHttpRequestException fault)
        {
            return TypedResults.Problem(statusCode: fault.StatusCode, detail: "The request could not be read.");
        }

        var time = context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
        var turn = (time.GetUtcNow().Ticks / SameWithin.Ticks).ToString(CultureInfo.InvariantCulture);
        var json = StorableText.CleanJson(Encoding.UTF8.GetBytes(body.ToJson()));
        return await IngestRequest.AcceptAsync(
            inbox,
            [
                new IncomingEvent(
                    Incoming.Key("alertmanager", $"{body.Identity}@{turn}"), "alertmanager", Kind, Encoding.UTF8.GetString(json.Span)),
            ],
            context);
    }

    private static ProblemHttpResult TooLarge(string what) =>
        TypedResults.Problem(statusCode: StatusCodes.Status413PayloadTooLarge, detail: what);
}
