using ChatOps.Platform.Localization;
using ChatOps.Platform.Prometheus;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>
/// Silences a group: by which matchers, what those keep quiet now, until when, and why. Untouched, it is the alerts of the group's message
/// and no others.
/// </summary>
internal sealed class SilenceModal(
    AlertViews views, AlertActions actions, SilencePreview preview, ISlackApiClient slack, TimeProvider time)
    : IViewSubmissionHandler, IBlockActionHandler
{
    public const string CallbackId = "alert.silence-until";
    public const string MatchersActionId = "alert.silence-matchers";

    private const int MaxReason = 300;
    private const int MaxMatchers = 3000;

    static string IViewSubmissionHandler.CallbackId => CallbackId;

    static string IBlockActionHandler.ActionId => MatchersActionId;

    /// <summary>Opens it with a moment to choose from; the menu of choices calls this.</summary>
    public async Task OpenAsync(BlockActionRequest request, string id, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var group = await views.GetAsync(id, cancellationToken);
        var locale = await views.LocaleOf(request, cancellationToken);
        var isLocal = actions.IsLocal(group);
        var opened = await views.ShowAsync(request, Render(group, isLocal, until, null, locale), cancellationToken);
        if (isLocal || IsExtension(group)) return;
        var silenced = await preview.OfAsync(group.Server, group.Matchers, locale, cancellationToken);
        await slack.Views.Update(opened.Id, Render(group, isLocal, until, silenced, locale), cancellationToken: cancellationToken);
    }

    /// <summary>The matchers are being edited: says what they keep quiet.</summary>
    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        if (request.View is not { } view) return;
        var state = PrivateMetadata.Read<ViewState>(view.PrivateMetadata);
        var locale = await views.LocaleOf(request, cancellationToken);
        var group = await views.GetAsync(state.Id, cancellationToken);
        var typed = view.State.Text(nameof(Submission.Matchers), MatchersActionId) ?? request.Value ?? "";
        var text = SilenceRequest.TryMatchers(typed, out var matchers)
            ? await preview.OfAsync(group.Server, matchers, locale, cancellationToken)
            : locale.Text("alert.silence.wrong-matcher");
        await slack.Views.Update(
            view.Id, Render(group, actions.IsLocal(group), DateTimeOffset.FromUnixTimeSeconds(state.Until), text, locale),
            cancellationToken: cancellationToken);
    }

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var locale = await views.LocaleOf(submission, cancellationToken);
        var id = PrivateMetadata.Read<ViewState>(submission.PrivateMetadata).Id;
        var reason = submission.State.Text(nameof(Submission.Reason), nameof(Submission.Reason))?.Trim() ?? "";
        var now = time.GetUtcNow();
        if (submission.State.DateTime(nameof(Submission.Until), nameof(Submission.Until)) is not { } until || until <= now
            || until > now + AlertActions.LongestSilence)
            return ViewSubmissionResponse.Error(
                nameof(Submission.Until), locale.Text("alert.silence.until-range", ("days", AlertActions.LongestSilence.Days)));

        var by = new AlertActor(submission.UserId, submission.UserName);
        var group = await views.GetAsync(id, cancellationToken);
        if (IsExtension(group))
        {
            await actions.ExtendAsync(by, id, until, cancellationToken);
            return ViewSubmissionResponse.Clear;
        }

        IReadOnlyList<Matcher>? matchers = null;
        if (submission.State.Text(nameof(Submission.Matchers), MatchersActionId)?.Trim() is { } typed)
        {
            if (!SilenceRequest.TryMatchers(typed, out var read))
                return ViewSubmissionResponse.Error(nameof(Submission.Matchers), locale.Text("alert.silence.wrong-matcher"));
            if (!SilenceMatchers.NameAlert(read))
                return ViewSubmissionResponse.Error(nameof(Submission.Matchers), locale.Text("alert.silence.name-needed"));
            matchers = read;
        }

        await actions.SilenceAsync(by, id, until, TextCut.Plain(reason, MaxReason), cancellationToken, matchers);
        return ViewSubmissionResponse.Clear;
    }

    internal static ModalView Render(AlertGroup group, bool isLocal, DateTimeOffset until, string? preview, Locale locale)
    {
        var typed = string.Join('\n', group.Matchers);
        var isExtension = IsExtension(group);
        // What is too long to be edited is taken as it is.
        var canEdit = !isLocal && !isExtension && typed.Length <= MaxMatchers;
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn($"{AlertText.Name(group)}\n{AlertText.Labels(group.CommonLabels)}", Verbatim: true)),
        };
        if (isLocal && !isExtension) blocks.Add(new SectionBlock(new Mrkdwn(locale.Text(WhyLocal(group)), Verbatim: true)));
        if (canEdit)
        {
            blocks.Add(new InputBlock(locale.Text("alert.silence.matchers"), new PlainTextInput(MatchersActionId)
            {
                Multiline = true,
                InitialValue = typed.Length > 0 ? typed : null,
                MaxLength = MaxMatchers,
                DispatchActionConfig = new DispatchActionConfig("on_character_entered"),
            })
            {
                BlockId = nameof(Submission.Matchers),
                DispatchAction = true,
                Hint = locale.Text("alert.silence.matchers-hint"),
            });
        }

        if (!isLocal && !isExtension)
            blocks.Add(new SectionBlock(new Mrkdwn(preview ?? "⏳", Verbatim: true)) { BlockId = "alert.silence-preview" });
        blocks.Add(new InputBlock(locale.Text("alert.silence.until"), new DateTimePicker(nameof(Submission.Until))
        {
            InitialDateTime = until.ToUnixTimeSeconds(),
        })
        { BlockId = nameof(Submission.Until) });
        if (!isExtension)
        {
            blocks.Add(new InputBlock(locale.Text("alert.silence.reason"), new PlainTextInput(nameof(Submission.Reason))
            {
                Multiline = true,
                MaxLength = MaxReason,
                Placeholder = locale.Text("alert.silence.reason-placeholder"),
            })
            { BlockId = nameof(Submission.Reason), Optional = true });
        }

        return new ModalView
        {
            CallbackId = CallbackId,
            PrivateMetadata = PrivateMetadata.Write(new ViewState(group.Id, until.ToUnixTimeSeconds())),
            Title = locale.Text(isExtension ? "alert.silence.extend-title" : isLocal ? "alert.mute.title" : "alert.silence.title"),
            Submit = locale.Text(isExtension ? "alert.button.extend" : isLocal ? "alert.button.mute" : "alert.button.silence"),
            Close = locale.Text("button.cancel"),
            Blocks = blocks,
        };
    }

    private static bool IsExtension(AlertGroup group) => group.Silence is { Progress: SilenceProgress.Active };

    private static string WhyLocal(AlertGroup group) =>
        group.Source == AlertSource.CloudWatch ? "alert.silence.local-alarm"
        : group.ExternalUrl is not null ? "alert.silence.local-foreign"
        : "alert.silence.local";

    private sealed record ViewState(string Id, long Until);

    private sealed record Submission(string Matchers, string Reason, string Until);
}
