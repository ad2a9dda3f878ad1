using System.Globalization;
using System.Text;
using ChatOps.Slack.Interactions;
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
        var services = context.RequestServices;
        var time = services.GetRequiredService<TimeProvider>();
        var share = services.GetRequiredService<BodyBudgets>().Known.Begin();
        // What is kept of the body is held until the answer.
        context.Response.RegisterForDispose(share);
        using var late = new CancellationTokenSource(BodyReader.Within, time);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, share.GivenUp, late.Token);
        AlertmanagerBody? body;
        try
        {
            body = await AlertmanagerBody.ReadAsync(context.Request.Body, share.TryGrow, until.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            body = null;
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

        if (body is null)
        {
            // What is still to come of it is not waited for.
            context.Response.Headers.Connection = "close";
            return IngestRequest.Unavailable(context, "There is no memory for the body now, or it came too slowly. Send it again.");
        }

        share.Complete();
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
