using ChatOps.Platform.Localization;

namespace ChatOps.Platform.Doctor;

/// <summary>How grave a diagnosis is.</summary>
public enum DiagnosisLevel
{
    /// <summary>Nothing to do.</summary>
    Well,

    /// <summary>The bot works, and something is left out.</summary>
    Warning,

    /// <summary>Something does not work until it is mended.</summary>
    Fault,
}

/// <summary>What an examination found.</summary>
/// <param name="Level">How grave it is.</param>
/// <param name="What">
/// What was examined: <c>slack</c>, <c>channel #security</c>, <c>aws/111122223333 ap-northeast-2 securityhub</c>.
/// </param>
/// <param name="Reason">What was found, on one line; the code that Slack or AWS gave. Null when it is well.</param>
/// <param name="Remedy">The text that says what to do (<c>doctor.remedy.…</c>); null when there is nothing to do.</param>
public sealed record Diagnosis(DiagnosisLevel Level, string What, string? Reason = null, string? Remedy = null)
{
    /// <summary>What to do about it, in the reader's language; null when nothing is known.</summary>
    public string? RemedyIn(Locale locale) =>
        Remedy is not null && locale.Has($"doctor.remedy.{Remedy}") ? locale.Text($"doctor.remedy.{Remedy}") : null;
}

/// <summary>Examines a part of the bot's surroundings: changes nothing, and may be run at any time.</summary>
public interface IDoctorCheck
{
    /// <summary>What it examines, should it fail as a whole.</summary>
    string Name { get; }

    /// <summary>The text that says what to do should it fail as a whole.</summary>
    string Remedy => Name;

    /// <summary>Examines; an exception counts as a fault of <see cref="Name"/>.</summary>
    Task<IReadOnlyList<Diagnosis>> ExamineAsync(CancellationToken cancellationToken);
}
