using ChatOps.Aws;
using ChatOps.Platform.Policy;

namespace ChatOps.Remediation;

/// <summary>When a remediation needs somebody else's approval. Which channels are asked is the routes' affair.</summary>
/// <param name="ExpiresAfter">How long an answer is waited for.</param>
/// <param name="Risks">Risks that need it.</param>
/// <param name="Tags">Tags that need it: by key, the values.</param>
/// <param name="Accounts">Accounts that need it, by name or id: for what carries no tags, an account's own settings.</param>
/// <param name="WhenTagsUnknown">Whether it is needed when the resource carries none of these keys, or its tags are not known: failing
/// closed.</param>
internal sealed record ApprovalRule(
    TimeSpan ExpiresAfter, IReadOnlyList<Risk> Risks, IReadOnlyDictionary<string, IReadOnlyList<string>> Tags,
    IReadOnlyList<string> Accounts, bool WhenTagsUnknown)
{
    /// <summary>The ASFF type of an account's own settings.</summary>
    private const string AccountType = "AwsAccount";

    /// <summary>Whether a remediation of this risk on such a resource needs approval, and why.</summary>
    public ApprovalCause CauseFor(
        Risk risk, AwsAccount account, string resourceType, IReadOnlyDictionary<string, string> tags, TagVocabulary vocabulary)
    {
        if (Risks.Contains(risk)) return ApprovalCause.Risk;
        if (Accounts.Any(named => named == account.Id || named.Equals(account.Name, StringComparison.OrdinalIgnoreCase)))
            return ApprovalCause.Production;
        // An account has no tags that could tell; the list of accounts did.
        if (resourceType == AccountType && Accounts.Count > 0) return ApprovalCause.None;
        if (Tags.Any(
            rule => vocabulary.ValueOf(tags, rule.Key) is { } value && rule.Value.Contains(value, StringComparer.OrdinalIgnoreCase)))
            return ApprovalCause.Production;
        return WhenTagsUnknown && Tags.Count > 0 && Tags.All(rule => vocabulary.ValueOf(tags, rule.Key) is null)
            ? ApprovalCause.UnknownTags
            : ApprovalCause.None;
    }

    /// <summary>Reads the rule.</summary>
    public static ApprovalRule Read(PolicyMap? map, PolicyMap root)
    {
        if (map is null)
        {
            if (!root.Has("approval")) root.Fault("approval", "'approval' is missing: say which remediations need another person");
            return new ApprovalRule(TimeSpan.FromMinutes(30), [Risk.High], new Dictionary<string, IReadOnlyList<string>>(), [], true);
        }

        var risks = new List<Risk>();
        foreach (var text in map.Texts("risks"))
        {
            if (Enum.TryParse<Risk>(text, ignoreCase: true, out var risk) && !int.TryParse(text, out _)) risks.Add(risk);
            else map.Fault("risks", $"'{text}' is not a risk: low, medium or high");
        }

        var tags = map.Map("tags");
        return new ApprovalRule(
            TimeSpan.FromMinutes(map.Number("expires_minutes", 30, 1, 24 * 60)),
            risks,
            tags is null
                ? new Dictionary<string, IReadOnlyList<string>>()
                : tags.Keys.ToList().ToDictionary(key => key, key => tags.Texts(key)),
            map.Texts("accounts"),
            map.Flag("when_tags_unknown", true));
    }
}

/// <summary>Why a remediation needs approval.</summary>
internal enum ApprovalCause
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Its risk.</summary>
    Risk,

    /// <summary>The resource is marked by a tag.</summary>
    Production,

    /// <summary>The tags that decide are not there.</summary>
    UnknownTags,
}
