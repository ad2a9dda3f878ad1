using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Assets;

/// <summary>Changes a search; the new list takes the old one's place.</summary>
internal sealed class RefineModal(
    AssetAnswers answers, AssetSearcher searcher, ILocales locales, ISlackApiClient slack) : IBlockActionHandler, IViewSubmissionHandler
{
    public const string ActionId = "asset.refine";

    static string IBlockActionHandler.ActionId => ActionId;

    static string IViewSubmissionHandler.CallbackId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var text = await answers.TextOfAsync(request.Value ?? "", cancellationToken);
        await slack.Views.Open(
            request.TriggerId ?? "", Render(text, request.ResponseUrl ?? "", searcher.Grammar, locale), cancellationToken);
    }

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(submission.UserId, cancellationToken);
        var text = submission.State.Text(nameof(Submission.Search), nameof(Submission.Search)) ?? "";
        if (!searcher.TryRead(text, out _, out var fault))
            return ViewSubmissionResponse.Error(nameof(Submission.Search), FilterFaultText.DescribePlain(fault!, locale));
        var answerTo = PrivateMetadata.Read<ViewState>(submission.PrivateMetadata).AnswerTo;
        if (answerTo.Length > 0)
            await slack.Respond(
                answerTo, InteractionResponse.Replace(await answers.FindAsync(text, 0, locale, cancellationToken)), cancellationToken);
        return ViewSubmissionResponse.Close;
    }

    internal static ModalView Render(string text, string answerTo, FilterGrammar grammar, Locale locale) => new()
    {
        CallbackId = ActionId,
        PrivateMetadata = PrivateMetadata.Write(new ViewState(answerTo)),
        Title = locale.Text("asset.refine.title"),
        Submit = locale.Text("asset.refine.submit"),
        Close = locale.Text("button.cancel"),
        Blocks =
        [
            new InputBlock(locale.Text("asset.refine.label"), new PlainTextInput(nameof(Submission.Search))
            {
                InitialValue = text,
                FocusOnLoad = true,
                MaxLength = FilterGrammar.MaxLength,
            })
            {
                BlockId = nameof(Submission.Search),
                Optional = true,
            },
            FilterHelp.Block(grammar, locale),
        ],
    };

    private sealed record ViewState(string AnswerTo);

    private sealed record Submission(string Search);
}
