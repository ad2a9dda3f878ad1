using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Alerts;

/// <summary>Wakes the drawing of pictures.</summary>
internal sealed class PictureSignal : WakeSignal;

/// <summary>
/// Draws the pictures of groups that are due, uploads them, and has the message drawn anew: at the start, now and then while the alert
/// fires, and once when it is over. Without Prometheus there is no picture, and nobody waits for one.
/// </summary>
internal sealed partial class AlertPictureWorker(
    IDatabase database, AlertGraph graph, IPictures pictures, AlertService recorder, ILocales locales, PictureSignal signal, IOptions<AlertsOptions> options, TimeProvider time,
    ILogger<AlertPictureWorker> logger) : BackgroundService
{
    /// <summary>Between two pictures of one group, whatever happens to it.</summary>
    public static readonly TimeSpan Sparing = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await DrawNextAsync(stoppingToken))
                {
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // The database is away, most likely: what was taken is due again when its lease ends.
                LogRoundFailed(fault);
            }

            await signal.WaitAsync(Sweep, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Draws the picture that is due the longest; false when none is.</summary>
    internal async Task<bool> DrawNextAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await database.WriteAsync(uow => AlertStore.TakePictureAsync(uow, now, now + Lease, cancellationToken), cancellationToken) is not { } group) return false;
        PictureMark? drawn = null;
        try
        {
            drawn = await DrawAsync(group, now, cancellationToken);
        }
        catch (Exception fault) when (fault is PrometheusException or SlackCallException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The alert is told without it, and the next picture may come out.
            LogNotDrawn(group.Id, group.Name, fault.Message);
        }

        // What did not come out is tried again soon.
        var next = group.IsFiring ? now + (drawn is null ? Sparing : options.Value.RedrawEvery) : (DateTimeOffset?)null;
        await database.WriteAsync(
            async uow =>
            {
                if (drawn is not null) await recorder.ChangeAsync(uow, group.Id, known => known with { Picture = drawn }, null, cancellationToken);
                await AlertStore.PictureDueAsync(uow, group.Id, graph.CanDraw(group) ? next : null, cancellationToken);
            },
            cancellationToken);
        return true;
    }

    private async Task<PictureMark?> DrawAsync(AlertGroup group, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!graph.CanDraw(group)) return null;
        var hours = graph.HoursOf(group);
        if (await graph.DrawAsync(group, hours, locales.For(recorder.LanguageOf(group)), cancellationToken) is not { } picture) return null;
        var file = await pictures.UploadAsync(picture, $"{group.Id}.png", cancellationToken);
        return new PictureMark(file, picture.Alt, hours, now);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The picture of alert group {Id} ({Name}) could not be drawn: {Reason}")]
    private partial void LogNotDrawn(string id, string name, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of drawing failed")]
    private partial void LogRoundFailed(Exception fault);
}
