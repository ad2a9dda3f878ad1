using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Assets;

/// <summary>Answers what people ask of the inventory, as messages and modals.</summary>
internal sealed class AssetAnswers(
    IDatabase database, AssetService register, AssetSearcher searcher, IFindings findings, IEnumerable<IAssetTagRules> rules,
    IAwsAccounts accounts, SlackRegistry slack,
    IPolicy<TagVocabulary> vocabulary)
{
    private const int NearestShown = 3;
    private const int ClausesTried = 5;
    private bool _complete;

    /// <summary>A page of what a search finds; what is wrong with it; or that there is nothing, and what is near.</summary>
    public async Task<Message> FindAsync(string text, int offset, Locale locale, CancellationToken cancellationToken)
    {
        if (!searcher.TryRead(text, out var query, out var fault)) return FilterFaultText.Render(fault!, locale);
        var view = await ViewAsync(query, text.Trim(), offset, cancellationToken);
        return view.Page.Assets.Count > 0
            ? AssetListMessage.Render(view, locale)
            : await NothingAsync(query, view, locale, cancellationToken);
    }

    /// <summary>The page of a search, to be shown in a channel.</summary>
    public async Task<Message> SharedAsync(string searchId, int offset, string byUserId, Locale locale, CancellationToken cancellationToken)
    {
        var text = await TextOfAsync(searchId, cancellationToken);
        return AssetListMessage.RenderShared(await ViewAsync(searcher.Read(text), text, offset, cancellationToken), byUserId, locale);
    }

    /// <summary>The one asset that is meant: by ARN, id or name, or the only one that matches. Several are a choice.</summary>
    public async Task<Message> ShowAsync(string name, Locale locale, CancellationToken cancellationToken)
    {
        if (await register.FindAsync(name, cancellationToken) is { } byArn) return await RenderAsync(byArn, locale, cancellationToken);
        if (await register.FindByIdAsync(name, cancellationToken) is { } byId) return await RenderAsync(byId, locale, cancellationToken);
        IReadOnlyList<Asset> named;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            named = await AssetStore.NamedAsync(connection, name, AssetListMessage.PageSize, cancellationToken);
        }

        if (named is [var only]) return await RenderAsync(only, locale, cancellationToken);
        if (!searcher.TryRead(name, out var query, out var fault)) return FilterFaultText.Render(fault!, locale);
        var view = await ViewAsync(query, name, 0, cancellationToken);
        if (named.Count == 0 && view.Page is { Total: 1, Assets: [var match] }) return await RenderAsync(match, locale, cancellationToken);
        if (view.Page.Assets.Count == 0) return await NothingAsync(query, view, locale, cancellationToken);
        return AssetListMessage.Render(named.Count > 1
            ? view with { Ambiguous = name, Page = view.Page with { Total = Math.Max(named.Count, view.Page.Total) } }
            : view, locale);
    }

    /// <summary>An asset as a modal.</summary>
    /// <exception cref="UserFacingException">There is none with that id.</exception>
    public async Task<ModalView> ModalAsync(string id, Locale locale, CancellationToken cancellationToken)
    {
        var asset = await register.FindByIdAsync(id, cancellationToken) ?? throw new UserFacingException("asset.gone");
        return AssetMessage.Modal(asset, await SceneAsync(asset, cancellationToken), locale);
    }

    /// <summary>What was searched for when a list was shown.</summary>
    /// <exception cref="UserFacingException">It is too long ago.</exception>
    public async Task<string> TextOfAsync(string searchId, CancellationToken cancellationToken) =>
        await register.SearchTextAsync(searchId, cancellationToken) ?? throw new UserFacingException("asset.search-old");

    /// <summary>What accounts are called, by id.</summary>
    public IReadOnlyDictionary<string, string> AccountNames =>
        accounts.All.ToDictionary(account => account.Id, account => account.Name, StringComparer.Ordinal);

    private async Task<AssetListView> ViewAsync(Filter query, string text, int offset, CancellationToken cancellationToken)
    {
        var page = await searcher.FindAsync(query, offset, AssetListMessage.PageSize, cancellationToken);
        // Resources went meanwhile: the page that was asked for is no more, the first one is.
        if (page.Assets.Count == 0 && offset > 0) return await ViewAsync(query, text, 0, cancellationToken);
        return new AssetListView(text, await register.KeepSearchAsync(text, cancellationToken), offset, page)
        {
            Accounts = AccountNames,
            Vocabulary = vocabulary.Value,
            Findings = await findings.CountOpenAsync([.. page.Assets.Select(asset => asset.Arn)], cancellationToken),
            CanTag = Handles(AssetActions.TagThese),
            First = await FirstAsync(cancellationToken),
        };
    }

    private async Task<FirstSync?> FirstAsync(CancellationToken cancellationToken)
    {
        // Once all of it was read it stays so for as long as this process knows these accounts.
        if (_complete) return null;
        await using var connection = await database.OpenAsync(cancellationToken);
        var first = await FirstSync.ReadAsync(connection, accounts.All, cancellationToken);
        _complete = first is null;
        return first;
    }

    private async Task<Message> NothingAsync(Filter query, AssetListView view, Locale locale, CancellationToken cancellationToken)
    {
        // A value that nobody knows is the reason; that nothing matches is only what comes of it.
        if (await searcher.DoubtAsync(query, cancellationToken) is { } doubt) return FilterFaultText.Render(doubt, locale);
        var nearest = new List<Asset>();
        foreach (var name in await searcher.NearestAsync(query, NearestShown, cancellationToken))
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            nearest.AddRange(await AssetStore.NamedAsync(connection, name, 1, cancellationToken));
        }

        var wider = new List<(string, long, long)>();
        foreach (var clause in query.Clauses.Count > 1 ? query.Clauses.Take(ClausesTried) : [])
        {
            var page = await searcher.FindAsync(query.Without(clause), 0, 1, cancellationToken);
            if (page.Total > 0) wider.Add((clause.ToString(), page.Total, page.CountedTo));
        }

        return AssetListMessage.Nothing(view.Query, view.SearchId, view.Page.Estate, view.First, nearest, wider, locale);
    }

    private async Task<Message> RenderAsync(Asset asset, Locale locale, CancellationToken cancellationToken) =>
        AssetMessage.Render(asset, await SceneAsync(asset, cancellationToken), locale);

    private async Task<AssetView> SceneAsync(Asset asset, CancellationToken cancellationToken)
    {
        var open = (await findings.CountOpenAsync([asset.Arn], cancellationToken)).GetValueOrDefault(asset.Arn);
        return new AssetView(
            accounts.Find(asset.Account)?.Name ?? asset.Account,
            open is null ? [] : await findings.OpenOfAsync(asset.Arn, AssetMessage.FindingsShown, cancellationToken),
            open,
            Handles(AssetActions.EditTags))
        {
            // Of what is gone nobody can mend anything.
            TagFaults = asset.DeletedAt is null && rules.FirstOrDefault() is { } asked ? asked.Judge(asset) : null,
        };
    }

    private bool Handles(string actionId) => slack.TryGet(InteractionKind.BlockAction, actionId, out _);
}
