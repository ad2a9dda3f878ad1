using System.Globalization;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Filters;

/// <summary>Where a page of a list begins and what was asked, as the buttons that turn the page carry it.</summary>
/// <param name="Skip">How many rows stand before the page; never negative.</param>
/// <param name="Asked">What was typed, or the id of a search; empty when everything was asked for.</param>
public readonly record struct ListPage(int Skip, string Asked)
{
    /// <summary>Reads a button's value. What is no page, or of another version, is the first page of everything.</summary>
    public static ListPage Read(string? value)
    {
        var parts = (value ?? "").Split(' ', 2);
        return new ListPage(
            int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var skip) ? skip : 0,
            parts is [_, var asked] ? asked : "");
    }

    /// <summary>As a button's value.</summary>
    public override string ToString() => Asked.Length == 0
        ? Skip.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Skip} {Asked}");

    /// <summary>The buttons to the page before and the page after, where there is such a page.</summary>
    /// <param name="pageSize">Rows on a page.</param>
    /// <param name="hasNext">Whether rows follow.</param>
    /// <param name="previousId">The action of the page before.</param>
    /// <param name="nextId">The action of the page after.</param>
    /// <param name="locale">The reader's.</param>
    public IReadOnlyList<BlockElement> Buttons(int pageSize, bool hasNext, string previousId, string nextId, Locale locale)
    {
        var buttons = new List<BlockElement>();
        if (Skip > 0)
            buttons.Add(new Button(previousId, locale.Text("list.previous"), (this with { Skip = Math.Max(0, Skip - pageSize) }).ToString()));
        if (hasNext) buttons.Add(new Button(nextId, locale.Text("list.next"), (this with { Skip = Skip + pageSize }).ToString()));
        return buttons;
    }
}

/// <summary>Turns the page of a list that only the asker sees: the list is read anew, and stands in place of the page it was on.</summary>
public abstract class ListPageButton(ILocales locales, ISlackApiClient slack)
{
    /// <summary>Answers the click.</summary>
    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var message = await PageAsync(ListPage.Read(request.Value), request, locale, cancellationToken);
        if (request.ResponseUrl is { } url) await slack.Respond(url, InteractionResponse.Replace(message), cancellationToken);
    }

    /// <summary>The page as it is now.</summary>
    protected abstract Task<Message> PageAsync(
        ListPage page, BlockActionRequest request, Locale locale, CancellationToken cancellationToken);
}
