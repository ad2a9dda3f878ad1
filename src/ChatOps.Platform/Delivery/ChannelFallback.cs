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
            return await LeaveAsync(channel, null, error!, cancellationToken) ? await directory.FallbackAsync(cancellationToken) : null;
        await messages.ResolveAsync(channel, id, cancellationToken);
        if (unresolved.HasFault) await messages.ForgetFaultAsync(channel, cancellationToken);
        return id;
    }

    /// <summary>What waits for a routed channel goes to the fallback, because of what Slack said of the channel.</summary>
    /// <param name="channel">The channel as routed.</param>
    /// <param name="target">The Slack channel that refused; null when there is none.</param>
    /// <param name="error">What Slack said.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when there is no other channel to go to.</returns>
    public async Task<bool> LeaveAsync(string channel, string? target, string error, CancellationToken cancellationToken)
    {
        directory.Forget();
        // Somebody removed us from a public channel: that can be mended without anybody.
        if (target is not null && error == "not_in_channel" && await directory.TryJoinAsync(target, cancellationToken)) return true;
        var fallback = await directory.FallbackAsync(cancellationToken);
        if (fallback is null || fallback == target) return false;
        if (await messages.FallBackAsync(channel, target, fallback, error, cancellationToken))
            await notices.ChannelUnusableAsync(channel, error, fallback, cancellationToken);
        return true;
    }
}
