using ChatOps.Platform.Localization;

namespace ChatOps.Remediation;

/// <summary>Remediations that one person confirmed at once, for the findings of a group's message.</summary>
internal sealed record RemediationBatch
{
    public required string Id { get; init; }

    /// <summary>The group's message.</summary>
    public required SubjectId Subject { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset PlannedAt { get; init; }

    /// <summary>Null while it is shown in a modal.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Why, in the requester's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Until when one approval of all that needs it is waited for; null when nothing does.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Who decided.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>Why it was denied; null when it was approved.</summary>
    public string? Decision { get; init; }

    /// <summary>How many there are.</summary>
    public required int Total { get; init; }

    /// <summary>How many of them came to an end, whichever.</summary>
    public int Ended { get; init; }

    /// <summary>How many of them remediated their finding.</summary>
    public int Resolved { get; init; }
}

/// <summary>What was worked out for a group, to be shown and confirmed.</summary>
/// <param name="Id">The batch; null when nothing of it can run.</param>
/// <param name="Plans">What would run, the worst finding first.</param>
/// <param name="Refused">What cannot, and why.</param>
/// <param name="Open">How many findings of the group are open.</param>
/// <param name="Later">How many of those that the catalogue knows are beyond what is done at once.</param>
internal sealed record BatchPlan(string? Id, IReadOnlyList<RemediationPlan> Plans, IReadOnlyList<BatchRefusal> Refused, int Open, int Later)
{
    /// <summary>Whether some of it needs somebody else's approval, and so a reason.</summary>
    public bool NeedsApproval => Plans.Any(plan => plan.NeedsApproval);
}

/// <summary>A finding that is not remediated with the others.</summary>
/// <param name="Name">What people call its resource.</param>
/// <param name="Key">The key of the text that says why.</param>
/// <param name="Values">Its placeholders.</param>
internal sealed record BatchRefusal(string Name, string Key, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Placeholders that read differently by language.</summary>
    public IReadOnlyDictionary<string, LocalText> Localized { get; init; } = new Dictionary<string, LocalText>();

    public static BatchRefusal Of(string name, UserFacingException fault) =>
        new(name, fault.Key, fault.Values.Where(value => value.Value is not LocalizedValue).ToDictionary(
            value => value.Name, value => Convert.ToString(value.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
            StringComparer.Ordinal))
        {
            Localized = fault.Values.Where(value => value.Value is LocalizedValue).ToDictionary(
                value => value.Name, value => TextOf((LocalizedValue)value.Value!), StringComparer.Ordinal),
        };

    /// <summary>Why, in a language.</summary>
    public string Why(Locale locale) => locale.Text(
        Key,
        [
            .. Values.Select(value => (value.Key, (object?)value.Value)),
            .. Localized.Select(value => (value.Key, (object?)value.Value.In(locale))),
        ]);

    private static LocalText TextOf(LocalizedValue value) =>
        new(value.In(Locale.For("en", TimeZoneInfo.Utc)), value.In(Locale.For("ko", TimeZoneInfo.Utc)));
}

/// <summary>What became of a confirmation.</summary>
/// <param name="Started">So many run.</param>
/// <param name="Asked">So many wait for an approver.</param>
/// <param name="Refused">What did not begin, and why.</param>
internal sealed record BatchOutcome(int Started, int Asked, IReadOnlyList<BatchRefusal> Refused);
