using ChatOps.Platform.Charts;
using ChatOps.Slack.Api;

namespace ChatOps.Platform.Delivery;

/// <summary>
/// Uploads pictures by the three steps Slack asks for (files.getUploadURLExternal, the bytes, files.completeUploadExternal), without
/// a channel: the message that names the file shares it. One at a time, so that a crowd of alerts does not meet Slack's limits;
/// when Slack asks to wait, that is waited, as long as the caller can.
/// </summary>
internal sealed class Pictures(ISlackApiClient slack, TimeProvider time) : IPictures, IDisposable
{
    private const int Attempts = 3;

    /// <summary>Longer than this nobody waits for a picture: the caller's message goes out without it.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task<string> UploadAsync(Picture picture, string fileName, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return (await slack.Files.Upload(new FileUpload(fileName, picture.Png) { AltText = picture.Alt }, cancellationToken))
                        .Id;
                }
                catch (SlackRateLimitedException limited) when (attempt < Attempts && limited.RetryAfter <= LongestWait)
                {
                    await Task.Delay(limited.RetryAfter, time, cancellationToken);
                }
                catch (SlackTransportException) when (attempt < Attempts)
                {
                    // Unshared files are nobody's: one that is uploaded twice is not seen.
                    await Task.Delay(TimeSpan.FromSeconds(attempt), time, cancellationToken);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
