using ChatOps.Platform.Charts;
using ChatOps.Platform.Delivery;
using ChatOps.Slack.Api;

namespace ChatOps.Platform.Tests.Delivery;

public sealed class PicturesTests
{
    private static readonly Picture Picture = new(new byte[] { 1, 2, 3 }, 10, 10, "Errors over 3 hours");

    private readonly Queue<Exception?> _faults = new();
    private readonly List<FileUpload> _uploads = [];
    private readonly AtOnce _time = new();
    private int _under;

    [Fact]
    public async Task A_picture_is_uploaded_unshared_with_what_it_shows_and_its_id_is_given()
    {
        using var pictures = Given();

        Assert.Equal("F1", await pictures.UploadAsync(Picture, "errors.png", default));

        var upload = Assert.Single(_uploads);
        Assert.Equal(("errors.png", "Errors over 3 hours", null), (upload.FileName, upload.AltText, upload.ChannelId));
        Assert.Equal(Picture.Png.ToArray(), upload.Content.ToArray());
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task What_Slack_asks_to_wait_is_waited_and_what_is_lost_on_the_way_is_sent_again()
    {
        using var pictures = Given(
            new SlackRateLimitedException("files.getUploadURLExternal", TimeSpan.FromSeconds(7)),
            new SlackTransportException("files.completeUploadExternal", "reset"));

        Assert.Equal("F3", await pictures.UploadAsync(Picture, "errors.png", default));
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(2)], _time.Waits);
    }

    [Fact]
    public async Task Three_times_is_enough_and_a_refusal_is_final()
    {
        using var pictures = Given([
            .. Enumerable.Repeat(new SlackTransportException("files.getUploadURLExternal", "reset"), 3),
            new SlackException("files.getUploadURLExternal", "missing_scope", needed: "files:write")
        ]);

        await Assert.ThrowsAsync<SlackTransportException>(() => pictures.UploadAsync(Picture, "errors.png", default));
        Assert.Equal(3, _uploads.Count);
        Assert.Equal(
            "files:write", (await Assert.ThrowsAsync<SlackException>(() => pictures.UploadAsync(Picture, "errors.png", default))).Needed);
        Assert.Equal(4, _uploads.Count);
        // A failure gives the turn back.
        Assert.Equal("F5", await pictures.UploadAsync(Picture, "errors.png", default));
    }

    [Fact]
    public async Task Nobody_waits_for_minutes()
    {
        using var pictures = Given(new SlackRateLimitedException("files.getUploadURLExternal", TimeSpan.FromMinutes(5)));
        await Assert.ThrowsAsync<SlackRateLimitedException>(() => pictures.UploadAsync(Picture, "errors.png", default));
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task One_goes_after_the_other()
    {
        using var pictures = Given();
        var ids = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => pictures.UploadAsync(Picture, "errors.png", default))));
        Assert.Equal(8, ids.Distinct().Count());
        Assert.Equal(0, _under);
    }

    private Pictures Given(params Exception[] faults)
    {
        foreach (var fault in faults) _faults.Enqueue(fault);
        var files = new PlayedFiles(this);
        return new Pictures(Played.Of<ISlackApiClient>().Returns("get_Files", files).Instance, _time);
    }

    private sealed class PlayedFiles(PicturesTests test) : IFilesApi
    {
        public async Task<UploadedFile> Upload(FileUpload file, CancellationToken cancellationToken = default)
        {
            Assert.Equal(1, Interlocked.Increment(ref test._under));
            await Task.Yield();
            test._uploads.Add(file);
            var id = $"F{test._uploads.Count}";
            Interlocked.Decrement(ref test._under);
            return test._faults.TryDequeue(out var fault) && fault is not null ? throw fault : new UploadedFile(id, null);
        }
    }

    /// <summary>A clock whose timers fire at once, and that remembers how long each would have waited.</summary>
    private sealed class AtOnce : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
