using System.Data.Common;
using ChatOps.Aws;
using ChatOps.Platform.Localization;

namespace ChatOps.Assets;

/// <summary>The inventory while it is read for the first time: until then 'nothing found' says little.</summary>
/// <param name="Seen">Resources read so far.</param>
/// <param name="Expected">How many there are, as far as AWS has been asked; 0 when it has not.</param>
/// <param name="Stopped">AWS refused an account or Region, and nothing else is being read.</param>
internal sealed record FirstSync(long Seen, long Expected, bool Stopped)
{
    /// <summary>How far it is; null once every account and Region has been read whole.</summary>
    public static async Task<FirstSync?> ReadAsync(
        DbConnection connection, IReadOnlyList<AwsAccount> accounts, CancellationToken cancellationToken)
    {
        var states = (await AssetSyncStore.AllAsync(connection, cancellationToken)).ToDictionary(state => (state.Account, state.Region));
        var scopes = accounts.SelectMany(account => account.Regions.Select(region => states.GetValueOrDefault((account.Id, region))))
            .ToList();
        if (scopes.TrueForAll(state => state?.SucceededAt is not null)) return null;
        return new FirstSync(
            scopes.Sum(state => state?.Seen ?? 0),
            scopes.Sum(state => state is null ? 0 : Math.Max(state.Expected, state.Seen)),
            scopes.TrueForAll(state => state is { SucceededAt: not null } or { FailedAt: not null }));
    }

    /// <summary>In a sentence.</summary>
    public string Say(Locale locale) =>
        Stopped ? locale.Text("asset.first.stopped")
        : Expected == 0 ? locale.Text("asset.first.begins")
        : locale.Text("asset.first.reads", ("seen", Seen), ("expected", Expected));
}
