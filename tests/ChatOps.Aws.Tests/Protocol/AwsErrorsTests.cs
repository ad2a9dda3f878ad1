using System.Net;
using Amazon.Runtime;

namespace ChatOps.Aws.Tests;

public class AwsErrorsTests
{
    [Theory]
    [InlineData("ThrottlingException", HttpStatusCode.BadRequest, AwsErrorKind.Throttled)]
    [InlineData("LimitExceededException", HttpStatusCode.TooManyRequests, AwsErrorKind.Throttled)]
    [InlineData("InternalException", HttpStatusCode.InternalServerError, AwsErrorKind.Unavailable)]
    [InlineData("InvalidAccessException", HttpStatusCode.Unauthorized, AwsErrorKind.AccessDenied)]
    [InlineData("ExpiredTokenException", HttpStatusCode.BadRequest, AwsErrorKind.AccessDenied)]
    [InlineData("AutomationExecutionNotFoundException", HttpStatusCode.BadRequest, AwsErrorKind.NotFound)]
    [InlineData("InvalidGroup.NotFound", HttpStatusCode.BadRequest, AwsErrorKind.NotFound)]
    [InlineData("NoSuchBucket", HttpStatusCode.NotFound, AwsErrorKind.NotFound)]
    [InlineData("InvalidInputException", HttpStatusCode.BadRequest, AwsErrorKind.Invalid)]
    [InlineData("InvalidParameters", HttpStatusCode.BadRequest, AwsErrorKind.Invalid)]
    [InlineData("Unheard", HttpStatusCode.NotFound, AwsErrorKind.NotFound)]
    [InlineData("Unheard", HttpStatusCode.Conflict, AwsErrorKind.Other)]
    [InlineData(null, HttpStatusCode.ServiceUnavailable, AwsErrorKind.Unavailable)]
    [InlineData(null, (HttpStatusCode)0, AwsErrorKind.Unavailable)]
    public void Errors_of_any_service_are_sorted_by_code_and_then_by_status(string? code, HttpStatusCode status, AwsErrorKind kind) =>
        Assert.Equal(kind, AwsErrors.KindOf(new AmazonServiceException("m", null, ErrorType.Unknown, code, "r", status)));
}
