using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Delivery;

/// <summary>
/// A domain whose groups and storms say more than how many they are, and can be acted on as a whole. Implemented beside
/// <see cref="ILivingSubject"/>.
/// </summary>
public interface IGroupSubject : ILivingSubject
{
    /// <summary>What else a group's message says of its open members, and what can be done with all of them.</summary>
    /// <param name="group">The group's key: the value of its buttons.</param>
    /// <param name="open">The keys of its open members.</param>
    /// <param name="locale">Whom it is written for.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<GroupSummary> SummarizeAsync(string group, IReadOnlyList<string> open, Locale locale, CancellationToken cancellationToken);

    /// <summary>A line in the group's thread; its name begins with the domain's kind and a dot.</summary>
    Message RenderGroupReply(string reply, string data, Locale locale);
}

/// <summary>What a domain adds to a group's message.</summary>
/// <param name="Lines">Lines of markup under the headline: counts.</param>
/// <param name="Context">A small line of markup at the foot; null for none.</param>
/// <param name="Buttons">What can be done with all of them.</param>
public sealed record GroupSummary(IReadOnlyList<string> Lines, string? Context, IReadOnlyList<Button> Buttons);

/// <summary>What domains may ask about groups and storms.</summary>
public interface IGroups
{
    /// <summary>
    /// The group or storm with this key and its open members of a kind, the worst first; null when there is no such group.
    /// </summary>
    Task<MessageGroup?> FindAsync(string key, string kind, CancellationToken cancellationToken);
}

/// <summary>A group or storm message.</summary>
/// <param name="Subject">The message itself: what is said in its thread is said of this subject.</param>
/// <param name="Open">The keys of its open members.</param>
public sealed record MessageGroup(SubjectId Subject, IReadOnlyList<string> Open);
