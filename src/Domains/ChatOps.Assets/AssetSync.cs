using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Assets;

/// <summary>
/// Brings the inventory of an account and Region up to date: what exists from AWS Config, type by type; tags from the Tagging API, which
/// knows them sooner, and resources of kinds that Config does not record; groups from Resource Groups. After each type the run notes
/// that it is done, so that one that is interrupted goes on there. Only a run that has listed everything marks what it has not seen.
/// Pages are written as they come: memory does not grow with the estate.
/// </summary>
internal sealed partial class AssetSync(
    IDatabase database, IAwsClients clients, IAwsAccounts accounts, IOptions<AssetsOptions> options,
    IPolicy<TagVocabulary> vocabulary, TimeProvider time, ILogger<AssetSync> logger) : IAssetSync
{
    /// <summary>A run that says nothing for so long has died.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    /// <summary>Syncs at the same time: the workers have other things to do too.</summary>
    private const int AtOnce = 4;

    public async Task<IReadOnlyList<AssetScope>> DueAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var states = (await AssetSyncStore.AllAsync(connection, cancellationToken)).ToDictionary(state => (state.Account, state.Region));
        var now = time.GetUtcNow();
        var running = states.Values.Count(state => state.LeaseUntil >= now.ToUnixTimeMilliseconds());
        return [.. accounts.All
            .SelectMany(account => account.Regions.Select(region => new AssetScope(account.Id, region)))
            .Where(scope => !states.TryGetValue((scope.Account, scope.Region), out var state) || IsDue(state, now))
            .Take(Math.Max(0, AtOnce - running))];
    }

    public async Task<bool> RunAsync(AssetScope scope, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await database.WriteAsync(
            uow => AssetSyncStore.ClaimAsync(uow, scope, now, now + Lease, cancellationToken), cancellationToken) is not { } state)
            return false;
        var run = new AssetSyncRun(database, clients, scope, state, Lease, vocabulary.Value, time);
        try
        {
            await run.ResourcesAsync(cancellationToken);
            await run.TagsAsync(cancellationToken);
            await run.GroupsAsync(cancellationToken);
            var deleted = await run.FinishAsync(options.Value.DeletionGrace, cancellationToken);
            LogDone(scope.Account, scope.Region, run.Seen, deleted);
        }
        catch (Exception fault) when (fault is AmazonServiceException or AmazonClientException or TimeoutException
            or UnknownAwsAccountException)
        {
            LogFailed(fault, scope.Account, scope.Region);
            await StopAsync(scope, Say(fault), CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // The host stops: the next one goes on at once.
            await StopAsync(scope, null, CancellationToken.None);
            throw;
        }

        return true;
    }

    private static string Say(Exception fault) =>
        fault is AmazonServiceException { ErrorCode: { Length: > 0 } code } service ? $"{code}: {service.Message}" : fault.Message;

    private bool IsDue(SyncState state, DateTimeOffset now)
    {
        if (state.LeaseUntil >= now.ToUnixTimeMilliseconds()) return false;
        if (state.FailedAt is { } failed && now - DateTimeOffset.FromUnixTimeMilliseconds(failed) < options.Value.RetryAfter) return false;
        return state.StartedAt is not null || state.SucceededAt is not { } succeeded
            || now - DateTimeOffset.FromUnixTimeMilliseconds(succeeded) >= options.Value.SyncEvery;
    }

    private Task StopAsync(AssetScope scope, string? error, CancellationToken cancellationToken) =>
        database.WriteAsync(uow => AssetSyncStore.StopAsync(uow, scope, error, time.GetUtcNow(), cancellationToken), cancellationToken);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "The inventory of {Account} in {Region} is up to date: {Seen} resources, {Deleted} gone")]
    private partial void LogDone(string account, string region, long seen, int deleted);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The inventory of {Account} in {Region} could not be completed; nothing is marked deleted, the next run goes on there")]
    private partial void LogFailed(Exception fault, string account, string region);
}
