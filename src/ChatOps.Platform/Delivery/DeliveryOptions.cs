using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Delivery;

/// <summary>
/// How fast and how much is posted. Section <c>ChatOps:Delivery</c>; the defaults are Slack's limits and what people can read.
/// </summary>
public sealed class DeliveryOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Delivery";

    /// <summary>The least time between two posts in a channel; Slack allows about one a second.</summary>
    public TimeSpan PostInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// New messages that a channel takes in a minute, at least 2; the last place is kept for the storm message. Replies do not count.
    /// </summary>
    public int PlacesPerMinute { get; set; } = 20;

    /// <summary>How many new subjects of one group are posted by themselves within a minute before the group forms.</summary>
    public int GroupAfter { get; set; } = 10;

    /// <summary>A group or storm that nothing joined for so long is over; the next burst makes a new message.</summary>
    public TimeSpan QuietAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The least time between two updates of a group or storm message.</summary>
    public TimeSpan BurstUpdateInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Updates of messages in a minute over all channels: Slack's tier 3 is 50, the rest is left to answers to people.</summary>
    public int UpdatesPerMinute { get; set; } = 45;

    /// <summary>The channel for what cannot be posted where its route says.</summary>
    public string FallbackChannel { get; set; } = "general";

    /// <summary>Who is written to when neither the route's channel nor the fallback takes a message; e-mail addresses, none as shipped.
    /// </summary>
    public IList<string> FallbackMail { get; init; } = [];

    /// <summary>How often work is looked for that nobody announced: left by a crash, or by another replica.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Names every fault of the section at once.</summary>
internal sealed class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>
{
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        List<string> faults = [];
        if (options.PostInterval < TimeSpan.Zero) faults.Add("ChatOps:Delivery:PostInterval must not be negative.");
        if (options.PlacesPerMinute < 2) faults.Add("ChatOps:Delivery:PlacesPerMinute must be at least 2.");
        if (options.GroupAfter < 1) faults.Add("ChatOps:Delivery:GroupAfter must be at least 1.");
        if (options.UpdatesPerMinute < 1) faults.Add("ChatOps:Delivery:UpdatesPerMinute must be at least 1.");
        if (options.QuietAfter <= TimeSpan.Zero) faults.Add("ChatOps:Delivery:QuietAfter must be positive.");
        if (options.BurstUpdateInterval < TimeSpan.Zero) faults.Add("ChatOps:Delivery:BurstUpdateInterval must not be negative.");
        if (options.SweepInterval <= TimeSpan.Zero) faults.Add("ChatOps:Delivery:SweepInterval must be positive.");
        foreach (var address in options.FallbackMail.Where(address => !address.Contains('@', StringComparison.Ordinal)))
            faults.Add($"ChatOps:Delivery:FallbackMail: '{address}' is no e-mail address.");
        if (string.IsNullOrWhiteSpace(options.FallbackChannel)) faults.Add("ChatOps:Delivery:FallbackChannel must name a channel.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
