using System.Collections.Concurrent;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging;

namespace ChatOps.Tagging;

/// <summary>The modal or the command's answer in which a person follows a run (<see cref="TagRunProgress"/>), kept up to date.</summary>
internal sealed partial class TagRunProgressView(
    TagRunStore store, ISlackApiClient slack, ILocales locales, TimeProvider time, ILogger<TagRunProgressView> logger)
{
    private static readonly TimeSpan ShownEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _shown = new(StringComparer.Ordinal);

    /// <summary>Brings the modal or the answer that follows a run up to date; harmless when it is gone.</summary>
    public async Task ShowAsync(TagRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (run.State == TagRunState.Running && _shown.TryGetValue(run.Id, out var last) && now - last < ShownEvery) return;
        if (run.State is TagRunState.Done) _shown.TryRemove(run.Id, out _);
        else _shown[run.Id] = now;
        var locale = locales.For(run.Language);
        var failures = run.Counts.Failed > 0
            ? await store.ItemsAsync(run.Id, "failed", "", TagRunBlocks.FailuresShown, cancellationToken)
            : [];
        try
        {
            if (run.ViewId is { } view)
                await slack.Views.Update(view, TagPlanModal.Render(run, failures, locale), cancellationToken: cancellationToken);
            // An answer takes five updates in all: the end is the one that counts.
            else if (run.RespondUrl is { } url && run.State is TagRunState.Done)
                await slack.Respond(url, InteractionResponse.Replace(TagRunMessage.Render(run, failures, locale)), cancellationToken);
        }
        catch (Exception fault) when (fault is SlackCallException)
        {
            LogNotShown(fault, run.Id);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The modal or answer that followed run {Run} is gone")]
    private partial void LogNotShown(Exception fault, string run);
}
