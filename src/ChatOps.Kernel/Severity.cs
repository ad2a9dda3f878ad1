namespace ChatOps.Kernel;

/// <summary>How bad a subject is; decides who is posted first and how groups are counted. Lower is worse.</summary>
public enum Severity
{
    /// <summary>Somebody acts now.</summary>
    Critical = 0,

    /// <summary>Somebody acts today.</summary>
    High = 1,

    /// <summary>Somebody acts soon.</summary>
    Medium = 2,

    /// <summary>Good to know of.</summary>
    Low = 3,

    /// <summary>Neither good nor bad.</summary>
    Informational = 4,
}

/// <summary>The sign that stands before a severity's word, the same everywhere.</summary>
public static class SeveritySign
{
    /// <summary>The sign. None of them stands for anything else: ⚪ is suppressed, ✅ resolved.</summary>
    public static string Sign(this Severity severity) => severity switch
    {
        Severity.Critical => "🔴",
        Severity.High => "🟠",
        Severity.Medium => "🟡",
        Severity.Low => "🔵",
        _ => "⚫",
    };
}
