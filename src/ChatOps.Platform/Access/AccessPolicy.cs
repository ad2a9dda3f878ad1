using System.Text.RegularExpressions;
using ChatOps.Platform.Policy;

namespace ChatOps.Platform.Access;

/// <summary>What <c>access.yaml</c> says: who has which role, by name and by user group.</summary>
/// <param name="Grants">By role; roles without anybody are left out.</param>
internal sealed partial record AccessPolicy(IReadOnlyDictionary<Role, Grant> Grants)
{
    /// <summary>What people who are not of the home workspace, or not wholly, may do.</summary>
    public OutsiderPolicy Outsiders { get; init; } = new();

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
            if (roles.Map(role.ToString().ToLowerInvariant()) is not { } holders) continue;
            var users = holders.Texts("users");
            var groups = holders.Texts("groups");
            foreach (var user in users.Where(user => !UserId().IsMatch(user)))
                holders.Fault("users", $"'{user}' is not a Slack user id such as U012ABCDEF (profile, three dots, 'Copy member ID')");
            foreach (var group in groups.Where(group => !GroupName().IsMatch(group)))
                holders.Fault("groups", $"'{group}' is not a user group: give its handle (\"@sec-oncall\") or its id (S012ABCDEF)");
            grants[role] = new Grant([.. users], [.. groups.Select(group => group.TrimStart('@'))]);
        }

        var outsiders = root.Map("outsiders") is { } given
            ? new OutsiderPolicy
            {
                Guests = given.Choice("guests", OutsiderAccess.Refuse),
                Strangers = given.Choice("strangers", OutsiderAccess.Refuse),
                Bots = given.Choice("bots", OutsiderAccess.Refuse),
            }
            : new OutsiderPolicy();
        return new AccessPolicy(grants) { Outsiders = outsiders };
    }

    [GeneratedRegex("^[UW][A-Z0-9]{2,20}$")]
    private static partial Regex UserId();

    [GeneratedRegex("^(@[a-z0-9._-]{1,80}|S[A-Z0-9]{2,20})$")]
    private static partial Regex GroupName();
}

/// <summary>What outsiders may do; nothing as shipped.</summary>
internal sealed record OutsiderPolicy
{
    /// <summary>Guests of the workspace, of one channel or of several.</summary>
    public OutsiderAccess Guests { get; init; }

    /// <summary>People of other workspaces, met by Slack Connect.</summary>
    public OutsiderAccess Strangers { get; init; }

    /// <summary>Bots and workflows.</summary>
    public OutsiderAccess Bots { get; init; }
}

/// <summary>What an outsider may do. Nobody of them ever changes anything.</summary>
internal enum OutsiderAccess
{
    /// <summary>Nothing.</summary>
    Refuse,

    /// <summary>Look.</summary>
    Read,
}

/// <summary>Who has a role.</summary>
/// <param name="Users">Slack user ids.</param>
/// <param name="Groups">Slack user groups, by id or by handle without @.</param>
internal sealed record Grant(IReadOnlyList<string> Users, IReadOnlyList<string> Groups);
