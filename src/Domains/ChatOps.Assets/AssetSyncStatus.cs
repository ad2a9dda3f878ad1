using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Assets;

/// <summary>The inventory in <c>/chatops status</c>: how large it is, and how the sync of each account and Region stands.</summary>
internal sealed class AssetSyncStatus(IDatabase database, IAwsAccounts accounts, TimeProvider time) : IStatusSection
{
    private const int Shown = 20;

    public int Order => 30;

    public async Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var states = await AssetSyncStore.AllAsync(connection, cancellationToken);
        return Render(
            await AssetStore.CountAsync(connection, cancellationToken), states,
            account => accounts.Find(account)?.Name ?? AccountText.Mask(account), time.GetUtcNow(), locale);
    }

    internal static string Render(
        long count, IReadOnlyList<SyncState> states, Func<string, string> nameOf, DateTimeOffset now, Locale locale)
    {
        List<string> lines = [locale.Text("asset.status", ("count", count))];
        lines.AddRange(states.Take(Shown).Select(state => Line(state, nameOf, now, locale)));
        if (states.Count == 0) lines.Add(locale.Text("asset.status.never"));
        if (states.Count > Shown) lines.Add(locale.Text("asset.status.more", ("count", states.Count - Shown)));
        return string.Join('\n', lines);
    }

    private static string Line(SyncState state, Func<string, string> nameOf, DateTimeOffset now, Locale locale)
    {
        var where = $"{Mrkdwn.Literal(nameOf(state.Account))} {Mrkdwn.Literal(state.Region)}";
        if (state.LeaseUntil >= now.ToUnixTimeMilliseconds())
            return locale.Text(
                "asset.status.running", ("where", where), ("phase", locale.Text($"asset.status.phase.{state.Phase}")), ("seen", state.Seen),
                ("expected", Math.Max(state.Expected, state.Seen)));
        var last = state.SucceededAt is { } at
            ? locale.Text("asset.status.last", ("ago", locale.Duration(now - DateTimeOffset.FromUnixTimeMilliseconds(at))))
            : locale.Text("asset.status.not-yet");
        if (state.FailedAt is not null && state.Error is { } error)
            return locale.Text(
                "asset.status.failed", ("where", where), ("error", Mrkdwn.Code(TextCut.Plain(AccountText.MaskAll(error), 200))),
                ("last", last));
        if (state is { StartedAt: null, Notice: { } notice })
            return locale.Text($"asset.status.{notice}", ("where", where), ("seen", state.Seen), ("last", last));
        return state.StartedAt is not null
            ? locale.Text("asset.status.interrupted", ("where", where), ("seen", state.Seen), ("last", last))
            : locale.Text("asset.status.done", ("where", where), ("seen", state.Seen), ("deleted", state.Deleted), ("last", last));
    }
}
