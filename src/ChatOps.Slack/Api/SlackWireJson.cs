using System.Text.Json.Serialization;
using ChatOps.Slack.Interactions;

namespace ChatOps.Slack.Api;

/// <summary>The bodies we send and the answers we read, by the rules of <see cref="SlackJson"/>.</summary>
[JsonSerializable(typeof(PostMessageBody))]
[JsonSerializable(typeof(UpdateMessageBody))]
[JsonSerializable(typeof(PostEphemeralBody))]
[JsonSerializable(typeof(MessageBody))]
[JsonSerializable(typeof(OpenViewBody))]
[JsonSerializable(typeof(UpdateViewBody))]
[JsonSerializable(typeof(PublishViewBody))]
[JsonSerializable(typeof(ChannelBody))]
[JsonSerializable(typeof(UsersBody))]
[JsonSerializable(typeof(CompleteUploadBody))]
[JsonSerializable(typeof(ResponseUrlBody))]
[JsonSerializable(typeof(ViewResponseBody))]
[JsonSerializable(typeof(BlockOptions))]
[JsonSerializable(typeof(Identity))]
[JsonSerializable(typeof(PostedMessage))]
[JsonSerializable(typeof(Conversation))]
[JsonSerializable(typeof(SlackMessage))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(UserGroup))]
[JsonSerializable(typeof(UploadedFile))]
internal sealed partial class SlackWireJson : JsonSerializerContext
{
    public static SlackWireJson Context { get; } = new(SlackJson.Rules());
}
