namespace ChatOps.Kernel;

/// <summary>What a living message is about: <c>finding:k3v9…</c>, <c>remediation:…</c>, <c>group:…</c>.</summary>
/// <param name="Kind">The domain's word for it.</param>
/// <param name="Key">Its id within the kind; opaque, safe to travel in a button's value.</param>
public readonly record struct SubjectId(string Kind, string Key)
{
    /// <summary>The form that stands in Slack's message metadata.</summary>
    public override string ToString() => $"{Kind}:{Key}";

    /// <summary>Reads <c>kind:key</c>.</summary>
    public static bool TryParse(string? text, out SubjectId subject)
    {
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        subject = colon > 0 ? new SubjectId(text![..colon], text[(colon + 1)..]) : default;
        return colon > 0;
    }
}

/// <summary>How bad a subject is; decides who is posted first and how groups are counted. Lower is worse.</summary>
public enum Severity
{
    /// <summary>🔴</summary>
    Critical = 0,

    /// <summary>🟠</summary>
    High = 1,

    /// <summary>🟡</summary>
    Medium = 2,

    /// <summary>🔵</summary>
    Low = 3,

    /// <summary>Neither good nor bad.</summary>
    Informational = 4,
}
