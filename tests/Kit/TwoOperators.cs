using ChatOps.Platform.Access;

namespace ChatOps.Tests.Kit;

/// <summary>Jiyeon and Alex are operators, Alex and Minho approvers; a test may take a role away.</summary>
internal sealed class TwoOperators : IAccess
{
    /// <summary>Who has lost the role of operator.</summary>
    public HashSet<string> Demoted { get; } = [];

    public Task<IReadOnlySet<Role>> RolesOfAsync(string userId, CancellationToken cancellationToken)
    {
        var roles = new HashSet<Role> { Role.Viewer };
        if (userId is "U0JIYEON" or "U0ALEX" && !Demoted.Contains(userId)) roles.Add(Role.Operator);
        if (userId is "U0ALEX" or "U0MINHO") roles.Add(Role.Approver);
        return Task.FromResult<IReadOnlySet<Role>>(roles);
    }

    public async Task DemandAsync(UserAction act, CancellationToken cancellationToken)
    {
        if (!(await RolesOfAsync(act.UserId, cancellationToken)).Contains(act.Role)) throw new AccessDeniedException(act, ["U0JIYEON"]);
    }
}
