using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>
/// Says to AWS whether an anomaly was one, so that its monitor learns. The options' values are the answer and the anomaly.
/// </summary>
internal sealed class AnomalyFeedbackSelect(
    CostViews views, CostActions actions, CostExplorer costs, IAccess access) : IBlockActionHandler
{
    public const string ActionId = "anomaly.feedback";

    /// <summary>What AWS takes.</summary>
    public static IReadOnlyList<string> Answers { get; } = ["YES", "NO", "PLANNED_ACTIVITY"];

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var parts = (request.SelectedOption?.Value ?? "").Split(' ', 2);
        if (parts is not [var answer, var id] || !Answers.Contains(answer)) return;
        var anomaly = await views.AnomalyAsync(id, cancellationToken);
        await access.DemandAsync(
            new UserAction(request.UserId, ActionId, new SubjectId(Anomaly.Kind, anomaly.Id), Role.Operator), cancellationToken);
        if (anomaly.Feedback?.Answer == answer) return;
        var (_, fault) = await CostFault.TryAsync(
            async () =>
            {
                await costs.FeedbackAsync(anomaly.AwsId, answer, cancellationToken);
                return true;
            },
            cancellationToken);
        if (fault is not null)
            throw new UserFacingException(
                CostFault.IsDenied(fault) ? "anomaly.feedback.denied" : "anomaly.feedback.fault", ("code", fault));
        await actions.FeedbackAsync(request.UserId, anomaly.Id, answer, cancellationToken);
    }

    internal static StaticSelect Render(Anomaly anomaly, Locale locale)
    {
        var options = Answers.Select(answer => new Option(
            new PlainText(AnomalyMessage.AnswerText(answer, locale)), $"{answer} {anomaly.Id}")).ToList();
        var chosen = anomaly.Feedback is { } given ? Answers.ToList().IndexOf(given.Answer) : -1;
        return new StaticSelect(ActionId, options)
        {
            Placeholder = locale.Text("anomaly.feedback.ask"),
            InitialOption = chosen >= 0 ? options[chosen] : null,
        };
    }
}
