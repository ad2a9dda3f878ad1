using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Delivery;

/// <summary>
/// What becomes of what Slack refuses. A refused form is tried again plainer; a refused channel's message goes elsewhere; a code that
/// nobody knows is first tried again as it is. A message that no channel takes waits, is tried again at growing intervals, and goes out by
/// mail meanwhile. A message that can no longer be changed is posted anew when its subject needs somebody.
/// </summary>
internal sealed partial class ChannelRefusals(ChannelLease lease, SenderParts parts)
{
    /// <summary>How many times a message is sent as it is when Slack does not say what is wrong with it.</summary>
    private const int Patience = 3;

    /// <summary>After how many refusals by every channel there is the message goes out by mail.</summary>
    private const int BeforeMail = 4;

    private DateTimeOffset Now => parts.Time.GetUtcNow();

    /// <summary>A new message was refused.</summary>
    public async Task PostAsync(LivingMessage message, Message rendered, string? code, PlainForm remedy, SlackFault fault, string error)
    {
        if (fault is SlackFault.Form or SlackFault.Unknown
            && Next(fault, message.Form, message.Refusals, remedy, rendered, inThread: false) is (var form, var wait))
        {
            LogPlainer(parts.Logger, message.Subject, lease.Target, error, form);
            await parts.Messages.RefusedAsync(lease, message, form, Now + wait, error, CancellationToken.None);
            return;
        }

        // The refusal of one message, whatever it is made of, says nothing of the others that wait for the channel.
        var leaving = new Leaving(message.Channel, lease.Target, code ?? error, fault == SlackFault.Channel ? null : message.Id, lease);
        await parts.Messages.RefusedAsync(
            lease, message, PlainForm.Whole, Now + ChannelCalls.Wait(message.Refusals + 1), error, CancellationToken.None);
        if (await parts.Fallback.LeaveAsync(leaving, mayJoin: message.Refusals == 0, CancellationToken.None)) return;
        LogNowhere(parts.Logger, message.Subject, lease.Target, error);
        if (message.Refusals >= BeforeMail) await parts.Mail.SendAsync(message, rendered, error, CancellationToken.None);
    }

    /// <summary>A line of a thread was refused.</summary>
    public async Task ReplyAsync(ThreadReply reply, Message rendered, PlainForm remedy, SlackFault fault, string error)
    {
        if (fault is SlackFault.Form or SlackFault.Unknown
            && Next(fault, reply.Form, reply.Refusals, remedy, rendered, inThread: true) is (var form, var wait))
        {
            LogPlainer(parts.Logger, reply.Subject, lease.Target, error, form);
            await parts.Replies.RefusedAsync(lease, reply.Id, form, Now + wait, error, CancellationToken.None);
            return;
        }

        LogGaveUp(parts.Logger, reply.Subject, lease.Target, error);
        await parts.Replies.GiveUpAsync(lease, reply.Id, error, CancellationToken.None);
        parts.Metrics.GaveUp();
    }

    /// <summary>An update was refused.</summary>
    public async Task UpdateAsync(LivingMessage message, Message rendered, string? code, PlainForm remedy, SlackFault fault, string error)
    {
        if (fault is SlackFault.Form or SlackFault.Unknown
            && Next(fault, message.Form, message.Refusals, remedy, rendered, inThread: false) is (var form, var wait))
        {
            LogPlainer(parts.Logger, message.Subject, lease.Target, error, form);
            await parts.Messages.RefusedAsync(lease, message, form, Now + wait, error, CancellationToken.None);
            return;
        }

        await LoseAsync(message, code ?? error);
    }

    /// <summary>The message in Slack can no longer be changed; its subject's state stands in a new one if need be.</summary>
    public async Task LoseAsync(LivingMessage message, string code)
    {
        // Asked before the row forgets where the message is; one that was deleted has no address.
        var address = code == "message_not_found" ? null : await AddressAsync(message);
        if (!await parts.Messages.LostAsync(lease, message, code, CancellationToken.None))
        {
            LogLost(parts.Logger, message.Subject, lease.Target, code);
            return;
        }

        LogAnew(parts.Logger, message.Subject, lease.Target, code);
        if (address is not null)
            await parts.Messages.AddReplyAsync(message.Id, Renderer.ContinuedReply, address, CancellationToken.None);
    }

    private async Task<string?> AddressAsync(LivingMessage message)
    {
        try
        {
            return await parts.Slack.Chat.GetPermalink(lease.Target, message.Ts!, CancellationToken.None);
        }
        catch (SlackCallException)
        {
            // A link is worth no delay.
            return null;
        }
    }

    /// <summary>The form of the next try and how long to wait for it; null when there is none left.</summary>
    private static (PlainForm Form, TimeSpan Wait)? Next(
        SlackFault fault, PlainForm form, int refusals, PlainForm remedy, Message rendered, bool inThread)
    {
        if (fault == SlackFault.Unknown && refusals + 1 < Patience) return (form, ChannelCalls.Wait(refusals + 1));
        return PlainForms.Plainer(form, remedy, rendered, inThread) is { } plainer
            ? (plainer, fault == SlackFault.Unknown ? ChannelCalls.Wait(1) : TimeSpan.Zero)
            : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Subject} was refused in {Channel}: {Error}. It is sent again as {Form}")]
    private static partial void LogPlainer(ILogger logger, SubjectId subject, string channel, string error, PlainForm form);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Subject} is taken neither in {Channel} nor elsewhere: {Error}. It is tried again")]
    private static partial void LogNowhere(ILogger logger, SubjectId subject, string channel, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "A line about {Subject} cannot be shown in {Channel}: {Error}")]
    private static partial void LogGaveUp(ILogger logger, SubjectId subject, string channel, string error);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The message of {Subject} in {Channel} can no longer be changed ({Error}); a new one is posted when it needs somebody")]
    private static partial void LogLost(ILogger logger, SubjectId subject, string channel, string error);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The message of {Subject} in {Channel} can no longer be changed ({Error}); it is posted anew")]
    private static partial void LogAnew(ILogger logger, SubjectId subject, string channel, string error);
}
