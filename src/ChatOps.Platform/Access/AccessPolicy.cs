using System.Text.RegularExpressions;
using ChatOps.Platform.Policy;

namespace ChatOps.Platform.Access;

/// <summary>What <c>access.yaml</c> says: who has which role, by name and by user group.</summary>
/// <param name="Grants">By role; roles without anybody are left out.</param>
internal sealed partial record AccessPolicy(IReadOnlyDictionary<Role, Grant> Grants)
{
    /// <summary>The file.</summary>
    public const string File = "access.yaml";

    /// <summary>Nobody may do anything: as shipped.</summary>
    public static AccessPolicy Nobody { get; } = new(new Dictionary<Role, Grant>());

    /// <summary>The user groups that any role names.</summary>
    public IReadOnlyList<string> Groups => [.. Grants.Values.SelectMany(grant => grant.Groups).Distinct(StringComparer.Ordinal)];

    /// <summary>Reads the file.</summary>
    public static AccessPolicy Read(PolicyMap root)
    {
        var grants = new Dictionary<Role, Grant>();
        if (root.Map("roles") is not { } roles)
        {
            root.Fault("roles", "'roles' is missing: give operator, approver and admin their users and groups, or leave them empty");
            return Nobody;
        }

        foreach (var role in new[] { Role.Operator, Role.Approver, Role.Admin })
        {
            if (roles.Map(role.ToString().ToLowerInvariant()) is not { } given) continue;
            var users = given.Texts("users");
            var groups = given.Texts("groups");
            foreach (var user in users.Where(user => !UserId().IsMatch(user)))
                given.Fault("users", $"'{user}' is not a Slack user id such as U012ABCDEF (profile, three dots, 'Copy member ID')");
            foreach (var group in groups.Where(group => !GroupName().IsMatch(group)))
                given.Fault("groups", $"'{group}' is not a user group: give its handle (\"@sec-oncall\") or its id (S012ABCDEF)");
            grants[role] = new Grant([.. users], [.. groups.Select(group => group.TrimStart('@'))]);
        }

        return new AccessPolicy(grants);
    }

    [GeneratedRegex("^[UW][A-Z0-9]{2,20}$")]
    private static partial Regex UserId();

    [GeneratedRegex("^(@[a-z0-9._-]{1,80}|S[A-Z0-9]{2,20})$")]
    private static partial Regex GroupName();
}

/// <summary>Who has a role.</summary>
/// <param name="Users">Slack user ids.</param>
/// <param name="Groups">Slack user groups, by id or by handle without @.</param>
internal sealed record Grant(IReadOnlyList<string> Users, IReadOnlyList<string> Groups);
