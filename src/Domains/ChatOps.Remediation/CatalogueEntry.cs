using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;

namespace ChatOps.Remediation;

/// <summary>How much harm a remediation may do.</summary>
internal enum Risk
{
    /// <summary>Confirm, and it runs.</summary>
    Low,

    /// <summary>Confirm with what changes before one's eyes.</summary>
    Medium,

    /// <summary>Another person must agree.</summary>
    High,
}

/// <summary>Whether a remediation can be undone.</summary>
internal enum Reversible
{
    /// <summary>It can.</summary>
    Yes,

    /// <summary>Not all of it.</summary>
    Partly,

    /// <summary>It cannot: the requester types the resource's name.</summary>
    No,
}

/// <summary>One remediation of the catalogue.</summary>
internal sealed record CatalogueEntry
{
    /// <summary>The controls it remediates.</summary>
    public required IReadOnlyList<string> Controls { get; init; }

    /// <summary>The AWS Config rules that check the same, by name.</summary>
    public IReadOnlyList<string> ConfigRules { get; init; } = [];

    /// <summary>The ASFF types of resources it acts on.</summary>
    public required IReadOnlyList<string> ResourceTypes { get; init; }

    /// <summary>The products whose findings it is for besides Security Hub's and Config's own: <c>prowler/prowler</c>.</summary>
    public IReadOnlyList<string> Products { get; init; } = [];

    /// <summary>The Systems Manager Automation document, or the call.</summary>
    public required string Document { get; init; }

    /// <summary>Whether <see cref="Document"/> is a call of our own (<see cref="ResourceWriter.RevokeIngress"/>).</summary>
    public bool IsCall { get; init; }

    /// <summary>The document's parameters, in the order of the file.</summary>
    public required IReadOnlyList<KeyValuePair<string, IReadOnlyList<Template>>> Parameters { get; init; }

    /// <summary>How much harm it may do.</summary>
    public required Risk Risk { get; init; }

    /// <summary>Whether it can be undone.</summary>
    public required Reversible Undo { get; init; }

    /// <summary>What it changes, in a sentence.</summary>
    public required LocalText Changes { get; init; }

    /// <summary>How to undo it.</summary>
    public required LocalText UndoText { get; init; }

    /// <summary>What is read before, to show what changes; null for nothing.</summary>
    public PreviewRead? Preview { get; init; }

    /// <summary>What must hold for the remediation to make sense; null for nothing.</summary>
    public Precondition? Precondition { get; init; }

    /// <summary>How long its automation is watched.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether Security Hub checks the control by the clock alone, within a day, and not when the resource changes.</summary>
    public bool IsPeriodic { get; init; }

    /// <summary>The call that puts back what was read before; null when it cannot be undone from here.</summary>
    public string? UndoCall => Undo == Reversible.Yes && Preview is { } preview
        ? ResourceWriter.RestoreOf.GetValueOrDefault(preview.Kind)
        : null;
}

/// <summary>What must hold of a resource for its remediation to make sense, read just before.</summary>
/// <param name="Setting">A field of what the preview reads.</param>
/// <param name="Values">The values of which it has one.</param>
/// <param name="Otherwise">What people read when it has another.</param>
internal sealed record Precondition(string Setting, IReadOnlyList<string> Values, LocalText Otherwise)
{
    /// <summary>Whether it holds; what was not read does not.</summary>
    public bool Holds(ResourceState? state) =>
        state?.State[Setting] is { } value && Values.Contains(ResourceState.Shown(value), StringComparer.OrdinalIgnoreCase);
}

/// <summary>What is read just before, to show what changes.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Path">For <see cref="Detail"/> and <see cref="RdsInstance"/>: the field.</param>
/// <param name="Becomes">For these, the field's value afterwards.</param>
internal sealed record PreviewRead(string Kind, string? Path, string? Becomes)
{
    /// <summary>For security groups: the ports that the whole internet must not reach.</summary>
    public IReadOnlyList<int> Closes { get; init; } = [];

    /// <summary>For security groups: no rule may be left.</summary>
    public bool ClosesAll { get; init; }

    /// <summary>A field of the finding's own details of the resource, as Security Hub has them now.</summary>
    public const string Detail = "detail";

    /// <summary>A field of a database instance, as RDS describes it.</summary>
    public const string RdsInstance = "rds-instance";

    /// <summary>What can be read.</summary>
    public static IReadOnlySet<string> Kinds { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        Detail, RdsInstance, "s3-public-access-block", "s3-encryption", "s3-versioning", "security-group-rules", "ebs-encryption-default",
        "instance-state",
    };
}

/// <summary>A sentence in both languages.</summary>
internal sealed record LocalText(string En, string Ko)
{
    /// <summary>The sentence in a locale's language.</summary>
    public string In(Locale locale) => locale.Language == "ko" ? Ko : En;

    /// <summary>A text of the product in both languages.</summary>
    public static LocalText Of(string key) =>
        new(Locale.For("en", TimeZoneInfo.Utc).Text(key), Locale.For("ko", TimeZoneInfo.Utc).Text(key));

    /// <summary>Reads <c>{en: …, ko: …}</c>; both must be there.</summary>
    public static LocalText Read(PolicyMap map, string key)
    {
        if (map.Map(key) is { } text) return new LocalText(text.Required("en"), text.Required("ko"));
        if (!map.Has(key)) map.Fault(key, $"'{key}' is missing: a sentence as 'en' and as 'ko'");
        return new LocalText("", "");
    }
}
