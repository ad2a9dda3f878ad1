using ChatOps.Platform.Storage;

namespace ChatOps.Platform.Access;

/// <summary>
/// What a person may do. Everyone is a viewer; the others are given in <c>access.yaml</c> and do not include one another, but admin
/// includes all.
/// </summary>
public enum Role
{
    /// <summary>Sees everything, changes nothing.</summary>
    Viewer,

    /// <summary>Acknowledges, assigns, suppresses, remediates.</summary>
    Operator,

    /// <summary>Approves or denies what others ask for.</summary>
    Approver,

    /// <summary>All of it, and the bot's own settings.</summary>
    Admin,
}

/// <summary>Something a person does to a subject.</summary>
/// <param name="UserId">The Slack user; <c>chatops</c> when the bot itself acts.</param>
/// <param name="Verb"><c>domain.verb</c> as in action ids: <c>finding.acknowledge</c>.</param>
/// <param name="Subject">What it is done to.</param>
/// <param name="Role">The role it takes.</param>
public sealed record UserAction(string UserId, string Verb, SubjectId Subject, Role Role);

/// <summary>Checks acts against <c>access.yaml</c>, where the act happens.</summary>
public interface IAccess
{
    /// <summary>
    /// The roles of a user, directly and by their Slack user groups. Never throws: when Slack cannot be asked for the groups, the direct
    /// roles count.
    /// </summary>
    Task<IReadOnlySet<Role>> RolesOfAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Returns when the act is allowed.</summary>
    /// <exception cref="AccessDeniedException">It is not. The refusal is already in the audit.</exception>
    Task DemandAsync(UserAction act, CancellationToken cancellationToken);

    /// <summary>Who has a role, as Slack mentions them: user groups as such, others by name.</summary>
    /// <param name="role">The role; admins are not counted in.</param>
    /// <param name="exceptUserId">Whom it makes no sense to ask: named neither alone nor, where a group must be spelled out, in it.</param>
    /// <param name="cancellationToken">Cancels the question to Slack.</param>
    Task<IReadOnlyList<string>> MentionsAsync(Role role, string exceptUserId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>The user ids of whoever has a role; admins are not counted in.</summary>
    Task<IReadOnlyList<string>> HoldersAsync(Role role, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);
}

/// <summary>An act was refused for want of a role.</summary>
/// <param name="act">What was tried.</param>
/// <param name="holders">User ids of some who have the role, for the message.</param>
public sealed class AccessDeniedException(
    UserAction act, IReadOnlyList<string> holders) : Exception($"{act.UserId} lacks the role {act.Role} for {act.Verb} on {act.Subject}.")
{
    /// <summary>What was tried.</summary>
    public UserAction Act { get; } = act;

    /// <summary>User ids of some who have the role (at most five).</summary>
    public IReadOnlyList<string> Holders { get; } = holders;
}

/// <summary>The append-only, hash-chained record of every act and refusal.</summary>
public interface IAudit
{
    /// <summary>Appends an entry in the transaction of the act, so that neither exists without the other.</summary>
    /// <param name="uow">The transaction of the act.</param>
    /// <param name="act">What was done.</param>
    /// <param name="outcome"><c>done</c>, <c>refused</c>, <c>failed</c>, <c>requested</c>.</param>
    /// <param name="details">JSON with what matters later (before-state, execution id, reason); no secrets.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task AppendAsync(UnitOfWork uow, UserAction act, string outcome, string details, CancellationToken cancellationToken);

    /// <summary>Recomputes the chain; the id of the first entry that does not fit, or null when all fit.</summary>
    Task<long?> VerifyAsync(CancellationToken cancellationToken);
}
