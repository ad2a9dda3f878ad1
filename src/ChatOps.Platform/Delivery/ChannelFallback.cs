namespace ChatOps.Platform.Delivery;

/// <summary>Sends elsewhere what a channel does not take, and says so once.</summary>
internal sealed class ChannelFallback(ChannelDirectory directory, LivingMessageStore messages, IAdminNotices notices)
{
    /// <summary>Gives what waits for a routed channel its Slack channel: its own, or the fallback.</summary>
    /// <returns>The id of the Slack channel; null when there is neither, and it goes on waiting.</returns>
    public async Task<string?> ResolveAsync(UnresolvedChannel unresolved, CancellationToken cancellationToken)
    {
        var channel = unresolved.Channel;
        var (id, error) = await directory.ResolveAsync(channel, cancellationToken);
        if (id is null)
        {
            var leaving = new Leaving(channel, null, error!);
            return await LeaveAsync(leaving, mayJoin: false, cancellationToken) ? await directory.FallbackAsync(cancellationToken) : null;
        }

        await messages.ResolveAsync(channel, id, cancellationToken);
        if (unresolved.HasFault) await messages.ForgetFaultAsync(channel, cancellationToken);
        return id;
    }

    /// <summary>What waits for a channel goes to the fallback, because of what Slack said.</summary>
    /// <param name="leaving">What waits, where, and what Slack said.</param>
    /// <param name="mayJoin">Whether to enter a channel that we are not in, instead.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when there is no other channel to go to.</returns>
    public async Task<bool> LeaveAsync(Leaving leaving, bool mayJoin, CancellationToken cancellationToken)
    {
        await directory.ForgetAsync(leaving.Channel, leaving.Target, leaving.Error, cancellationToken);
        // Somebody removed us from a public channel: that can be mended without anybody.
        if (leaving.Target is { } target && mayJoin && leaving.Error == "not_in_channel"
            && await directory.TryJoinAsync(target, cancellationToken)) return true;
        var fallback = await directory.FallbackAsync(cancellationToken);
        if (fallback is null || fallback == leaving.Target) return false;
        if (await messages.FallBackAsync(leaving, fallback, cancellationToken))
            await notices.ChannelUnusableAsync(leaving.Channel, leaving.Error, fallback, cancellationToken);
        return true;
    }
}
