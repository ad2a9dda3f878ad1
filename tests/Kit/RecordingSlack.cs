using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tests.Kit;

/// <summary>Slack as far as modals, answers and users go; remembers what it was sent.</summary>
internal sealed class RecordingSlack : ISlackApiClient, IViewsApi, IUsersApi
{
    public List<(string How, ModalView View)> Shown { get; } = [];

    public List<InteractionResponse> Responses { get; } = [];

    public Dictionary<string, User> People { get; } = [];

    public int UserCalls { get; private set; }

    /// <summary>What users.info waits for before it answers; null answers at once.</summary>
    public TaskCompletionSource? UserGate { get; set; }

    public IViewsApi Views => this;

    public IUsersApi Users => this;

    public IAuthApi Auth => throw new NotSupportedException();

    public IChatApi Chat => throw new NotSupportedException();

    public IConversationsApi Conversations => throw new NotSupportedException();

    public IUserGroupsApi UserGroups => throw new NotSupportedException();

    public IFilesApi Files => throw new NotSupportedException();

    public Task Respond(string responseUrl, InteractionResponse response, CancellationToken cancellationToken)
    {
        Responses.Add(response);
        return Task.CompletedTask;
    }

    public Task<ViewInfo> Open(string triggerId, ModalView view, CancellationToken cancellationToken = default) => Show("open", view);

    public Task<ViewInfo> Update(string viewId, ModalView view, string? hash = null, CancellationToken cancellationToken = default) =>
        Show("update", view);

    public Task<ViewInfo> Push(string triggerId, ModalView view, CancellationToken cancellationToken = default) => Show("push", view);

    public Task<ViewInfo> Publish(string userId, HomeView view, string? hash = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public async Task<User> Info(string user, CancellationToken cancellationToken = default)
    {
        UserCalls++;
        if (UserGate is { } gate) await gate.Task.WaitAsync(cancellationToken);
        return People.TryGetValue(user, out var known) ? known : throw new SlackException("users.info", "user_not_found");
    }

    public IAsyncEnumerable<User> List(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<User> LookupByEmail(string email, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    private Task<ViewInfo> Show(string how, ModalView view)
    {
        Shown.Add((how, BlockKitLimits.Fit(view)));
        return Task.FromResult(new ViewInfo { Id = "V1" });
    }
}
