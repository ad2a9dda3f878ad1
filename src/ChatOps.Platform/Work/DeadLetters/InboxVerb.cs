using System.Globalization;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Work;

/// <summary><c>/chatops inbox</c>: what was set aside, and what an administrator does about it.</summary>
internal sealed class InboxVerb(DeadLetterService service) : IChatOpsVerb
{
    /// <summary>Short enough for a phone.</summary>
    internal const int PageSize = 5;

    public string Name => "inbox";

    public int Order => 40;

    public async Task<Message> AnswerAsync(SlashCommand command, string rest, Locale locale, CancellationToken cancellationToken)
    {
        var words = rest.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        switch (words)
        {
            case [var verb, var typed] when Is(verb, "retry") && DeadLetterChoice.TryParse(typed, out var choice):
                return Text(
                    locale.Text("inbox.answer.retried", ("count", await service.RetryAsync(command.UserId, choice, cancellationToken))));
            case [var verb, var typed] when Is(verb, "discard") && DeadLetterChoice.TryParse(typed, out var choice)
                && choice.Scope != DeadLetterScope.All:
                return Text(locale.Text(
                    "inbox.answer.discarded", ("count", await service.DiscardAsync(command.UserId, choice, cancellationToken))));
            case [] or [_] when words is not [var typed] || int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out _):
                var page = words is [var number] ? Math.Clamp(int.Parse(number, CultureInfo.InvariantCulture), 1, 10_000) : 1;
                return await PageAsync(command.UserId, (page - 1) * PageSize, locale, cancellationToken);
            default:
                return Text(locale.Text("inbox.usage"));
        }
    }

    /// <summary>What a button is about, and where the page begins that it stands on. Read before anything is decided.</summary>
    /// <exception cref="UserFacingException">The button is of another version.</exception>
    public async Task<(DeadLetterChoice Choice, int Skip)> ReadAsync(BlockActionRequest request, CancellationToken cancellationToken)
    {
        if (!DeadLetterChoice.TryParse(request.Value, out var choice)) throw new UserFacingException("inbox.gone");
        return (choice, request.Message is { IsEphemeral: true } ? await service.PageOfAsync(choice, PageSize, cancellationToken) : 0);
    }

    /// <summary>
    /// Shows the list as it is now in place of the one that was clicked in; a living message is brought up to date by delivery.
    /// </summary>
    public async Task RefreshAsync(
        BlockActionRequest request, int skip, ILocales locales, ISlackApiClient slack, CancellationToken cancellationToken)
    {
        if (request is not { ResponseUrl: { } url, Message.IsEphemeral: true }) return;
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        await slack.Respond(
            url, InteractionResponse.Replace(await PageAsync(request.UserId, skip, locale, cancellationToken)), cancellationToken);
    }

    /// <summary>One page of the list. Pure.</summary>
    internal static Message Render(DeadLetterPage page, Locale locale)
    {
        if (page.Count == 0) return Text(locale.Text("inbox.empty"));
        var range = locale.Text("inbox.range", ("first", page.Skip + 1), ("last", page.Skip + page.Letters.Count), ("count", page.Count));
        var blocks = new List<Block> { Section($"*{locale.Text("inbox.title", ("count", page.Count))}*  {range}") };
        foreach (var letter in page.Letters)
        {
            blocks.Add(Section(DeadLetterMessage.Line(letter, locale)));
            blocks.Add(DeadLetterMessage.Buttons(new DeadLetterChoice(DeadLetterScope.Letter, letter.Id).ToString(), 1, locale));
        }

        var turns = new ListPage(page.Skip, "").Buttons(
            PageSize, page.Skip + page.Letters.Count < page.Count, InboxPageButton.Previous, InboxPageButton.Next, locale);
        if (turns.Count > 0) blocks.Add(new ActionsBlock([.. turns]));
        blocks.Add(new ContextBlock(new Mrkdwn(locale.Text("inbox.usage"))));
        return new Message { Text = locale.Text("inbox.title", ("count", page.Count)), Blocks = blocks };
    }

    internal async Task<Message> PageAsync(string userId, int skip, Locale locale, CancellationToken cancellationToken)
    {
        await service.DemandReadAsync(userId, DeadLetterChoice.All, cancellationToken);
        return Render(await service.PageAsync(skip, PageSize, cancellationToken), locale);
    }

    private static bool Is(string word, string verb) => string.Equals(word, verb, StringComparison.OrdinalIgnoreCase);

    private static SectionBlock Section(string markup) => new(new Mrkdwn(TextCut.Markup(markup, 2_990), Verbatim: true));

    private static Message Text(string markup) => new() { Text = markup };
}
