using System.Collections.Frozen;

namespace ChatOps.Platform.Ingest;

/// <summary>The kinds of events that some domain reads.</summary>
internal sealed class ReadKinds(IEnumerable<string> kinds)
{
    private readonly FrozenSet<string> _kinds = kinds.ToFrozenSet(StringComparer.Ordinal);

    public bool Contains(string kind) => _kinds.Contains(kind);
}
