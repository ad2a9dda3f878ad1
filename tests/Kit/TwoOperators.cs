using ChatOps.Platform.Access;

namespace ChatOps.Tests.Kit;

/// <summary>Jiyeon and Alex are operators.</summary>
internal sealed class TwoOperators : IAccess
{
    public Task<IReadOnlySet<Role>> RolesOfAsync(string userId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<Role>>(
            userId is "U0JIYEON" or "U0ALEX" ? new HashSet<Role> { Role.Viewer, Role.Operator } : new HashSet<Role> { Role.Viewer });

    public async Task DemandAsync(UserAction act, CancellationToken cancellationToken)
    {
        if (!(await RolesOfAsync(act.UserId, cancellationToken)).Contains(act.Role)) throw new AccessDeniedException(act, ["U0JIYEON"]);
    }
}
