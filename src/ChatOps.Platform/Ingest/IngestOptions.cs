using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Ingest;

/// <summary>How events enter. Section <c>ChatOps:Ingest</c>.</summary>
public sealed class IngestOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Ingest";

    /// <summary>EventBridge API destinations; without a key the endpoint answers 401 to everybody.</summary>
    public EventBridgeOptions EventBridge { get; set; } = new();

    /// <summary>Alertmanager's webhook; without a token the endpoint answers 401 to everybody.</summary>
    public AlertmanagerOptions Alertmanager { get; set; } = new();

    /// <summary>Queues that are read.</summary>
    public SqsOptions Sqs { get; set; } = new();

    /// <summary>How long finished events are kept, in days, 1 to 3650. A redelivery after that counts as new.</summary>
    public int RetentionDays { get; set; } = 30;

    /// <summary>How often an event is tried before it is set aside, 1 to 50. The waits between grow from 2 s to 5 min.</summary>
    public int MaxAttempts { get; set; } = 8;

    /// <summary>EventBridge's API destination.</summary>
    public sealed class EventBridgeOptions
    {
        /// <summary>What the connection sends as <c>X-Api-Key</c>; long and random.</summary>
        public string ApiKey { get; set; } = "";
    }

    /// <summary>Alertmanager's webhook.</summary>
    public sealed class AlertmanagerOptions
    {
        /// <summary>What it sends as <c>Authorization: Bearer</c>; long and random.</summary>
        public string BearerToken { get; set; } = "";
    }

    /// <summary>SQS queues.</summary>
    public sealed class SqsOptions
    {
        /// <summary>Their URLs; none reads none.</summary>
        public IList<string> QueueUrls { get; } = [];
    }
}

/// <summary>Names every fault of the section at once.</summary>
internal sealed class IngestOptionsValidator : IValidateOptions<IngestOptions>
{
    public ValidateOptionsResult Validate(string? name, IngestOptions options)
    {
        List<string> faults = [];
        if (options.RetentionDays is < 1 or > 3650) faults.Add("ChatOps:Ingest:RetentionDays must be between 1 and 3650.");
        if (options.MaxAttempts is < 1 or > 50) faults.Add("ChatOps:Ingest:MaxAttempts must be between 1 and 50.");
        for (var i = 0; i < options.Sqs.QueueUrls.Count; i++)
        {
            if (!Uri.TryCreate(options.Sqs.QueueUrls[i], UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
                faults.Add($"ChatOps:Ingest:Sqs:QueueUrls:{i} is not the URL of a queue.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
