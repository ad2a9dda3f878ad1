using ChatOps.Assets;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging;

/// <summary>
/// <c>/asset untagged [Env] [type:… account:… owner:…]</c>: what the policy requires and is missing; <c>help</c> lists the filters.
/// </summary>
internal sealed class UntaggedVerb(UntaggedPages pages, TagGapFilters filters) : IAssetVerb
{
    public string Name => "untagged";

    public int Order => 32;

    public async Task HandleAsync(
        SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken) =>
        await respond.Ephemeral(
            rest.Equals("help", StringComparison.OrdinalIgnoreCase)
                ? TagCommandMessage.UntaggedHelp(filters.Grammar, locale)
                : await pages.PageAsync(rest, 0, locale, cancellationToken),
            cancellationToken);
}

/// <summary>Pages of the list of gaps.</summary>
internal sealed class UntaggedPages(TagGapStore gaps, TagCensus census, TagGapFilters filters, TimeProvider time)
{
    /// <summary>A census that took so little is taken anew for whoever asks; a long one is the job's.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);

    /// <summary>One page.</summary>
    public async Task<Message> PageAsync(string typed, int skip, Locale locale, CancellationToken cancellationToken)
    {
        if (!filters.TryRead(typed, out var filter, out var fault)) return FilterFaultText.Render(fault!, locale);
        var last = await gaps.CensusAsync(time.GetUtcNow(), cancellationToken);
        if (last is null || (last.Took < Quick && time.GetUtcNow() - last.TakenAt > Fresh))
            last = await census.TakeAsync(cancellationToken);
        var total = await gaps.CountAsync(filter, cancellationToken);
        if (total == 0 && filter.Doubts is [var doubt, ..]) return FilterFaultText.Render(doubt, locale);
        return TagCommandMessage.Untagged(
            await gaps.PageAsync(filter, skip, TagCommandMessage.PageSize, cancellationToken), filter.Typed, skip, total, last, locale);
    }
}

/// <summary>Turns the page of what lacks a tag.</summary>
internal abstract class GapsPageButton(UntaggedPages pages, ILocales locales, ISlackApiClient slack) : ListPageButton(locales, slack)
{
    public const string Previous = "tag.previous-page";
    public const string Next = "tag.next-page";

    protected override Task<Message> PageAsync(
        ListPage page, BlockActionRequest request, Locale locale, CancellationToken cancellationToken) =>
        pages.PageAsync(page.Asked, page.Skip, locale, cancellationToken);
}

/// <summary>The page before.</summary>
internal sealed class PreviousGapsButton(
    UntaggedPages pages, ILocales locales, ISlackApiClient slack) : GapsPageButton(pages, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Previous;
}

/// <summary>The page after.</summary>
internal sealed class NextGapsButton(
    UntaggedPages pages, ILocales locales, ISlackApiClient slack) : GapsPageButton(pages, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Next;
}
