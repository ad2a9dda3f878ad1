using System.Buffers;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatOps.Platform.Ingest;

/// <summary>What every door asks of a request: a body of a size we take, and durable storage before the answer.</summary>
internal static class IngestRequest
{
    /// <summary>The largest body that is taken, in bytes: 1 MiB, four times what SNS, SQS and EventBridge can send.</summary>
    public const int MaxBody = 1024 * 1024;

    private const int FirstBuffer = 16 * 1024;

    /// <summary>The whole body, or the answer that refuses it.</summary>
    public static async Task<(ReadOnlyMemory<byte> Body, ProblemHttpResult? Refusal)> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength > MaxBody) return (default, TooLarge());
        var buffer = new ArrayBufferWriter<byte>((int)(request.ContentLength ?? FirstBuffer) + 1);
        while (true)
        {
            int read;
            try
            {
                read = await request.Body.ReadAsync(buffer.GetMemory(1), request.HttpContext.RequestAborted);
            }
            catch (BadHttpRequestException fault)
            {
                return (default, Refuse(fault.StatusCode, "The request could not be read."));
            }

            if (read == 0) break;
            buffer.Advance(read);
            if (buffer.WrittenCount > MaxBody) return (default, TooLarge());
        }

        if (buffer.WrittenCount == 0) return (default, Malformed("The body is empty."));
        return Utf8.IsValid(buffer.WrittenSpan) ? (buffer.WrittenMemory, null) : (default, Malformed("The body is not valid UTF-8."));
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
