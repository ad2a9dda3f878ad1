namespace ChatOps.Sandbox.Aws.Protocols;

/// <summary>An error as a service reports it: the code clients switch on, and a sentence.</summary>
internal sealed class AwsFault(string code, string message, int status = 400) : Exception(message)
{
    public string Code { get; } = code;

    public int Status { get; } = status;

    /// <summary>The older code that SQS sends beside its JSON error (<c>x-amzn-query-error</c>).</summary>
    public string? QueryCode { get; init; }

    public static AwsFault UnknownOperation(string service, string operation) => new(
        "UnknownOperationException",
        $"The sandbox does not serve {operation} of {service}.",
        404);
}
