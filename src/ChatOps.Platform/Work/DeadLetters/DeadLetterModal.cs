using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Work;

/// <summary>'Details': the error and the raw text of one letter; of a notice, of its newest.</summary>
internal sealed class DeadLetterModal(
    DeadLetterService service, InboxVerb list, ILocales locales, ISlackApiClient slack) : IBlockActionHandler
{
    public const string Id = "inbox.open";

    private const int MaxRaw = 12_000;
    private const int MaxBlock = 2_400;

    public static string ActionId => Id;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var (choice, _) = await list.ReadAsync(request, cancellationToken);
        await service.DemandReadAsync(request.UserId, choice, cancellationToken);
        var letter = await service.NewestAsync(choice, cancellationToken) ?? throw new UserFacingException("inbox.gone");
        var view = Render(
            letter, await service.ReadAsync(letter, cancellationToken), await locales.OfUserAsync(request.UserId, cancellationToken));
        if (request.View is null) await slack.Views.Open(request.TriggerId ?? "", view, cancellationToken);
        else await slack.Views.Push(request.TriggerId ?? "", view, cancellationToken);
    }

    internal static ModalView Render(ListedLetter letter, string? raw, Locale locale)
    {
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn(DeadLetterMessage.Line(letter, locale), Verbatim: true)),
            new DividerBlock(),
        };
        if (raw is null)
        {
            blocks.Add(new SectionBlock(new Mrkdwn(locale.Text("inbox.raw.gone"))));
        }
        else
        {
            for (var rest = StorableText.Cut(raw, MaxRaw); rest.Length > 0;)
            {
                var part = StorableText.Cut(rest, MaxBlock);
                rest = rest[part.Length..];
                blocks.Add(new SectionBlock(new Mrkdwn(TextCut.Markup(Mrkdwn.CodeBlock(part), 2_990), Verbatim: true)));
            }

            if (raw.Length > MaxRaw) blocks.Add(new ContextBlock(new Mrkdwn(locale.Text("inbox.raw.cut"))));
        }

        return new ModalView
        {
            CallbackId = Id,
            Title = locale.Text("inbox.details.title"),
            Close = locale.Text("inbox.details.close"),
            Blocks = blocks,
        };
    }
}
