using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>Answers what people ask about findings, as messages.</summary>
internal sealed class FindingQueries(IDatabase database, FindingFilters filters, FindingViews views)
{
    /// <summary>A page of the findings that match what was typed; or what is wrong with it.</summary>
    public async Task<Message> ListAsync(string typed, int skip, Locale locale, CancellationToken cancellationToken)
    {
        if (!filters.TryRead(typed, out var filter, out var fault)) return FilterFaultText.Render(fault!, locale);
        await using var connection = await database.OpenAsync(cancellationToken);
        var (page, total) = await FindingList.PageAsync(connection, filter, skip, FindingListMessage.PageSize, cancellationToken);
        if (total == 0 && filter.Doubts is [var doubt, ..]) return FilterFaultText.Render(doubt, locale);
        // Findings were resolved meanwhile: the page that was asked for is no more, the first one is.
        if (page.Count == 0 && total > 0 && skip > 0) return await ListAsync(typed, 0, locale, cancellationToken);
        return FindingListMessage.Render(
            [.. page.Select(finding => (finding, views.SceneOf(finding).AccountName))], filter, skip, total, locale);
    }

    /// <summary>The one finding that was named, whole and with its buttons; a list when several match.</summary>
    public async Task<Message> ShowAsync(string name, Locale locale, CancellationToken cancellationToken)
    {
        // What is named is meant in whatever state it is, unless a state is asked for.
        var typed = filters.TryRead(name, out var asked, out _) && asked.Has(FindingFilters.State)
            ? name
            : $"{FindingFilters.State}:all {name}";
        Finding? named;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            named = await FindingList.NamedAsync(connection, name, cancellationToken);
            if (named is null && filters.TryRead(typed, out var filter, out _))
            {
                var (page, total) = await FindingList.PageAsync(connection, filter, 0, 1, cancellationToken);
                if (total == 1) named = page[0];
            }
        }

        return named is null
            ? await ListAsync(typed, 0, locale, cancellationToken)
            : FindingMessage.Render(named, views.SceneOf(named), locale);
    }
}
