using ChatOps.Aws;
using ChatOps.Platform.Policy;

namespace ChatOps.Remediation;

/// <summary>
/// When a remediation runs without anybody else's approval: where the policy lists it as safe, and nowhere else. Which channels are asked
/// is the routes' affair.
/// </summary>
/// <param name="ExpiresAfter">How long an answer is waited for.</param>
/// <param name="Risks">Risks that need it wherever they are taken.</param>
/// <param name="Accounts">Accounts in which everything needs it, by name or id.</param>
/// <param name="Tags">Tags of production, by key the values: it is asked for with that reason, and would be without.</param>
/// <param name="SafeTags">Tags of resources that do not need it: by key, the values. Every key must be there with one of its values; a
/// value that nobody listed may be production.</param>
/// <param name="SafeAccounts">Accounts whose own settings, which carry no tags, do not need it; by name or id.</param>
internal sealed record ApprovalRule(
    TimeSpan ExpiresAfter, IReadOnlyList<Risk> Risks, IReadOnlyList<string> Accounts,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Tags, IReadOnlyDictionary<string, IReadOnlyList<string>> SafeTags,
    IReadOnlyList<string> SafeAccounts)
{
    /// <summary>The ASFF type of an account's own settings.</summary>
    private const string AccountType = "AwsAccount";

    /// <summary>Whether a remediation of this risk on such a resource needs approval, and why.</summary>
    public ApprovalCause CauseFor(
        Risk risk, AwsAccount account, string resourceType, IReadOnlyDictionary<string, string> tags, TagVocabulary vocabulary)
    {
        if (Risks.Contains(risk)) return ApprovalCause.Risk;
        if (Names(Accounts, account)
            || Tags.Any(rule => vocabulary.ValueOf(tags, rule.Key) is { } value && rule.Value.Any(named => Same(named, value))))
            return ApprovalCause.Production;
        if (resourceType == AccountType) return Names(SafeAccounts, account) ? ApprovalCause.None : ApprovalCause.NotSafe;
        var values = SafeTags.Select(rule => (Value: vocabulary.ValueOf(tags, rule.Key), Safe: rule.Value)).ToList();
        if (values.Count > 0 && values.All(tag => tag.Value is { } value && tag.Safe.Any(safe => Same(safe, value))))
            return ApprovalCause.None;
        return values.All(tag => tag.Value is null) ? ApprovalCause.UnknownTags : ApprovalCause.NotSafe;
    }

    /// <summary>Reads the rule.</summary>
    public static ApprovalRule Read(PolicyMap? map, PolicyMap root)
    {
        if (map is null)
        {
            if (!root.Has("approval")) root.Fault("approval", "'approval' is missing: say which remediations need nobody else");
            return new ApprovalRule(TimeSpan.FromMinutes(30), [Risk.High], [], ValuesOf(null), ValuesOf(null), []);
        }

        var risks = new List<Risk>();
        foreach (var text in map.Texts("risks"))
        {
            if (Enum.TryParse<Risk>(text, ignoreCase: true, out var risk) && !int.TryParse(text, out _)) risks.Add(risk);
            else map.Fault("risks", $"'{text}' is not a risk: low, medium or high");
        }

        // Files of before could let pass what carries no tag.
        if (!map.Flag("when_tags_unknown", true))
            map.Fault("when_tags_unknown", "a resource without the tag always asks; list in 'safe_tags' what needs nobody");
        return new ApprovalRule(
            TimeSpan.FromMinutes(map.Number("expires_minutes", 30, 1, 24 * 60)), risks, map.Texts("accounts"), ValuesOf(map.Map("tags")),
            ValuesOf(map.Map("safe_tags")), map.Texts("safe_accounts"));
    }

    private static Dictionary<string, IReadOnlyList<string>> ValuesOf(PolicyMap? tags) =>
        tags is null ? [] : tags.Keys.ToList().ToDictionary(key => key, tags.Texts);

    private static bool Names(IReadOnlyList<string> accounts, AwsAccount account) =>
        accounts.Any(named => named == account.Id || Same(named, account.Name));

    /// <summary>Korean is the same in either of Unicode's forms.</summary>
    private static bool Same(string text, string other) =>
        text.Trim().Normalize().Equals(other.Trim().Normalize(), StringComparison.OrdinalIgnoreCase);
}

/// <summary>Why a remediation needs approval.</summary>
internal enum ApprovalCause
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Its risk.</summary>
    Risk,

    /// <summary>It is marked as production, by its account or a tag.</summary>
    Production,

    /// <summary>The tags that decide are not there.</summary>
    UnknownTags,

    /// <summary>The policy does not list it as safe.</summary>
    NotSafe,
}
