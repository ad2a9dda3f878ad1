using System.Text;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Work;

/// <summary>'Retry': back in line, with all attempts.</summary>
internal sealed class RetryDeadLetterButton(
    DeadLetterService service, InboxVerb list, ILocales locales, ISlackApiClient slack) : IBlockActionHandler
{
    public const string Id = "inbox.retry";

    public static string ActionId => Id;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var (choice, skip) = await list.ReadAsync(request, cancellationToken);
        await service.RetryAsync(request.UserId, choice, cancellationToken);
        await list.RefreshAsync(request, skip, locales, slack, cancellationToken);
    }
}

/// <summary>'Discard': given up for good; Slack asks for a confirmation first.</summary>
internal sealed class DiscardDeadLetterButton(
    DeadLetterService service, InboxVerb list, ILocales locales, ISlackApiClient slack) : IBlockActionHandler
{
    public const string Id = "inbox.discard";

    public static string ActionId => Id;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var (choice, skip) = await list.ReadAsync(request, cancellationToken);
        await service.DiscardAsync(request.UserId, choice, cancellationToken);
        await list.RefreshAsync(request, skip, locales, slack, cancellationToken);
    }
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

/// <summary>Turns the page of the list. Its value is the place.</summary>
internal abstract class InboxPageButton(InboxVerb list, ILocales locales, ISlackApiClient slack)
{
    public const string Previous = "inbox.previous-page";
    public const string Next = "inbox.next-page";

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        list.RefreshAsync(request, int.TryParse(request.Value, out var skip) ? Math.Max(0, skip) : 0, locales, slack, cancellationToken);
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
