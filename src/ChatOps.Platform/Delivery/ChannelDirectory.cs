using System.Collections.Concurrent;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Delivery;

/// <summary>
/// Finds the Slack channel of a route, and enters it when it is public and we are not in it. An id is asked for by itself; a name is looked
/// for in the list once, and is then known for hours, to all replicas.
/// </summary>
internal sealed class ChannelDirectory(
    ISlackApiClient slack, ChannelList list, RoutedChannelStore store, IOptions<DeliveryOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(6);

    /// <summary>How long a name is known without asking what other replicas know of it.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    /// <summary>Names that were found lately, and until when they need not be looked up.</summary>
    private readonly ConcurrentDictionary<string, (string Id, DateTimeOffset Until)> _names = new(StringComparer.Ordinal);

    /// <summary>Channels that we are in, by their id, and until when that is believed.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> _entered = new(StringComparer.Ordinal);

    /// <summary>The id of the channel, or the code of what is wrong with it.</summary>
    /// <exception cref="SlackCallException">Slack cannot be asked now.</exception>
    public async Task<(string? Id, string? Error)> ResolveAsync(string channel, CancellationToken cancellationToken)
    {
        if (IsId(channel))
        {
            // One person's conversation with us, as conversations.open named it: no list of channels has it.
            return channel[0] == 'D' ? (channel, null) : await EnterAsync(channel, null, cancellationToken);
        }

        var now = time.GetUtcNow();
        if (_names.TryGetValue(channel, out var name) && name.Until > now && IsEntered(name.Id)) return (name.Id, null);
        if (await store.FindAsync(channel, now - Fresh, cancellationToken) is { } known)
        {
            if (IsEntered(known))
            {
                _names[channel] = (known, now + Remembered);
                return (known, null);
            }

            var (id, error) = await EnterAsync(known, null, cancellationToken);
            if (id is not null || error is not ("channel_not_found" or "is_archived")) return (id, error);
            // Another may have its name by now.
            await ForgetAsync(channel, known, error, cancellationToken);
        }

        if (await list.FindAsync(channel, cancellationToken) is not { } found) return (null, "channel_not_found");
        var entered = await EnterAsync(found.Id, found, cancellationToken);
        if (entered.Id is null) return entered;
        await store.FoundAsync(channel, found.Id, cancellationToken);
        _names[channel] = (found.Id, now + Remembered);
        return entered;
    }

    /// <summary>Enters a channel; false when it cannot be entered.</summary>
    public async Task<bool> TryJoinAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await slack.Conversations.Join(id, cancellationToken);
            return true;
        }
        catch (SlackException)
        {
            return false;
        }
    }

    /// <summary>The channel for what cannot go where it should; null when there is none either.</summary>
    /// <exception cref="SlackCallException">Slack cannot be asked now.</exception>
    public async Task<string?> FallbackAsync(CancellationToken cancellationToken)
    {
        if (await ResolveAsync(Outbox.Normalize(options.Value.FallbackChannel), cancellationToken) is ({ } id, _)) return id;
        return list.General?.Id;
    }

    /// <summary>Slack said that the channel is not what we know of it: it is looked for again at the next question.</summary>
    /// <param name="channel">As routed.</param>
    /// <param name="target">Its id; null when it was not found.</param>
    /// <param name="error">What Slack said.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task ForgetAsync(string channel, string? target, string error, CancellationToken cancellationToken)
    {
        if (target is null) return;
        _entered.TryRemove(target, out _);
        if (error is not ("channel_not_found" or "is_archived")) return;
        _names.TryRemove(channel, out _);
        await list.ForgetAsync(channel, cancellationToken);
        await store.ForgetAsync(channel, cancellationToken);
    }

    private bool IsEntered(string id) => _entered.TryGetValue(id, out var until) && until > time.GetUtcNow();

    private async Task<(string? Id, string? Error)> EnterAsync(string id, Conversation? seen, CancellationToken cancellationToken)
    {
        if (IsEntered(id)) return (id, null);
        try
        {
            seen ??= await slack.Conversations.Info(id, cancellationToken);
        }
        catch (SlackException fault)
        {
            // Only a plain no is one: without the right to ask, the post itself will tell.
            return fault.Error is "channel_not_found" or "is_archived" ? (null, fault.Error) : (id, null);
        }

        if (seen.IsArchived) return (null, "is_archived");
        if (!seen.IsMember && !seen.IsIm)
        {
            try
            {
                await slack.Conversations.Join(id, cancellationToken);
            }
            catch (SlackException fault)
            {
                return (null, fault.Error == "missing_scope" ? "not_in_channel" : fault.Error);
            }
        }

        _entered[id] = time.GetUtcNow() + Fresh;
        return (id, null);
    }

    private static bool IsId(string channel) =>
        channel is ['C' or 'D' or 'G', _, _, ..] && channel.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter));
}
