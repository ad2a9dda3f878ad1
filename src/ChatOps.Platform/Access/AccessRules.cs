using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Access;

/// <summary>Answers from <c>access.yaml</c> and Slack's user groups; a refusal is in the audit before it is thrown.</summary>
internal sealed partial class AccessRules(
    IPolicy<AccessPolicy> policy, IUserGroups groups, IAudit audit, IDatabase database, ILogger<AccessRules> logger) : IAccess
{
    /// <summary>The most holders of a role that a refusal names.</summary>
    private const int HoldersNamed = 5;

    /// <summary>The most people who are mentioned at once.</summary>
    private const int MentionsAtMost = 10;

    public async Task<IReadOnlySet<Role>> RolesOfAsync(string userId, CancellationToken cancellationToken)
    {
        var roles = new HashSet<Role> { Role.Viewer };
        foreach (var (role, holders) in await HoldersAsync(cancellationToken))
        {
            if (holders.Contains(userId)) roles.Add(role);
        }

        return roles;
    }

    public async Task DemandAsync(UserAction act, CancellationToken cancellationToken)
    {
        if (act.Role == Role.Viewer) return;
        var holders = await HoldersAsync(cancellationToken);
        if (Has(holders, act.UserId, act.Role)) return;

        LogRefused(act.UserId, act.Verb, act.Subject, act.Role);
        await database.WriteAsync(
            async uow =>
            {
                await audit.AppendAsync(uow, act, "refused", "{}", cancellationToken);
                return true;
            },
            cancellationToken);
        throw new AccessDeniedException(act, NamesOf(holders, act.Role));
    }

    /// <summary>Everyone who has a role by name or by group, admins not counted in for the others.</summary>
    public async Task<IReadOnlyDictionary<Role, IReadOnlyList<string>>> HoldersAsync(CancellationToken cancellationToken)
    {
        var members = policy.Value.Groups is { Count: > 0 } named ? await groups.MembersAsync(named, cancellationToken) : null;
        return policy.Value.Grants.ToDictionary(
            grant => grant.Key,
            IReadOnlyList<string> (grant) =>
            [
                .. grant.Value.Users
                    .Concat(grant.Value.Groups.SelectMany(group => members?.GetValueOrDefault(group) ?? Enumerable.Empty<string>()))
                    .Distinct(StringComparer.Ordinal),
            ]);
    }

    public async Task<IReadOnlyList<string>> MentionsAsync(Role role, string exceptUserId, CancellationToken cancellationToken)
    {
        if (!policy.Value.Grants.TryGetValue(role, out var grant)) return [];
        // A handle is no mention, and a group has its id: one named by its handle is spelled out.
        var (ids, handles) = (grant.Groups.Where(IsGroupId).ToList(), grant.Groups.Where(group => !IsGroupId(group)).ToList());
        var members = handles.Count > 0 ? await groups.MembersAsync(handles, cancellationToken) : null;
        var people = grant.Users.Concat(handles.SelectMany(handle => members?.GetValueOrDefault(handle) ?? Enumerable.Empty<string>()))
            .Distinct(StringComparer.Ordinal).Where(user => user != exceptUserId).Take(MentionsAtMost);
        return [.. ids.Select(id => $"<!subteam^{id}>"), .. people.Select(user => $"<@{user}>")];
    }

    public async Task<IReadOnlyList<string>> HoldersAsync(Role role, CancellationToken cancellationToken) =>
        (await HoldersAsync(cancellationToken)).GetValueOrDefault(role) ?? [];

    private static bool IsGroupId(string group) =>
        group.Length > 2 && group[0] == 'S' && group.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    /// <summary>Whether a user has the role, or is an admin.</summary>
    internal static bool Has(IReadOnlyDictionary<Role, IReadOnlyList<string>> holders, string userId, Role role) =>
        role == Role.Viewer || Holds(holders, userId, role) || Holds(holders, userId, Role.Admin);

    /// <summary>Some who have the role, admins last.</summary>
    internal static IReadOnlyList<string> NamesOf(IReadOnlyDictionary<Role, IReadOnlyList<string>> holders, Role role) =>
        [.. Of(holders, role).Concat(Of(holders, Role.Admin)).Distinct(StringComparer.Ordinal).Take(HoldersNamed)];

    private static IReadOnlyList<string> Of(IReadOnlyDictionary<Role, IReadOnlyList<string>> holders, Role role) =>
        holders.GetValueOrDefault(role) ?? [];

    private static bool Holds(IReadOnlyDictionary<Role, IReadOnlyList<string>> holders, string userId, Role role) =>
        Of(holders, role).Contains(userId, StringComparer.Ordinal);

    [LoggerMessage(Level = LogLevel.Information, Message = "Refused {UserId}: {Verb} on {Subject} takes the role {Role}")]
    private partial void LogRefused(string userId, string verb, SubjectId subject, Role role);
}
