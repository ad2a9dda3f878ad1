using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Slack.Api;

/// <summary>
/// Slack's Web API, grouped by its own prefixes. Every call throws <see cref="SlackException"/> with Slack's error code,
/// <see cref="SlackRateLimitedException"/> with the time to wait, or <see cref="SlackTransportException"/>. Nothing is retried here.
/// Messages and views are cut to Slack's limits by <see cref="BlockKitLimits"/> before they are sent.
/// </summary>
public interface ISlackApiClient
{
    /// <summary>auth.*</summary>
    IAuthApi Auth { get; }

    /// <summary>chat.*</summary>
    IChatApi Chat { get; }

    /// <summary>views.*</summary>
    IViewsApi Views { get; }

    /// <summary>conversations.*</summary>
    IConversationsApi Conversations { get; }

    /// <summary>users.*</summary>
    IUsersApi Users { get; }

    /// <summary>usergroups.*</summary>
    IUserGroupsApi UserGroups { get; }

    /// <summary>files.*</summary>
    IFilesApi Files { get; }

    /// <summary>Posts to a response_url. Only Slack's hosts and the host of <see cref="SlackOptions.ApiUrl"/> are accepted.</summary>
    Task Respond(string responseUrl, InteractionResponse response, CancellationToken cancellationToken);
}

/// <summary>auth.*</summary>
public interface IAuthApi
{
    /// <summary>Who the token is.</summary>
    Task<Identity> Test(CancellationToken cancellationToken);
}

/// <summary>chat.*</summary>
public interface IChatApi
{
    /// <summary>Posts a message, in a thread when <paramref name="threadTs"/> is given.</summary>
    Task<PostedMessage> PostMessage(
        string channel, Message message, string? threadTs = null, bool replyBroadcast = false,
        CancellationToken cancellationToken = default);

    /// <summary>Changes a message of ours.</summary>
    Task<PostedMessage> Update(string channel, string ts, Message message, CancellationToken cancellationToken = default);

    /// <summary>Posts what only one user sees, until they reload; gives its timestamp.</summary>
    Task<string> PostEphemeral(
        string channel, string user, Message message, string? threadTs = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a message of ours.</summary>
    Task Delete(string channel, string ts, CancellationToken cancellationToken = default);

    /// <summary>The address of a message.</summary>
    Task<string> GetPermalink(string channel, string ts, CancellationToken cancellationToken = default);
}

/// <summary>views.*</summary>
public interface IViewsApi
{
    /// <summary>Opens a modal; the trigger lives three seconds and works once.</summary>
    Task<ViewInfo> Open(string triggerId, ModalView view, CancellationToken cancellationToken = default);

    /// <summary>Changes an open modal; with a hash only if it has not changed since (<c>hash_conflict</c>).</summary>
    Task<ViewInfo> Update(string viewId, ModalView view, string? hash = null, CancellationToken cancellationToken = default);

    /// <summary>Shows a modal on top of the open one; three at most.</summary>
    Task<ViewInfo> Push(string triggerId, ModalView view, CancellationToken cancellationToken = default);

    /// <summary>Sets a user's Home tab.</summary>
    Task<ViewInfo> Publish(string userId, HomeView view, string? hash = null, CancellationToken cancellationToken = default);
}

/// <summary>conversations.*</summary>
public interface IConversationsApi
{
    /// <summary>All conversations that the bot may see, page by page as they are read.</summary>
    IAsyncEnumerable<Conversation> List(
        string types = "public_channel,private_channel", bool excludeArchived = true, CancellationToken cancellationToken = default);

    /// <summary>One page of them, for who must be able to go on where Slack stopped: a large workspace takes minutes.</summary>
    /// <param name="cursor">Where the page begins; null for the first.</param>
    /// <param name="limit">Conversations a page, 1 to 1000.</param>
    /// <param name="types">Which kinds.</param>
    /// <param name="excludeArchived">Whether archived ones are left out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<ConversationPage> ListPage(
        string? cursor, int limit, string types = "public_channel,private_channel", bool excludeArchived = true,
        CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>One conversation.</summary>
    Task<Conversation> Info(string channel, CancellationToken cancellationToken = default);

    /// <summary>A conversation's messages, newest first.</summary>
    IAsyncEnumerable<SlackMessage> History(string channel, HistoryRange? range = null, CancellationToken cancellationToken = default);

    /// <summary>A thread, its parent first.</summary>
    IAsyncEnumerable<SlackMessage> Replies(
        string channel, string ts, HistoryRange? range = null, CancellationToken cancellationToken = default);

    /// <summary>Enters a public channel.</summary>
    Task<Conversation> Join(string channel, CancellationToken cancellationToken = default);

    /// <summary>Opens a direct message with one or several users; gives its channel id.</summary>
    Task<string> Open(IReadOnlyList<string> users, CancellationToken cancellationToken = default);
}

/// <summary>users.*</summary>
public interface IUsersApi
{
    /// <summary>One user, with their locale.</summary>
    Task<User> Info(string user, CancellationToken cancellationToken = default);

    /// <summary>All users, page by page as they are read.</summary>
    IAsyncEnumerable<User> List(CancellationToken cancellationToken = default);

    /// <summary>The user of an e-mail address; <c>users_not_found</c> when there is none.</summary>
    Task<User> LookupByEmail(string email, CancellationToken cancellationToken = default);
}

/// <summary>usergroups.*</summary>
public interface IUserGroupsApi
{
    /// <summary>All user groups that are in use.</summary>
    Task<IReadOnlyList<UserGroup>> List(CancellationToken cancellationToken = default);

    /// <summary>The user ids of a group.</summary>
    Task<IReadOnlyList<string>> ListUsers(string userGroup, CancellationToken cancellationToken = default);
}

/// <summary>files.*</summary>
public interface IFilesApi
{
    /// <summary>Uploads a file and shares it, by the three steps Slack asks for.</summary>
    Task<UploadedFile> Upload(FileUpload file, CancellationToken cancellationToken = default);
}
