using System.Security.Cryptography;
using System.Text.Json;
using ChatOps.Platform.Delivery.Grouping;
using ChatOps.Platform.Localization;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Delivery;

/// <summary>Asks whoever knows a subject how it reads now.</summary>
internal sealed class Renderer(Subjects subjects, GroupRenderer bursts, ILocales locales)
{
    /// <summary>The reply that says why a message is in the fallback channel; its data is Slack's error code.</summary>
    public const string FallbackReply = "delivery.fallback";

    /// <summary>The reply that links to the message before, which can no longer be changed; its data is the address.</summary>
    public const string ContinuedReply = "delivery.continued";

    /// <summary>What Slack's message metadata says of ours.</summary>
    public const string MetadataType = "chatops_subject";

    /// <summary>The message as it should read now; null when its subject is gone.</summary>
    public Task<Message?> RenderAsync(LivingMessage message, CancellationToken cancellationToken)
    {
        var locale = locales.For(message.Language);
        return message.IsBurst
            ? bursts.RenderAsync(message.Key, locale, cancellationToken)
            : subjects.Of(message.Kind).RenderAsync(message.Key, locale, cancellationToken);
    }

    /// <summary>A reply in a thread.</summary>
    public async Task<Message> RenderReplyAsync(ThreadReply reply, CancellationToken cancellationToken)
    {
        var locale = locales.For(reply.Language);
        if (reply.Reply == FallbackReply)
            return new Message
            {
                Text = locale.Text(FallbackReply, ("channel", Mrkdwn.Literal(reply.Channel)), ("error", Mrkdwn.Code(reply.Data))),
            };
        if (reply.Reply == ContinuedReply)
            return new Message
            {
                Text = locale.Text(ContinuedReply, ("earlier", Mrkdwn.Link(reply.Data, locale.Text("delivery.continued.earlier")))),
            };
        // A group has no domain of its own: whoever acted on it names the line.
        if (reply.Kind is GroupKinds.Group or GroupKinds.Storm)
        {
            var kind = reply.Reply.Split('.')[0];
            return subjects.Of(kind) is IGroupSubject domain
                ? domain.RenderGroupReply(reply.Reply, reply.Data, locale)
                : throw new UnknownSubjectException(kind);
        }

        return await subjects.Of(reply.Kind).RenderReplyAsync(reply.Key, reply.Reply, reply.Data, locale, cancellationToken);
    }

    /// <summary>A line that stands outside its thread, below what it is about.</summary>
    public async Task<Message> OutsideThreadAsync(ThreadReply reply, Message line, CancellationToken cancellationToken)
    {
        var about = await RenderAsync(
            new LivingMessage { Kind = reply.Kind, Key = reply.Key, Language = reply.Language }, cancellationToken);
        return about is null ? line : line with { Text = $"{about.Text}\n{line.Text}", Blocks = [] };
    }

    /// <summary>The message with what we find it again by.</summary>
    public static Message Tag(Message message, SubjectId subject, string delivery) =>
        message with { Metadata = MessageMetadata.Of(MetadataType, new("subject", subject.ToString()), new("delivery", delivery)) };

    /// <summary>Equal for messages that read the same.</summary>
    public static string HashOf(Message message) =>
        Convert.ToHexStringLower(
            SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(message with { Metadata = null }, SlackJson.Context.Message)));
}
