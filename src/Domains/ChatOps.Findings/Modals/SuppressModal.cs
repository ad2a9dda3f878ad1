using System.Globalization;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>Accepts a finding's risk for a time, with a reason. It comes back when the time is over.</summary>
internal sealed class SuppressModal(
    FindingViews views, FindingActions actions, SuppressionApprovals approvals, TimeProvider time) : IViewSubmissionHandler
{
    public const string CallbackId = "finding.suppress";

    private const int MaxReason = 300;
    private const int MaxDays = 365;
    private const string OnDate = "date";
    private static readonly int[] Presets = [7, 30, 90];

    static string IViewSubmissionHandler.CallbackId => CallbackId;

    /// <summary>Opens it; the menu that offers it calls this.</summary>
    public async Task OpenAsync(BlockActionRequest request, string id, CancellationToken cancellationToken)
    {
        var finding = await views.GetAsync(id, cancellationToken);
        await views.ShowAsync(request, Render(finding, await views.LocaleOf(request, cancellationToken)), cancellationToken);
    }

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var locale = await views.LocaleOf(submission, cancellationToken);
        var id = PrivateMetadata.Read<ViewState>(submission.PrivateMetadata).Id;
        var reason = submission.State.Text(nameof(Submission.Reason), nameof(Submission.Reason))?.Trim() ?? "";
        if (reason.Length == 0)
            return ViewSubmissionResponse.Error(nameof(Submission.Reason), locale.Text("finding.suppress.reason-needed"));

        var preset = submission.State.SelectedOption(nameof(Submission.For), nameof(Submission.For))?.Value;
        var day = submission.State.Date(nameof(Submission.Until), nameof(Submission.Until));
        if (Until(preset, day, locale, time.GetUtcNow()) is not { } until)
            return ViewSubmissionResponse.Error(
                nameof(Submission.Until),
                locale.Text(day is null ? "finding.suppress.date-needed" : "finding.suppress.date-range", ("days", MaxDays)));

        var by = new FindingActor(submission.UserId, submission.UserName);
        if (!SuppressionApprovals.Needs(await views.GetAsync(id, cancellationToken), until, time.GetUtcNow()))
        {
            await actions.SuppressAsync(by, id, TextCut.Plain(reason, MaxReason), until, cancellationToken);
            return ViewSubmissionResponse.Clear;
        }

        if (reason.Length < SuppressionApprovals.MinReason)
            return ViewSubmissionResponse.Error(
                nameof(Submission.Reason), locale.Text("finding.suppress.reason-short", ("count", SuppressionApprovals.MinReason)));
        await approvals.AskAsync(by, id, TextCut.Plain(reason, MaxReason), until, cancellationToken);
        return ViewSubmissionResponse.Clear;
    }

    /// <summary>
    /// The moment it ends: the preset's days from now, or the end of the chosen day in the zone. Null when the day is missing, past or too
    /// far.
    /// </summary>
    internal static DateTimeOffset? Until(string? preset, DateOnly? day, Locale locale, DateTimeOffset now)
    {
        if (preset != OnDate && int.TryParse(preset, NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && Presets.Contains(days))
            return now.AddDays(days);
        if (day is not { } chosen) return null;
        var end = chosen.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        var until = new DateTimeOffset(end, locale.Zone.GetUtcOffset(end)).ToUniversalTime();
        return until > now && until <= now.AddDays(MaxDays + 1) ? until : null;
    }

    internal static ModalView Render(Finding finding, Locale locale)
    {
        List<Option> lengths = [.. Presets.Select(
            days => new Option(locale.Text("finding.suppress.days", ("count", days)), days.ToString(CultureInfo.InvariantCulture)))];
        lengths.Add(new Option(locale.Text("finding.suppress.on-date"), OnDate));
        return new ModalView
        {
            CallbackId = CallbackId,
            PrivateMetadata = PrivateMetadata.Write(new ViewState(finding.Id)),
            Title = locale.Text("finding.suppress.title"),
            Submit = locale.Text("finding.suppress.submit"),
            Close = locale.Text("button.cancel"),
            Blocks =
            [
                new SectionBlock(
                    new Mrkdwn($"{FindingText.Title(finding)}\n{Mrkdwn.Literal(FindingText.Resource(finding))}", Verbatim: true)),
                new InputBlock(locale.Text("finding.suppress.reason"), new PlainTextInput(nameof(Submission.Reason))
                {
                    Multiline = true, MinLength = 1, MaxLength = MaxReason, FocusOnLoad = true,
                    Placeholder = locale.Text("finding.suppress.reason-placeholder"),
                }) { BlockId = nameof(Submission.Reason) },
                new InputBlock(
                    locale.Text("finding.suppress.for"),
                    new StaticSelect(nameof(Submission.For), lengths) { InitialOption = lengths[1] }) { BlockId = nameof(Submission.For) },
                new InputBlock(locale.Text("finding.suppress.until"), new DatePicker(nameof(Submission.Until)))
                {
                    BlockId = nameof(Submission.Until), Optional = true, Hint = locale.Text("finding.suppress.until-hint"),
                },
                new ContextBlock(new Mrkdwn(
                    finding.Severity <= Severity.High
                        ? $"{locale.Text("finding.suppress.comes-back")} {locale.Text("finding.suppress.long")}"
                        : locale.Text("finding.suppress.comes-back"),
                    Verbatim: true)),
            ],
        };
    }

    private sealed record ViewState(string Id);

    private sealed record Submission(string Reason, string For, string Until);
}
