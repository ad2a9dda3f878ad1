using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace ChatOps.Sandbox.Aws.Protocols;

/// <summary>How a service writes its requests, answers and errors.</summary>
internal enum AwsProtocol
{
    Json10,
    Json11,
    RestJson,
    Query,
    Ec2Query,
    RestXml,
}

/// <summary>Who signed a request.</summary>
internal sealed record AwsCaller(string AccountId, string Arn, string UserId)
{
    /// <summary>The caller of operations that need no signature (confirming a subscription).</summary>
    public static AwsCaller Anonymous { get; } = new("anonymous", "arn:aws:iam::aws:anonymous", "ANONYMOUS");
}

/// <summary>One authenticated request, parsed as its protocol says.</summary>
internal sealed record AwsCall
{
    public required AwsCaller Caller { get; init; }

    public required string Region { get; init; }

    public required string Service { get; init; }

    public required AwsProtocol Protocol { get; init; }

    /// <summary>The operation's name; for the REST protocols the service finds it by method and path.</summary>
    public string Operation { get; init; } = "";

    public required string Method { get; init; }

    /// <summary>The path as sent, still percent-encoded.</summary>
    public required string RawPath { get; init; }

    public required IReadOnlyDictionary<string, string> Query { get; init; }

    public required IHeaderDictionary Headers { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    public required string RequestId { get; init; }

    /// <summary>The body of the JSON protocols; empty when there was none.</summary>
    public JsonObject Json { get; init; } = [];

    /// <summary>The form of the query protocols.</summary>
    public FormParameters Form { get; init; } = FormParameters.Empty;

    public static IReadOnlyDictionary<string, string> ParseQuery(string query) =>
        QueryHelpers.ParseQuery(query).ToDictionary(p => p.Key, p => p.Value.ToString(), StringComparer.Ordinal);
}
