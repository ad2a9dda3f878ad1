using ChatOps.Aws;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// <c>POST /events/eventbridge</c>: an EventBridge API destination sends one event or an array of them, with <c>X-Api-Key</c>; the function
/// of a custom Config rule may forward its invocation.
/// </summary>
internal static class EventBridgeEndpoint
{
    public const string Path = "/events/eventbridge";

    public static async Task<Results<Ok, ProblemHttpResult>> HandleAsync(HttpContext context, IEventInbox inbox)
    {
        var (body, refusal) = await IngestRequest.ReadAsync(context, isKnown: true);
        if (refusal is not null) return refusal;
        body = StorableText.CleanJson(body);
        if (EventBridgeEnvelope.TryParse(body, out var events, out var error))
            return await IngestRequest.AcceptAsync(inbox, [.. events.Select(item => Incoming.Of(item, "eventbridge"))], context);
        return Incoming.TryConfigRule(body, "eventbridge", out var rule)
            ? await IngestRequest.AcceptAsync(inbox, [rule], context)
            : IngestRequest.Malformed(error);
    }
}
