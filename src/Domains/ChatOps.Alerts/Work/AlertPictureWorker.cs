using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Alerts;

/// <summary>
/// Draws the pictures of groups that are due, uploads them, and has the message drawn anew: at the start, now and then while the alert
/// fires, and once when it is over. Without Prometheus there is no picture, and nobody waits for one.
/// </summary>
internal sealed partial class AlertPictureWorker(
    IDatabase database, AlertGraph graph, IPictures pictures, AlertService recorder, ILocales locales, IOptions<AlertsOptions> options,
    TimeProvider time,
    ILogger<AlertPictureWorker> logger) : IWorkProcessor<AlertGroup>
{
    /// <summary>Between two pictures of one group, whatever happens to it.</summary>
    public static readonly TimeSpan Sparing = TimeSpan.FromMinutes(2);

    public async Task ProcessAsync(WorkBatch<AlertGroup> batch, CancellationToken cancellationToken)
    {
        var (group, now) = (batch.Items[0], time.GetUtcNow());
        PictureMark? drawn = null;
        try
        {
            drawn = await DrawAsync(group, now, cancellationToken);
        }
        catch (Exception fault) when (fault is PrometheusException or SlackCallException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The alert is told without it, and the next picture may come out.
            LogNotDrawn(group.Id, group.Name, fault.Message);
        }

        // What did not come out is tried again soon.
        var next = group.IsFiring ? now + (drawn is null ? Sparing : options.Value.RedrawEvery) : (DateTimeOffset?)null;
        await database.WriteAsync(
            async uow =>
            {
                await batch.CloseAsync(uow, group);
                if (drawn is not null)
                    await recorder.ChangeAsync(uow, group.Id, known => known with { Picture = drawn }, null, cancellationToken);
                await AlertStore.PictureDueAsync(uow, group.Id, graph.CanDraw(group) ? next : null, cancellationToken);
            },
            cancellationToken);
    }

    public Task GiveUpAsync(UnitOfWork uow, AlertGroup item, Exception fault, CancellationToken cancellationToken) =>
        AlertStore.PictureDueAsync(uow, item.Id, null, cancellationToken);

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
}
