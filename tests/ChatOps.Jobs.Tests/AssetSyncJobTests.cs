using ChatOps.Assets;

namespace ChatOps.Jobs.Tests;

public sealed class AssetSyncJobTests
{
    [Fact]
    public async Task A_sync_that_was_queued_twice_is_done_once()
    {
        var sync = new PlayedSync();
        var job = new AssetSyncJob(sync, null!);
        await job.SyncAsync("111122223333", "ap-northeast-2", default);
        await job.SyncAsync("111122223333", "ap-northeast-2", default);
        Assert.Equal([new AssetScope("111122223333", "ap-northeast-2")], sync.Done);
    }

    private sealed class PlayedSync : IAssetSync
    {
        public List<AssetScope> Done { get; } = [];

        public Task<IReadOnlyList<AssetScope>> DueAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<AssetScope>>([.. new[] { new AssetScope("111122223333", "ap-northeast-2") }.Except(Done)]);

        public Task<bool> RunAsync(AssetScope scope, CancellationToken cancellationToken)
        {
            Done.Add(scope);
            return Task.FromResult(true);
        }
    }
}
