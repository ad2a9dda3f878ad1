using System.Net;
using Amazon.Runtime;

namespace ChatOps.Aws;

/// <summary>What kind of refusal an AWS error is, whichever service it came from.</summary>
public enum AwsErrorKind
{
    /// <summary>None of the others: see the code.</summary>
    Other,
    /// <summary>Too many calls; try later.</summary>
    Throttled,
    /// <summary>The service is at fault or away; try later.</summary>
    Unavailable,
    /// <summary>The role may not do this, or the credentials are not valid.</summary>
    AccessDenied,
    /// <summary>What was asked for does not exist.</summary>
    NotFound,
    /// <summary>The request is wrong: trying again does not help.</summary>
    Invalid,
}

/// <summary>A refusal by an AWS service that we call ourselves; AWS's code and message are kept.</summary>
public sealed class AwsServiceException(
    string message, Exception? inner, ErrorType type, string errorCode, string requestId, HttpStatusCode status)
    : AmazonServiceException(message, inner, type, errorCode, requestId, status)
{
    /// <summary>What kind of refusal it is.</summary>
    public AwsErrorKind Kind => AwsErrors.KindOf(this);
}

/// <summary>Sorts AWS's errors, our clients' and the packages' alike.</summary>
public static class AwsErrors
{
    /// <summary>By AWS's code where there is one, else by HTTP status: a 503 with an empty body has no code.</summary>
    public static AwsErrorKind KindOf(AmazonServiceException error) => error.ErrorCode switch
    {
        "Throttling" or "ThrottlingException" or "ThrottledException" or "TooManyRequestsException" or "RequestLimitExceeded"
            or "RequestThrottled" or "RequestThrottledException" or "SlowDown" or "LimitExceededException" or "PriorRequestNotComplete"
            or "ProvisionedThroughputExceededException" or "BandwidthLimitExceeded" or "EC2ThrottledException" => AwsErrorKind.Throttled,
        "AccessDenied" or "AccessDeniedException" or "InvalidAccessException" or "UnauthorizedOperation" or "UnauthorizedException"
            or "UnrecognizedClientException" or "InvalidClientTokenId" or "ExpiredToken" or "ExpiredTokenException"
            or "InvalidSignatureException" or "SignatureDoesNotMatch" or "MissingAuthenticationToken" or "OptInRequired" =>
                AwsErrorKind.AccessDenied,
        "InternalException" or "InternalFailure" or "InternalServerError" or "InternalServiceException" or "InternalError"
            or "ServiceUnavailable" or "ServiceUnavailableException" => AwsErrorKind.Unavailable,
        "NoSuchBucket" or "NoSuchEntity" or "NoSuchKey" or "InvalidDocument" or "ParameterNotFound" => AwsErrorKind.NotFound,
        // EC2 says InvalidGroup.NotFound, Systems Manager AutomationExecutionNotFoundException.
        { } code when code.EndsWith("NotFound", StringComparison.Ordinal) || code.EndsWith("NotFoundException", StringComparison.Ordinal) =>
            AwsErrorKind.NotFound,
        { } code when code.StartsWith("Invalid", StringComparison.Ordinal)
            || code is "ValidationException" or "ValidationError" or "SerializationException"
            => AwsErrorKind.Invalid,
        _ => ByStatus(error.StatusCode),
    };

    /// <summary>The code that stands for a status when AWS sent none; the SDK's retries go by codes.</summary>
    internal static string CodeFor(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests => "TooManyRequestsException",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "AccessDeniedException",
        HttpStatusCode.NotFound => "ResourceNotFoundException",
        HttpStatusCode.ServiceUnavailable => "ServiceUnavailable",
        >= HttpStatusCode.InternalServerError => "InternalFailure",
        _ => "UnknownError",
    };

    private static AwsErrorKind ByStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests => AwsErrorKind.Throttled,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => AwsErrorKind.AccessDenied,
        HttpStatusCode.NotFound => AwsErrorKind.NotFound,
        >= HttpStatusCode.InternalServerError => AwsErrorKind.Unavailable,
        // No status at all: the service was never reached.
        0 => AwsErrorKind.Unavailable,
        _ => AwsErrorKind.Other,
    };
}
