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
