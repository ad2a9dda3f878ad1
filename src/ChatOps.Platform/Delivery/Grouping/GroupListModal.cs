using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Delivery.Grouping;

/// <summary>All members of a group or storm, a page at a time.</summary>
internal sealed class GroupListModal(GroupStore store, GroupRenderer renderer, ILocales locales, ISlackApiClient slack)
{
    /// <summary>Under Slack's 100 blocks a view, and short enough to scroll on a phone.</summary>
    private const int PageSize = 20;

    /// <summary>What the view remembers: which burst, and from which member on.</summary>
    internal sealed record ViewState(string Key, int Offset);

    /// <summary>Opens at once; the trigger lives three seconds and the first page may take longer.</summary>
    public async Task OpenAsync(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var state = new ViewState(request.Value ?? "", 0);
        var opened = await slack.Views.Open(
            request.TriggerId ?? "", Frame(locale, state, [new SectionBlock(locale.Text("delivery.list.loading"))]), cancellationToken);
        await ShowAsync(opened.Id, null, state, locale, cancellationToken);
    }

    /// <summary>Turns the page of the view that was clicked in.</summary>
    public async Task TurnAsync(BlockActionRequest request, int pages, CancellationToken cancellationToken)
    {
        if (request.View is not { } view) return;
        var state = PrivateMetadata.Read<ViewState>(view.PrivateMetadata);
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        await ShowAsync(
            view.Id, view.Hash, state with { Offset = Math.Max(0, state.Offset + (pages * PageSize)) }, locale, cancellationToken);
    }

    private async Task ShowAsync(string viewId, string? hash, ViewState state, Locale locale, CancellationToken cancellationToken)
    {
        try
        {
            await slack.Views.Update(viewId, await PageAsync(state, locale, cancellationToken), hash, cancellationToken);
        }
        catch (SlackException fault) when (fault.Error is "hash_conflict" or "not_found")
        {
            // Two quick clicks, or the view was closed: what is shown, or nothing, is right.
        }
    }

    private async Task<ModalView> PageAsync(ViewState state, Locale locale, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(state.Key, cancellationToken) is not { } head)
            return Frame(locale, state, [new SectionBlock(locale.Text("delivery.list.gone"))]);
        var all = (await store.CountAsync(head.Id, cancellationToken)).Sum(count => count.All);
        var members = await store.MembersAsync(head.Id, state.Offset, PageSize, cancellationToken);
        var lines = await renderer.DescribeAsync(members, locale, cancellationToken);

        return Render(state, all, lines, locale);
    }

    /// <summary>One page of the list. Pure.</summary>
    internal static ModalView Render(ViewState state, long all, IReadOnlyList<GroupLine> lines, Locale locale)
    {
        var last = state.Offset + lines.Count;
        var range = locale.Text("delivery.list.range", ("first", all == 0 ? 0 : state.Offset + 1), ("last", last), ("all", all));
        List<Block> blocks = [new ContextBlock(new PlainText(range)), .. lines.Select(line => GroupMessage.Line(line, locale))];
        List<BlockElement> turns = [];
        if (state.Offset > 0) turns.Add(new Button(GroupPreviousPageButton.Id, locale.Text("delivery.list.back")));
        if (last < all) turns.Add(new Button(GroupPageButton.Id, locale.Text("list.next")));
        if (turns.Count > 0) blocks.Add(new ActionsBlock([.. turns]));
        return Frame(locale, state, blocks);
    }

    private static ModalView Frame(Locale locale, ViewState state, IReadOnlyList<Block> blocks) => new()
    {
        Title = locale.Text("delivery.list.title"),
        Close = locale.Text("button.close"),
        PrivateMetadata = PrivateMetadata.Write(state),
        Blocks = blocks,
    };
}

/// <summary>'Show all' of a group or storm message; its value is the burst's key.</summary>
internal sealed class GroupListButton(GroupListModal modal) : IBlockActionHandler
{
    public const string Id = "group.list";

    public static string ActionId => Id;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) => modal.OpenAsync(request, cancellationToken);
}

/// <summary>The next page of the list.</summary>
internal sealed class GroupPageButton(GroupListModal modal) : IBlockActionHandler
{
    public const string Id = "group.page";

    public static string ActionId => Id;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) => modal.TurnAsync(request, 1, cancellationToken);
}

/// <summary>The page before.</summary>
internal sealed class GroupPreviousPageButton(GroupListModal modal) : IBlockActionHandler
{
    public const string Id = "group.page_back";

    public static string ActionId => Id;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) => modal.TurnAsync(request, -1, cancellationToken);
}
