using System.Text.Unicode;
using ChatOps.Slack.Interactions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Platform.Ingest;

/// <summary>What every door asks of a request: a body of a size we take, and durable storage before the answer.</summary>
internal static class IngestRequest
{
    /// <summary>The largest body that is taken, in bytes: 1 MiB, four times what SNS, SQS and EventBridge can send.</summary>
    public const int MaxBody = 1024 * 1024;

    /// <summary>The whole body, or the answer that refuses it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isKnown">Whether the sender is known already, by a key or token; otherwise the body alone can tell.</param>
    public static async Task<(ReadOnlyMemory<byte> Body, ProblemHttpResult? Refusal)> ReadAsync(HttpContext context, bool isKnown)
    {
        var request = context.Request;
        if (request.ContentLength > MaxBody) return (default, TooLarge());
        var budgets = context.RequestServices.GetRequiredService<BodyBudgets>();
        var share = (isKnown ? budgets.Known : budgets.Strangers).Begin();
        // What is read of the body is held until the answer.
        context.Response.RegisterForDispose(share);
        BodyOutcome outcome;
        byte[] buffer;
        int length;
        try
        {
            (outcome, buffer, length) = await BodyReader.ReadAsync(
                request.Body, MaxBody, 0, share, context.RequestServices.GetRequiredService<TimeProvider>(), context.RequestAborted);
        }
        catch (BadHttpRequestException fault)
        {
            return (default, Refuse(fault.StatusCode, "The request could not be read."));
        }

        switch (outcome)
        {
            case BodyOutcome.TooLarge:
                return (default, TooLarge());
            case BodyOutcome.NoPlace or BodyOutcome.TooSlow:
                // What is still to come of the body is not waited for.
                context.Response.Headers.Connection = "close";
                return (default, Unavailable(context, "There is no memory for the body now, or it came too slowly. Send it again."));
        }

        if (length == 0) return (default, Malformed("The body is empty."));
        return Utf8.IsValid(buffer.AsSpan(0, length))
            ? (buffer.AsMemory(0, length), null)
            : (default, Malformed("The body is not valid UTF-8."));
    }

    /// <summary>Commits the events, then answers; a duplicate gets the same answer as the first.</summary>
    public static async Task<Results<Ok, ProblemHttpResult>> AcceptAsync(
        IEventInbox inbox, IReadOnlyList<IncomingEvent> events, HttpContext context)
    {
        try
        {
            await inbox.AcceptAsync(events, context.RequestAborted);
            return TypedResults.Ok();
        }
        catch (InboxUnavailableException)
        {
            return Unavailable(context, "The event could not be stored. Send it again.");
        }
    }

    /// <summary>400: the sender must change something.</summary>
    public static ProblemHttpResult Malformed(string what) => Refuse(StatusCodes.Status400BadRequest, what);

    /// <summary>401: the sender is not known.</summary>
    public static ProblemHttpResult Unauthorized(string what) => Refuse(StatusCodes.Status401Unauthorized, what);

    /// <summary>403: the sender is known, and still may not.</summary>
    public static ProblemHttpResult Forbidden(string what) => Refuse(StatusCodes.Status403Forbidden, what);

    /// <summary>503: the same request may pass later.</summary>
    public static ProblemHttpResult Unavailable(HttpContext context, string what)
    {
        context.Response.Headers.RetryAfter = "5";
        return Refuse(StatusCodes.Status503ServiceUnavailable, what);
    }

    private static ProblemHttpResult TooLarge() =>
        Refuse(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MaxBody} bytes.");

    private static ProblemHttpResult Refuse(int status, string what) => TypedResults.Problem(statusCode: status, detail: what);
}
