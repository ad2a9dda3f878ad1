using System.Globalization;
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

    /// <summary>A page's place and filters, as its buttons carry them.</summary>
    public static string Value(int skip, string typed) => string.Create(CultureInfo.InvariantCulture, $"{skip} {typed}");

    /// <summary>Reads <see cref="Value"/>.</summary>
    public static (int Skip, string Typed) Read(string? value)
    {
        var parts = (value ?? "").Split(' ', 2);
        return (
            int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var skip) ? skip : 0,
            parts is [_, var typed] ? typed : "");
    }
}

/// <summary>The page before.</summary>
internal sealed class PreviousGapsButton(UntaggedPages pages, ISlackApiClient slack, ILocales locales) : IBlockActionHandler
{
    public const string ActionId = "tag.previous-page";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        NextGapsButton.TurnAsync(request, pages, slack, locales, cancellationToken);
}

/// <summary>The page after.</summary>
internal sealed class NextGapsButton(UntaggedPages pages, ISlackApiClient slack, ILocales locales) : IBlockActionHandler
{
    public const string ActionId = "tag.next-page";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        TurnAsync(request, pages, slack, locales, cancellationToken);

    /// <summary>Shows the page that a button names, in place of the one it was on.</summary>
    public static async Task TurnAsync(
        BlockActionRequest request, UntaggedPages pages, ISlackApiClient slack, ILocales locales, CancellationToken cancellationToken)
    {
        var (skip, typed) = UntaggedPages.Read(request.Value);
        var page = await pages.PageAsync(typed, skip, await locales.OfUserAsync(request.UserId, cancellationToken), cancellationToken);
        if (request.ResponseUrl is { } url) await slack.Respond(url, InteractionResponse.Replace(page), cancellationToken);
    }
}
