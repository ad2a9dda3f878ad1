using ChatOps.Platform.Access;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging;

/// <summary>
/// Complete tags, on the message that asks a creator; the value is the notice's id. An operator gets the whole editor; the creator without
/// a role the policy's keys alone, for what they created, and everybody else hears whom to ask.
/// </summary>
internal sealed class CompleteTagsModal(
    TagEditorModal editor, TagCreators creators, IAccess access) : IBlockActionHandler, IViewSubmissionHandler
{
    /// <summary>The button's <c>action_id</c>, and the <c>callback_id</c> of the creator's form.</summary>
    public const string ActionId = TagCreators.Verb;

    static string IBlockActionHandler.ActionId => ActionId;

    static string IViewSubmissionHandler.CallbackId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var notice = request.Value ?? "";
        var onlyCreator = await creators.IsOnlyCreatorAsync(notice, request.UserId, cancellationToken);
        if (!onlyCreator)
            await access.DemandAsync(
                new UserAction(request.UserId, ActionId, TagNotice.SubjectOf(notice), Role.Operator), cancellationToken);
        await editor.OpenAsync(request, new TagSource(TagSource.Notice, notice), cancellationToken, completing: onlyCreator);
    }

    public Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken) =>
        editor.SubmitAsync(submission, completing: true, cancellationToken);
}

/// <summary>The plan of a creator: as <see cref="TagPlanModal"/>, and checked where it is confirmed.</summary>
internal sealed class CompleteTagsPlan(TagPlanModal plan) : IViewSubmissionHandler
{
    public const string CallbackId = "tag.complete-plan";

    static string IViewSubmissionHandler.CallbackId => CallbackId;

    public Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken) =>
        plan.Handle(submission, cancellationToken);
}
