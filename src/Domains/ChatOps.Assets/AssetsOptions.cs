using Microsoft.Extensions.Options;

namespace ChatOps.Assets;

/// <summary>The <c>ChatOps:Assets</c> section.</summary>
internal sealed class AssetsOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Assets";

    /// <summary>How old the inventory of an account and Region may become before it is synced again.</summary>
    public TimeSpan SyncEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a run that failed rests before it goes on.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// What was seen so shortly before a run began is not taken for deleted because the run does not list it: AWS Config needs
    /// minutes to know what CloudTrail has told us at once.
    /// </summary>
    public TimeSpan DeletionGrace { get; set; } = TimeSpan.FromMinutes(15);

}

/// <summary>What these options may be.</summary>
internal sealed class AssetsOptionsValidator : IValidateOptions<AssetsOptions>
{
    public ValidateOptionsResult Validate(string? name, AssetsOptions options)
    {
        var faults = new List<string>();
        if (options.SyncEvery < TimeSpan.FromMinutes(1))
            faults.Add($"{AssetsOptions.Section}:SyncEvery is {options.SyncEvery}; the least is a minute.");
        if (options.RetryAfter < TimeSpan.Zero) faults.Add($"{AssetsOptions.Section}:RetryAfter is negative.");
        if (options.DeletionGrace < TimeSpan.Zero) faults.Add($"{AssetsOptions.Section}:DeletionGrace is negative.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
