namespace ChatOps.Platform.Delivery;

/// <summary>The domains' sides of delivery, by kind.</summary>
/// <param name="all">Asked once, when first needed: domains may themselves depend on delivery.</param>
internal sealed class Subjects(Func<IEnumerable<ILivingSubject>> all)
{
    private readonly Lazy<Dictionary<string, ILivingSubject>> _byKind = new(
        () => all().ToDictionary(subject => subject.Kind, StringComparer.Ordinal));

    /// <summary>Who renders a kind.</summary>
    /// <exception cref="UnknownSubjectException">Nobody does.</exception>
    public ILivingSubject Of(string kind) => _byKind.Value.GetValueOrDefault(kind) ?? throw new UnknownSubjectException(kind);
}

/// <summary>A subject of a kind that no domain renders: its domain is not registered.</summary>
/// <param name="kind">The kind.</param>
internal sealed class UnknownSubjectException(string kind) : Exception($"No domain renders subjects of the kind '{kind}'.");
