using ChatOps.Slack.Api;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Delivery;

/// <summary>
/// Finds the Slack channel of a routed name, and enters it when it is public and we are not in it. The list is read once in ten minutes,
/// sooner for a name that is not in it: somebody may just have created the channel.
/// </summary>
internal sealed class ChannelDirectory(ISlackApiClient slack, IOptions<DeliveryOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FreshEnough = TimeSpan.FromSeconds(30);

    private Dictionary<string, Conversation> _known = [];
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    /// <summary>The id of the channel, or the code of what is wrong with it.</summary>
    public async Task<(string? Id, string? Error)> ResolveAsync(string channel, CancellationToken cancellationToken)
    {
        // One person's conversation with us, as conversations.open named it: no list of channels has it.
        if (channel is ['D', ..] && channel.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter)))
            return (channel, null);
        var found = await FindAsync(channel, cancellationToken);
        if (found is null) return (null, "channel_not_found");
        if (found.IsArchived) return (null, "is_archived");
        if (found.IsMember || found.IsIm) return (found.Id, null);
        try
        {
            var joined = await slack.Conversations.Join(found.Id, cancellationToken);
            _known[found.Id] = _known[found.Name] = found with { IsMember = true };
            return (joined.Id, null);
        }
        catch (SlackException fault)
        {
            return (null, fault.Error == "missing_scope" ? "not_in_channel" : fault.Error);
        }
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
    public async Task<string?> FallbackAsync(CancellationToken cancellationToken)
    {
        if (await ResolveAsync(Outbox.Normalize(options.Value.FallbackChannel), cancellationToken) is ({ } id, _)) return id;
        return _known.Values.FirstOrDefault(channel => channel is { IsGeneral: true, IsMember: true })?.Id;
    }

    /// <summary>What we know of the channels may be wrong: read it again at the next question.</summary>
    public void Forget() => _readAt = DateTimeOffset.MinValue;

    private async Task<Conversation?> FindAsync(string channel, CancellationToken cancellationToken)
    {
        var age = time.GetUtcNow() - _readAt;
        if (age < Fresh && _known.TryGetValue(channel, out var known)) return known;
        if (age >= FreshEnough) await ReadAsync(cancellationToken);
        return _known.GetValueOrDefault(channel);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, Conversation>(StringComparer.Ordinal);
        await foreach (var conversation in slack.Conversations.List(excludeArchived: false, cancellationToken: cancellationToken))
        {
            known[conversation.Id] = conversation;
            // An archived channel keeps its name only until a new one takes it.
            if (conversation.Name.Length > 0 && !(conversation.IsArchived && known.ContainsKey(conversation.Name)))
                known[conversation.Name] = conversation;
        }

        (_known, _readAt) = (known, time.GetUtcNow());
    }
}
