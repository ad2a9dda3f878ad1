using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Api;

// The bodies of the methods that take JSON, as Slack's method pages name their arguments.

internal sealed record PostMessageBody(
    string Channel, string Text, IReadOnlyList<Block>? Blocks, MessageMetadata? Metadata, string? ThreadTs, bool? ReplyBroadcast,
    bool UnfurlLinks, bool UnfurlMedia);

// Blocks are always sent: left out, the message would keep its old ones.
internal sealed record UpdateMessageBody(string Channel, string Ts, string Text, IReadOnlyList<Block> Blocks, MessageMetadata? Metadata);

internal sealed record PostEphemeralBody(string Channel, string User, string Text, IReadOnlyList<Block>? Blocks, string? ThreadTs);

internal sealed record MessageBody(string Channel, string Ts);

internal sealed record OpenViewBody(string TriggerId, ModalView View);

internal sealed record UpdateViewBody(string ViewId, string? Hash, ModalView View);

internal sealed record PublishViewBody(string UserId, string? Hash, HomeView View);

internal sealed record ChannelBody(string Channel);

internal sealed record UsersBody(string Users);

internal sealed record CompleteUploadBody(IReadOnlyList<UploadedFile> Files, string? ChannelId, string? ThreadTs, string? InitialComment);

internal sealed record ResponseUrlBody(
    string? ResponseType, string? Text, IReadOnlyList<Block>? Blocks, bool ReplaceOriginal, bool? DeleteOriginal, string? ThreadTs,
    bool? UnfurlLinks, bool? UnfurlMedia);

// What a view submission is answered with.
internal sealed record ViewResponseBody(string ResponseAction, ModalView? View = null, IReadOnlyDictionary<string, string>? Errors = null);
