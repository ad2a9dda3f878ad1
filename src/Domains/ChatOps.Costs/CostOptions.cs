using System.Net.Mail;
using ChatOps.Platform.Localization;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>Whose costs are looked at and what the looking may cost. Section <c>ChatOps:Costs</c>.</summary>
internal sealed class CostOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Costs";

    /// <summary>
    /// The account whose Cost Explorer answers <c>/cost</c>, digest and report: the payer's sees all. The first configured account when
    /// left out.
    /// </summary>
    public string? PayerAccount { get; set; }

    /// <summary>
    /// What is added up: <c>UnblendedCost</c>, <c>AmortizedCost</c>, <c>NetUnblendedCost</c>, <c>NetAmortizedCost</c> or
    /// <c>BlendedCost</c>.
    /// </summary>
    public string Metric { get; set; } = "UnblendedCost";

    /// <summary>How long an answer about days that AWS has not closed is good for. Cost Explorer itself learns three times a day.</summary>
    public TimeSpan KeepOpenDays { get; set; } = TimeSpan.FromHours(4);

    /// <summary>How long after its end (UTC) a day's costs are settled: what is reported and compared are such days alone.</summary>
    public TimeSpan SettleAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The most requests to Cost Explorer in a calendar month (UTC); each costs $0.01. 0 for no limit.</summary>
    public int MonthlyRequests { get; set; } = 3000;

    /// <summary>
    /// How many percent of <see cref="MonthlyRequests"/> are kept for what people ask and for digests: what keeps messages up to date stops
    /// before.
    /// </summary>
    public int KeptForPeople { get; set; } = 25;

    /// <summary>How often AWS is asked about a budget whose message is shown, while its period lasts.</summary>
    public TimeSpan RefreshBudgetsEvery { get; set; } = TimeSpan.FromHours(6);

    /// <summary>The tag whose absence makes costs 'untagged' in the digest.</summary>
    public string UntaggedKey { get; set; } = "Owner";

    /// <summary>The digest.</summary>
    public CostDigestOptions Digest { get; } = new();
}

/// <summary>Who gets the cost digest besides the channel.</summary>
internal sealed class CostDigestOptions
{
    /// <summary>Addresses that get it by e-mail; none when empty.</summary>
    public IList<string> Recipients { get; } = [];

    /// <summary>
    /// On which day of a month the digest of the month before comes closed, with tax, support and fees, as AWS bills it; later where AWS
    /// has not closed the bill by then.
    /// </summary>
    public int ClosedOn { get; set; } = 6;

    /// <summary>The language of the e-mail; the default language when left out.</summary>
    public string? Language { get; set; }
}

/// <summary>Names every fault of the section at once.</summary>
internal sealed class CostOptionsValidator : IValidateOptions<CostOptions>
{
    private static readonly string[] Metrics = ["UnblendedCost", "AmortizedCost", "NetUnblendedCost", "NetAmortizedCost", "BlendedCost"];

    public ValidateOptionsResult Validate(string? name, CostOptions options)
    {
        List<string> faults = [];
        if (options.PayerAccount is { Length: > 0 } account && (account.Length != 12 || !account.All(char.IsAsciiDigit)))
            faults.Add($"ChatOps:Costs:PayerAccount is '{account}', but must be twelve digits.");
        if (!Metrics.Contains(options.Metric))
            faults.Add($"ChatOps:Costs:Metric is '{options.Metric}', but must be one of {string.Join(", ", Metrics)}.");
        if (options.KeepOpenDays < TimeSpan.FromMinutes(1)) faults.Add("ChatOps:Costs:KeepOpenDays must be at least a minute.");
        if (options.SettleAfter < TimeSpan.Zero || options.SettleAfter > TimeSpan.FromDays(7))
            faults.Add("ChatOps:Costs:SettleAfter must be between nothing and seven days.");
        if (options.RefreshBudgetsEvery < TimeSpan.FromMinutes(1))
            faults.Add("ChatOps:Costs:RefreshBudgetsEvery must be at least a minute.");
        if (options.MonthlyRequests < 0) faults.Add("ChatOps:Costs:MonthlyRequests must not be negative.");
        if (options.KeptForPeople is < 0 or > 90) faults.Add("ChatOps:Costs:KeptForPeople must be between 0 and 90.");
        if (string.IsNullOrWhiteSpace(options.UntaggedKey)) faults.Add("ChatOps:Costs:UntaggedKey must name a tag.");
        if (options.Digest.ClosedOn is < 2 or > 15) faults.Add("ChatOps:Costs:Digest:ClosedOn must be between 2 and 15.");
        if (options.Digest.Language is { } language && !Locale.Languages.Contains(language))
            faults.Add($"ChatOps:Costs:Digest:Language is '{language}', but must be one of {string.Join(", ", Locale.Languages)}.");
        faults.AddRange(options.Digest.Recipients.Where(to => !MailAddress.TryCreate(to, out _)).Select(
            to => $"ChatOps:Costs:Digest:Recipients holds '{to}', which is no e-mail address."));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
