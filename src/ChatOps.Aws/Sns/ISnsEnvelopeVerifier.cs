namespace ChatOps.Aws;

/// <summary>Whether a message is what SNS sent from a topic we listen to.</summary>
public interface ISnsEnvelopeVerifier
{
    /// <summary>Whether the topic is listed in <c>ChatOps:Ingest:Sns:TopicArns</c>: all that is asked of what comes through SQS.</summary>
    bool AllowsTopic(string topicArn);

    /// <summary>Checks topic, age, certificate and signature, the cheap checks first.</summary>
    ValueTask<SnsVerification> Verify(SnsEnvelope envelope, CancellationToken cancellation = default);

    /// <summary>Confirms the subscription of a listed topic; the envelope must have been verified.</summary>
    Task<SnsVerification> ConfirmSubscription(SnsEnvelope envelope, CancellationToken cancellation = default);
}

/// <summary>How a check ended.</summary>
public enum SnsVerdict
{
    /// <summary>Genuine, or done.</summary>
    Ok,
    /// <summary>Refused for good: answer 4xx, SNS does not try again.</summary>
    Rejected,
    /// <summary>Could not be decided, because SNS's certificate or confirmation could not be had: answer 5xx, SNS tries again.</summary>
    Unavailable,
}

/// <summary>The verdict, and the reason in one sentence unless it is Ok. The reason holds no secret.</summary>
public readonly record struct SnsVerification(SnsVerdict Verdict, string Reason)
{
    /// <summary>Genuine, or done.</summary>
    public static SnsVerification Ok { get; } = new(SnsVerdict.Ok, "");

    /// <summary>Refused for good.</summary>
    public static SnsVerification Rejected(string reason) => new(SnsVerdict.Rejected, reason);

    /// <summary>Could not be decided now.</summary>
    public static SnsVerification Unavailable(string reason) => new(SnsVerdict.Unavailable, reason);

    /// <summary>Whether it is Ok.</summary>
    public bool IsOk => Verdict == SnsVerdict.Ok;
}
