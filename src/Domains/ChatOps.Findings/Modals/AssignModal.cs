using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>Chooses who shall look after a finding.</summary>
internal sealed class AssignModal(
    FindingViews views, FindingActions actions, ISlackPeople people) : IBlockActionHandler, IViewSubmissionHandler
{
    public const string ActionId = "finding.assign";

    static string IBlockActionHandler.ActionId => ActionId;

    static string IViewSubmissionHandler.CallbackId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var finding = await views.GetAsync(request.Value, cancellationToken);
        await views.ShowAsync(request, Render(finding, await views.LocaleOf(request, cancellationToken)), cancellationToken);
    }

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        if (submission.State.SelectedUser(nameof(Submission.Assignee), nameof(Submission.Assignee)) is not { } userId)
        {
            var locale = await views.LocaleOf(submission, cancellationToken);
            return ViewSubmissionResponse.Error(nameof(Submission.Assignee), locale.Text("finding.assign.who"));
        }

        var id = PrivateMetadata.Read<ViewState>(submission.PrivateMetadata).Id;
        var to = await people.FindAsync(userId, cancellationToken);
        if (to is { IsBot: true })
        {
            var locale = await views.LocaleOf(submission, cancellationToken);
            return ViewSubmissionResponse.Error(nameof(Submission.Assignee), locale.Text("finding.assign.bot"));
        }

        var by = new FindingActor(submission.UserId, submission.UserName);
        await actions.AssignAsync(by, id, new FindingActor(userId, to?.Name ?? userId), cancellationToken);
        return ViewSubmissionResponse.Clear;
    }

    internal static ModalView Render(Finding finding, Locale locale) => new()
    {
        CallbackId = ActionId,
        PrivateMetadata = PrivateMetadata.Write(new ViewState(finding.Id)),
        Title = locale.Text("finding.assign.title"),
        Submit = locale.Text("finding.assign.submit"),
        Close = locale.Text("button.cancel"),
        Blocks =
        [
            new SectionBlock(new Mrkdwn($"{FindingText.Title(finding)}\n{Mrkdwn.Literal(FindingText.Resource(finding))}", Verbatim: true)),
            new InputBlock(
                locale.Text("finding.assign.who"),
                new UsersSelect(nameof(Submission.Assignee))
                {
                    InitialUser = finding.Assigned?.ToUserId,
                    Placeholder = locale.Text("finding.assign.placeholder"),
                    FocusOnLoad = true,
                })
            {
                BlockId = nameof(Submission.Assignee),
                Hint = locale.Text("finding.assign.hint"),
            },
        ],
    };

    private sealed record ViewState(string Id);

    private sealed record Submission(string Assignee);
}
