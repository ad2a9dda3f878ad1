using ChatOps.Aws;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// <c>POST /events/sns</c>: an SNS HTTPS subscription. A topic that is not listed gets 403, a bad signature 401; when SNS's certificate
/// cannot be had, 503, and SNS tries again. Subscriptions of listed topics are confirmed.
/// </summary>
internal static partial class SnsEndpoint
{
    public const string Path = "/events/sns";

    public static async Task<Results<Ok, ProblemHttpResult>> HandleAsync(
        HttpContext context, IEventInbox inbox, ISnsEnvelopeVerifier verifier, SnsKinds kinds, ILoggerFactory loggers)
    {
        var (body, refusal) = await IngestRequest.ReadAsync(context, isKnown: false);
        if (refusal is not null) return refusal;
        if (!SnsEnvelope.TryParse(body, out var envelope, out var error)) return IngestRequest.Malformed(error);
        if (!verifier.AllowsTopic(envelope.TopicArn))
            return IngestRequest.Forbidden("The topic is not listed in ChatOps:Ingest:Sns:TopicArns.");
        var verdict = await verifier.Verify(envelope, context.RequestAborted);
        if (!verdict.IsOk)
            return verdict.Verdict == SnsVerdict.Unavailable
                ? IngestRequest.Unavailable(context, verdict.Reason)
                : IngestRequest.Unauthorized(verdict.Reason);

        var logger = loggers.CreateLogger(typeof(SnsEndpoint));
        switch (envelope.Type)
        {
            case SnsEnvelope.Notification:
                return await IngestRequest.AcceptAsync(inbox, Incoming.Of(envelope, "sns", kinds), context);
            case SnsEnvelope.SubscriptionConfirmation:
                var confirmed = await verifier.ConfirmSubscription(envelope, context.RequestAborted);
                if (confirmed.IsOk)
                {
                    LogConfirmed(logger, envelope.TopicArn);
                    return TypedResults.Ok();
                }

                LogNotConfirmed(logger, envelope.TopicArn, confirmed.Reason);
                return confirmed.Verdict == SnsVerdict.Unavailable
                    ? IngestRequest.Unavailable(context, confirmed.Reason)
                    : IngestRequest.Forbidden(confirmed.Reason);
            default:
                LogUnsubscribed(logger, envelope.TopicArn);
                return TypedResults.Ok();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Confirmed the subscription to {Topic}")]
    private static partial void LogConfirmed(ILogger logger, string topic);

    [LoggerMessage(Level = LogLevel.Error, Message = "The subscription to {Topic} could not be confirmed: {Reason}")]
    private static partial void LogNotConfirmed(ILogger logger, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody unsubscribed us from {Topic}; nothing comes from it any more")]
    private static partial void LogUnsubscribed(ILogger logger, string topic);
}
