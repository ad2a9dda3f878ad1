using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace ChatOps.Slack.Interactions;

/// <summary>One handler as registered.</summary>
/// <param name="Kind">What it handles.</param>
/// <param name="Id">The command, action id, callback id or event type.</param>
/// <param name="Sensitivity">As declared.</param>
/// <param name="HandlerType">The class.</param>
public sealed record SlackRegistration(InteractionKind Kind, string Id, Sensitivity Sensitivity, Type HandlerType);

/// <summary>Every handler that was registered: what the app answers to.</summary>
public sealed class SlackRegistry : IEnumerable<SlackRegistration>
{
    private readonly Dictionary<(InteractionKind, string), SlackRegistration> _entries = [];

    /// <summary>The entry of a kind and id.</summary>
    public bool TryGet(InteractionKind kind, string id, [NotNullWhen(true)] out SlackRegistration? entry) =>
        _entries.TryGetValue((kind, id), out entry);

    /// <inheritdoc/>
    public IEnumerator<SlackRegistration> GetEnumerator() => _entries.Values.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(SlackRegistration entry)
    {
        if (string.IsNullOrEmpty(entry.Id) || entry.Id.Length > 255)
        {
            throw new InvalidOperationException(
                $"{entry.HandlerType} has an id of {entry.Id?.Length ?? 0} characters for {entry.Kind}; Slack takes 1 to 255.");
        }

        if (entry.Kind == InteractionKind.Command && entry.Id[0] != '/')
        {
            throw new InvalidOperationException($"{entry.HandlerType} answers the command '{entry.Id}', which must start with '/'.");
        }

        if (!_entries.TryAdd((entry.Kind, entry.Id), entry))
        {
            throw new InvalidOperationException(
                $"{entry.Kind} '{entry.Id}' has two handlers: {_entries[(entry.Kind, entry.Id)].HandlerType} and {entry.HandlerType}. " +
                $"Keep one.");
        }
    }
}
