using ChatOps.Platform.Access;
using ChatOps.Platform.Policy;

namespace ChatOps.Tests.Kit;

/// <summary>Slack's user groups as a test wants them; null members: Slack cannot be asked.</summary>
internal sealed class PlayedGroups(IReadOnlyDictionary<string, IReadOnlySet<string>>? members = null) : IUserGroups
{
    public IReadOnlyDictionary<string, IReadOnlySet<string>>? Members { get; set; } = members;

    public Task<IReadOnlyDictionary<string, IReadOnlySet<string>>?> MembersAsync(
        IReadOnlyList<string> groups, CancellationToken cancellationToken) => Task.FromResult(Members);
}

/// <summary>A policy that needs no file.</summary>
internal sealed record GivenPolicy<T>(T Value) : IPolicy<T>;
