using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>Answers what people ask about findings, as messages.</summary>
internal sealed class FindingQueries(IDatabase database, IAwsAccounts accounts, FindingViews views)
{
    /// <summary>A page of the findings that match what was typed; help when a word of it is not known.</summary>
    public async Task<Message> ListAsync(string typed, int skip, Locale locale, CancellationToken cancellationToken)
    {
        if (!FindingFilter.TryParse(typed, AccountOf, out var filter, out var wrong)) return FindingListMessage.Help(locale, wrong);
        await using var connection = await database.OpenAsync(cancellationToken);
        var (page, total) = await FindingList.PageAsync(connection, filter, skip, FindingListMessage.PageSize, cancellationToken);
        // Findings were resolved meanwhile: the page that was asked for is no more, the first one is.
        if (page.Count == 0 && total > 0 && skip > 0) return await ListAsync(typed, 0, locale, cancellationToken);
        return FindingListMessage.Render([.. page.Select(finding => (finding, views.SceneOf(finding).AccountName))], filter, skip, total, locale);
    }

    /// <summary>The one finding that was named, whole and with its buttons; a list when several match.</summary>
    public async Task<Message> ShowAsync(string name, Locale locale, CancellationToken cancellationToken)
    {
        Finding? named;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            named = await FindingList.NamedAsync(connection, name, cancellationToken);
            if (named is null && FindingFilter.TryParse($"state:all {name}", AccountOf, out var filter, out _))
            {
                var (page, total) = await FindingList.PageAsync(connection, filter, 0, 1, cancellationToken);
                if (total == 1) named = page[0];
            }
        }

        return named is null ? await ListAsync($"state:all {name}", 0, locale, cancellationToken) : FindingMessage.Render(named, views.SceneOf(named), locale);
    }

    private string? AccountOf(string name) => accounts.All.FirstOrDefault(account => string.Equals(account.Name, name, StringComparison.OrdinalIgnoreCase))?.Id;
}
