using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Platform.Tests.Access;

/// <summary>Slack as far as it says where the app is installed and who somebody is.</summary>
internal sealed class PlayedSlack : ISlackApiClient, IAuthApi, ISlackPeople
{
    public Identity? Home { get; set; } = new() { TeamId = "T0SANDBOX" };

    /// <summary>Whoever is asked for; null while Slack cannot be asked.</summary>
    public User? User { get; set; }

    public IAuthApi Auth => this;

    public IChatApi Chat => throw new NotSupportedException();

    public IViewsApi Views => throw new NotSupportedException();

    public IConversationsApi Conversations => throw new NotSupportedException();

    public IUsersApi Users => throw new NotSupportedException();

    public IUserGroupsApi UserGroups => throw new NotSupportedException();

    public IFilesApi Files => throw new NotSupportedException();

    public InteractionGate Gate(
        AccessRules access, AccessPolicy policy, IAudit audit, IDatabase database, IEnumerable<InteractionRole> roles) => new(
        access, new Outsiders(new SlackHome(this, TimeProvider.System, NullLogger<SlackHome>.Instance), this),
        new GivenPolicy<AccessPolicy>(policy), audit, database, new GivenLocales("ko"), TimeProvider.System, roles);

    public Task<Identity> Test(CancellationToken cancellationToken) =>
        Home is null ? throw new SlackException("auth.test", "internal_error") : Task.FromResult(Home);

    public Task<User?> FindAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(User);

    public Task Respond(string responseUrl, InteractionResponse response, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
