using ChatOps.Platform.Localization;
using ChatOps.Platform.Prometheus;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>Silences a group until a moment of one's choice, with a reason; shows what is silenced.</summary>
internal sealed class SilenceModal(
    AlertViews views, AlertActions actions, IAlertmanager alertmanager, TimeProvider time) : IViewSubmissionHandler
{
    public const string CallbackId = "alert.silence-until";

    private const int MaxReason = 300;

    static string IViewSubmissionHandler.CallbackId => CallbackId;

    /// <summary>Opens it; the menu that offers it calls this.</summary>
    public async Task OpenAsync(BlockActionRequest request, string id, CancellationToken cancellationToken)
    {
        var group = await views.GetAsync(id, cancellationToken);
        await views.ShowAsync(
            request, Render(group, alertmanager.IsConfigured, time.GetUtcNow(), await views.LocaleOf(request, cancellationToken)),
            cancellationToken);
    }

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var locale = await views.LocaleOf(submission, cancellationToken);
        var id = PrivateMetadata.Read<ViewState>(submission.PrivateMetadata).Id;
        var reason = submission.State.Text(nameof(Submission.Reason), nameof(Submission.Reason))?.Trim() ?? "";
        var now = time.GetUtcNow();
        if (reason.Length == 0) return ViewSubmissionResponse.Error(nameof(Submission.Reason), locale.Text("alert.silence.reason-needed"));
        if (submission.State.DateTime(nameof(Submission.Until), nameof(Submission.Until)) is not { } until || until <= now
            || until > now + AlertActions.LongestSilence)
            return ViewSubmissionResponse.Error(
                nameof(Submission.Until), locale.Text("alert.silence.until-range", ("days", AlertActions.LongestSilence.Days)));

        var by = new AlertActor(submission.UserId, submission.UserName);
        await actions.SilenceAsync(by, id, until, TextCut.Plain(reason, MaxReason), cancellationToken);
        return ViewSubmissionResponse.Clear;
    }

    internal static ModalView Render(AlertGroup group, bool hasAlertmanager, DateTimeOffset now, Locale locale)
    {
        var local = group.Source == AlertSource.CloudWatch || !hasAlertmanager;
        var what = local
            ? locale.Text(group.Source == AlertSource.CloudWatch ? "alert.silence.local-alarm" : "alert.silence.local")
            : $"{locale.Text("alert.silence.matchers")}\n" +
                $"{string.Join('\n', group.Matchers.Take(20).Select(matcher => Mrkdwn.Code(TextCut.Plain(matcher.ToString(), 200))))}";
        return new ModalView
        {
            CallbackId = CallbackId,
            PrivateMetadata = PrivateMetadata.Write(new ViewState(group.Id)),
            Title = locale.Text(local ? "alert.mute.title" : "alert.silence.title"),
            Submit = locale.Text(local ? "alert.button.mute" : "alert.button.silence"),
            Close = locale.Text("button.cancel"),
            Blocks =
            [
                new SectionBlock(new Mrkdwn($"{AlertText.Name(group)}\n{AlertText.Labels(group.CommonLabels)}", Verbatim: true)),
                new SectionBlock(new Mrkdwn(what, Verbatim: true)),
                new InputBlock(locale.Text("alert.silence.until"), new DateTimePicker(nameof(Submission.Until))
                {
                    InitialDateTime = now.AddHours(8).ToUnixTimeSeconds() / 1800 * 1800,
                }) { BlockId = nameof(Submission.Until) },
                new InputBlock(locale.Text("alert.silence.reason"), new PlainTextInput(nameof(Submission.Reason))
                {
                    Multiline = true, MinLength = 1, MaxLength = MaxReason, FocusOnLoad = true,
                    Placeholder = locale.Text("alert.silence.reason-placeholder"),
                }) { BlockId = nameof(Submission.Reason) },
            ],
        };
    }

    private sealed record ViewState(string Id);

    private sealed record Submission(string Reason, string Until);
}
