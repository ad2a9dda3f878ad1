using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ChatOps.Sandbox.Aws.Protocols;

/// <summary>Errors, each in its protocol's own form; a client that meets another form reports "Unknown".</summary>
internal static class FaultAnswers
{
    public static AwsAnswer Write(AwsFault fault, AwsProtocol protocol, string service, string requestId, string resource) =>
        protocol switch
        {
            AwsProtocol.Json10 or AwsProtocol.Json11 => Json(fault, protocol, service),
            AwsProtocol.RestJson => RestJson(fault),
            AwsProtocol.Ec2Query => AwsAnswer.Xml(fault.Status, new XElement(
                "Response",
                new XElement("Errors", new XElement("Error", new XElement("Code", fault.Code), new XElement("Message", fault.Message))),
                new XElement("RequestID", requestId))),
            AwsProtocol.RestXml => AwsAnswer.Xml(fault.Status, new XElement(
                "Error",
                new XElement("Code", fault.Code),
                new XElement("Message", fault.Message),
                new XElement("Resource", resource),
                new XElement("RequestId", requestId))),
            _ => AwsAnswer.Xml(fault.Status, new XElement(
                "ErrorResponse",
                new XElement(
                    "Error",
                    new XElement("Type", fault.Status < 500 ? "Sender" : "Receiver"),
                    new XElement("Code", fault.QueryCode ?? fault.Code),
                    new XElement("Message", fault.Message)),
                new XElement("RequestId", requestId))),
        };

    private static AwsAnswer Json(AwsFault fault, AwsProtocol protocol, string service)
    {
        var type = service == "sqs" ? "com.amazonaws.sqs#" + fault.Code : fault.Code;
        var body = new JsonObject { ["__type"] = type, ["message"] = fault.Message };
        return new AwsAnswer(fault.Status, AwsAnswer.JsonType(protocol), AwsAnswer.Bytes(body))
        {
            Headers = fault.QueryCode is { } old ? [("x-amzn-query-error", old + (fault.Status < 500 ? ";Sender" : ";Receiver"))] : [],
        };
    }

    private static AwsAnswer RestJson(AwsFault fault) => new(
        fault.Status,
        "application/json",
        AwsAnswer.Bytes(new JsonObject { ["Message"] = fault.Message, ["Code"] = fault.Code }))
    {
        Headers = [("x-amzn-ErrorType", fault.Code)],
    };

    /// <summary>The faults of authentication and throttling, which every protocol names differently.</summary>
    public static AwsFault UnknownKey(AwsProtocol protocol) => protocol switch
    {
        AwsProtocol.RestXml => new("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403),
        AwsProtocol.Ec2Query => new("AuthFailure", "AWS was not able to validate the provided access credentials", 401),
        AwsProtocol.Query => new("InvalidClientTokenId", "The security token included in the request is invalid.", 403),
        _ => new(
            "UnrecognizedClientException", "The security token included in the request is invalid.",
            protocol == AwsProtocol.RestJson ? 403 : 400),
    };

    public static AwsFault WrongSignature(AwsProtocol protocol, string? reason = null)
    {
        var message = reason
            ?? "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and " +
                "signing method. Consult the service documentation for details.";
        return protocol switch
        {
            AwsProtocol.RestXml when reason is not null =>
                new("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", 403),
            AwsProtocol.Ec2Query when reason is not null => new("RequestExpired", "Request has expired.", 400),
            AwsProtocol.Ec2Query => new("AuthFailure", "AWS was not able to validate the provided access credentials", 401),
            AwsProtocol.RestXml or AwsProtocol.Query => new("SignatureDoesNotMatch", message, 403),
            AwsProtocol.RestJson => new("InvalidSignatureException", message, 403),
            _ => new("InvalidSignatureException", message),
        };
    }

    public static AwsFault ExpiredToken(AwsProtocol protocol) => protocol switch
    {
        AwsProtocol.RestXml => new("ExpiredToken", "The provided token has expired.", 400),
        AwsProtocol.Ec2Query => new("RequestExpired", "Request has expired."),
        AwsProtocol.Query => new("ExpiredToken", "The security token included in the request is expired", 403),
        _ => new(
            "ExpiredTokenException", "The security token included in the request is expired", protocol == AwsProtocol.RestJson ? 403 : 400),
    };

    public static AwsFault Unsigned(AwsProtocol protocol) => protocol switch
    {
        AwsProtocol.RestXml => new("AccessDenied", "Access Denied", 403),
        AwsProtocol.Query or AwsProtocol.Ec2Query => new("MissingAuthenticationToken", "Request is missing Authentication Token", 403),
        _ => new("MissingAuthenticationTokenException", "Missing Authentication Token", 403),
    };

    public static AwsFault Throttled(AwsProtocol protocol) => protocol switch
    {
        AwsProtocol.RestXml => new("SlowDown", "Please reduce your request rate.", 503),
        AwsProtocol.Ec2Query => new("RequestLimitExceeded", "Request limit exceeded.", 503),
        AwsProtocol.Query => new("Throttling", "Rate exceeded"),
        AwsProtocol.RestJson => new("TooManyRequestsException", "Too Many Requests", 429),
        _ => new("ThrottlingException", "Rate exceeded") { QueryCode = null },
    };
}
