using System.Collections.Frozen;

namespace ChatOps.Platform.Ingest;

/// <summary>The kinds of events that some domain reads.</summary>
/// <param name="kinds">The kinds.</param>
/// <param name="showsMessages">Whether messages that nobody recognizes are shown: they wait, too.</param>
internal sealed class ReadKinds(IEnumerable<string> kinds, bool showsMessages = false)
{
    private readonly FrozenSet<string> _kinds = kinds.ToFrozenSet(StringComparer.Ordinal);

    public bool Contains(string kind) => _kinds.Contains(kind) || (showsMessages && UnreadMessages.IsMessage(kind));
}
