using Amazon.Runtime;
using ChatOps.Aws;

namespace ChatOps.Costs;

/// <summary>Why AWS did not say something, as a code for people: an answer whose one part fails keeps its others.</summary>
internal static class CostFault
{
    /// <summary>The limit of requests to Cost Explorer is reached.</summary>
    public const string RequestLimit = "RequestLimit";

    /// <summary>No answer came.</summary>
    public const string Unreachable = "Unreachable";

    /// <summary>The code; null for what is no refusal of AWS or of the limit, such as a fault of ours.</summary>
    public static string? CodeOf(Exception fault) => fault switch
    {
        UserFacingException { Key: "cost.limit" } => RequestLimit,
        UnknownAwsAccountException => "NoAccount",
        AmazonServiceException service => string.IsNullOrEmpty(service.ErrorCode) ? Unreachable : service.ErrorCode,
        TimeoutException or HttpRequestException => Unreachable,
        _ => null,
    };

    /// <summary>Whether a code says that the role lacks a permission.</summary>
    public static bool IsDenied(string code) => code is "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation";

    /// <summary>Reads a part of an answer: its value, or why there is none.</summary>
    public static async Task<(T? Value, string? Fault)> TryAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return (await read(), null);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && CodeOf(fault) is not null)
        {
            return (default, CodeOf(fault));
        }
    }
}
