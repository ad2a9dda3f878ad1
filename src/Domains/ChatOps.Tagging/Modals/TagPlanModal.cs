using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging;

/// <summary>What a change comes to; confirmed here, it goes on to show how far it is and how it ended.</summary>
internal sealed class TagPlanModal(TagRunService runs, ILocales locales) : IViewSubmissionHandler
{
    public const string CallbackId = TagRunService.ApplyVerb;

    static string IViewSubmissionHandler.CallbackId => CallbackId;

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(submission.UserId, cancellationToken);
        var run = await runs.ConfirmAsync(
            PrivateMetadata.Read<ViewState>(submission.PrivateMetadata).RunId, submission.UserId,
            new TagRunProgress(submission.View.Id, null, locale.Language), cancellationToken);
        return ViewSubmissionResponse.Update(Render(run, [], locale));
    }

    /// <summary>The plan. Pure.</summary>
    /// <param name="run">The run.</param>
    /// <param name="failures">Some of what failed.</param>
    /// <param name="locale">The reader's.</param>
    /// <param name="callbackId">Who takes the confirmation; null for this modal itself.</param>
    internal static ModalView Render(TagRun run, IReadOnlyList<TagRunItem> failures, Locale locale, string? callbackId = null)
    {
        var blocks = TagRunBlocks.Render(run, failures, locale).ToList();
        if (run is { State: TagRunState.Running, Counts.Total: > 1 })
            blocks.Add(new ContextBlock(new Mrkdwn(locale.Text("tag.run.close"), Verbatim: true)));
        var ask = run is { State: TagRunState.Planned, Plan.Changed: > 0 };
        return new ModalView
        {
            CallbackId = callbackId ?? CallbackId,
            PrivateMetadata = PrivateMetadata.Write(new ViewState(run.Id)),
            Title = locale.Text("tag.plan.title"),
            // An asset that it was opened from would show the tags of before.
            ClearOnClose = run.State is TagRunState.Running or TagRunState.Done,
            Blocks = blocks,
            Submit = ask ? locale.Text("tag.plan.submit") : (PlainText?)null,
            Close = locale.Text(ask ? "button.cancel" : "button.close"),
        };
    }

    private sealed record ViewState(string RunId);
}

/// <summary>Confirms a plan that a command answered with; the value is the run's id.</summary>
internal sealed class ConfirmTagsButton(TagRunService runs, ISlackApiClient slack, ILocales locales) : IBlockActionHandler
{
    public const string ActionId = "tag.confirm";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var run = await runs.ConfirmAsync(
            request.Value ?? "", request.UserId, new TagRunProgress(null, request.ResponseUrl, locale.Language), cancellationToken);
        if (request.ResponseUrl is { } url)
            await slack.Respond(url, InteractionResponse.Replace(TagRunMessage.Render(run, [], locale)), cancellationToken);
    }
}

/// <summary>Drops a plan that a command answered with.</summary>
internal sealed class CancelTagsButton(TagRunService runs, ISlackApiClient slack) : IBlockActionHandler
{
    public const string ActionId = "tag.cancel";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        await runs.CancelAsync(request.Value ?? "", cancellationToken);
        if (request.ResponseUrl is { } url) await slack.Respond(url, InteractionResponse.Delete, cancellationToken);
    }
}
