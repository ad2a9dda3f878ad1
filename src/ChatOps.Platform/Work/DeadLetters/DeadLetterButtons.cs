using System.Text;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Work;

/// <summary>Decides about what was set aside, and shows the list as it is then.</summary>
internal abstract class DeadLetterDecisionButton(InboxVerb list, ILocales locales, ISlackApiClient slack)
{
    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var (choice, skip) = await list.ReadAsync(request, cancellationToken);
        await DecideAsync(request.UserId, choice, cancellationToken);
        await list.RefreshAsync(request, skip, locales, slack, cancellationToken);
    }

    protected abstract Task DecideAsync(string userId, DeadLetterChoice choice, CancellationToken cancellationToken);
}

/// <summary>'Retry': back in line, with all attempts.</summary>
internal sealed class RetryDeadLetterButton(DeadLetterService service, InboxVerb list, ILocales locales, ISlackApiClient slack)
    : DeadLetterDecisionButton(list, locales, slack), IBlockActionHandler
{
    public const string Id = "inbox.retry";

    public static string ActionId => Id;

    protected override Task DecideAsync(string userId, DeadLetterChoice choice, CancellationToken cancellationToken) =>
        service.RetryAsync(userId, choice, cancellationToken);
}

/// <summary>'Discard': given up for good; Slack asks for a confirmation first.</summary>
internal sealed class DiscardDeadLetterButton(DeadLetterService service, InboxVerb list, ILocales locales, ISlackApiClient slack)
    : DeadLetterDecisionButton(list, locales, slack), IBlockActionHandler
{
    public const string Id = "inbox.discard";

    public static string ActionId => Id;

    protected override Task DecideAsync(string userId, DeadLetterChoice choice, CancellationToken cancellationToken) =>
        service.DiscardAsync(userId, choice, cancellationToken);
}

/// <summary>'Download': the raw text as a file, sent to the asker alone.</summary>
internal sealed class DownloadDeadLetterButton(
    DeadLetterService service, InboxVerb list, ILocales locales, ISlackApiClient slack) : IBlockActionHandler
{
    public const string Id = "inbox.download";

    public static string ActionId => Id;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var (choice, _) = await list.ReadAsync(request, cancellationToken);
        await service.DemandReadAsync(request.UserId, choice, cancellationToken);
        var text = await service.ReadAllAsync(choice, cancellationToken);
        if (text.Length == 0) throw new UserFacingException("inbox.gone");
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var channel = await slack.Conversations.Open([request.UserId], cancellationToken);
        var extension = text[0] is '{' or '[' ? "json" : "txt";
        await slack.Files.Upload(
            new FileUpload($"inbox-{choice}.{extension}", Encoding.UTF8.GetBytes(text))
            {
                ChannelId = channel,
                InitialComment = locale.Text("inbox.download.comment", ("id", choice.ToString())),
            },
            cancellationToken);
        if (request.ResponseUrl is { } url)
            await slack.Respond(
                url, InteractionResponse.Ephemeral(new Message { Text = locale.Text("inbox.download.sent") }), cancellationToken);
    }
}

/// <summary>Turns the page of what was set aside.</summary>
internal abstract class InboxPageButton(InboxVerb list, ILocales locales, ISlackApiClient slack) : ListPageButton(locales, slack)
{
    public const string Previous = "inbox.previous-page";
    public const string Next = "inbox.next-page";

    protected override Task<Message> PageAsync(
        ListPage page, BlockActionRequest request, Locale locale, CancellationToken cancellationToken) =>
        list.PageAsync(request.UserId, page.Skip, locale, cancellationToken);
}

/// <summary>The page before.</summary>
internal sealed class InboxPreviousPageButton(
    InboxVerb list, ILocales locales, ISlackApiClient slack) : InboxPageButton(list, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Previous;
}

/// <summary>The page after.</summary>
internal sealed class InboxNextPageButton(
    InboxVerb list, ILocales locales, ISlackApiClient slack) : InboxPageButton(list, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Next;
}
