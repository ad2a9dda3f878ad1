using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>Chooses who shall look after an anomaly.</summary>
internal sealed class AssignAnomalyModal(
    CostViews views, CostActions actions, ISlackPeople people) : IBlockActionHandler, IViewSubmissionHandler
{
    public const string ActionId = "anomaly.assign";

    static string IBlockActionHandler.ActionId => ActionId;

    static string IViewSubmissionHandler.CallbackId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var anomaly = await views.AnomalyAsync(request.Value, cancellationToken);
        await views.ShowAsync(request, Render(anomaly, await views.LocaleOf(request, cancellationToken)), cancellationToken);
    }

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var locale = await views.LocaleOf(submission, cancellationToken);
        if (submission.State.SelectedUser(nameof(Submission.Assignee), nameof(Submission.Assignee)) is not { } userId)
            return ViewSubmissionResponse.Error(nameof(Submission.Assignee), locale.Text("budget.assign.who"));
        if (await people.FindAsync(userId, cancellationToken) is { IsBot: true })
            return ViewSubmissionResponse.Error(nameof(Submission.Assignee), locale.Text("budget.assign.bot"));
        await actions.AssignAnomalyAsync(
            submission.UserId, PrivateMetadata.Read<ViewState>(submission.PrivateMetadata).Id, userId, cancellationToken);
        return ViewSubmissionResponse.Clear;
    }

    internal static ModalView Render(Anomaly anomaly, Locale locale) => new()
    {
        CallbackId = ActionId,
        PrivateMetadata = PrivateMetadata.Write(new ViewState(anomaly.Id)),
        Title = locale.Text("anomaly.assign.title"),
        Submit = locale.Text("budget.assign.submit"),
        Close = locale.Text("button.close"),
        Blocks =
        [
            new SectionBlock(new Mrkdwn(AnomalyMessage.Line(anomaly, AnomalySubject.Currency, locale), Verbatim: true)),
            new InputBlock(
                locale.Text("budget.assign.who"),
                new UsersSelect(nameof(Submission.Assignee)) { InitialUser = anomaly.AssignedTo, FocusOnLoad = true })
            {
                BlockId = nameof(Submission.Assignee),
                Hint = locale.Text("budget.assign.hint"),
            },
        ],
    };

    private sealed record ViewState(string Id);

    private sealed record Submission(string Assignee);
}
