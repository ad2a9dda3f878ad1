using ChatOps.Assets;
using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Health;

/// <summary>
/// What the views of health events share: the event, what people call its accounts and resources, and where a modal opens.
/// </summary>
/// <param name="database">Where the events are.</param>
/// <param name="accounts">Names accounts.</param>
/// <param name="locales">The reader's language.</param>
/// <param name="slack">Opens modals.</param>
/// <param name="assets">Names resources; null where there is no inventory.</param>
internal sealed class HealthViews(
    IDatabase database, IAwsAccounts accounts, ILocales locales, ISlackApiClient slack, IAssets? assets = null)
{
    /// <summary>The event.</summary>
    /// <exception cref="UserFacingException">There is none with that id.</exception>
    public async Task<HealthEvent> GetAsync(string? id, CancellationToken cancellationToken) =>
        await FindAsync(id ?? "", cancellationToken) ?? throw new UserFacingException("health.gone");

    /// <summary>The event, or null.</summary>
    public async Task<HealthEvent?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await HealthStore.FindAsync(connection, null, id, cancellationToken);
    }

    /// <summary>What people call its accounts and resources.</summary>
    public async Task<HealthView> SceneOfAsync(HealthEvent health, CancellationToken cancellationToken)
    {
        var accountNames = health.Accounts.Concat(health.Entities.Where(HealthText.IsAccount).Select(entity => entity.Value)).Distinct()
            .Select(id => (Id: id, Known: accounts.Find(id))).Where(pair => pair.Known is { } known && known.Name != pair.Id)
            .ToDictionary(pair => pair.Id, pair => pair.Known!.Name, StringComparer.Ordinal);
        var arns = health.Entities.Take(100).Select(entity => (entity.Value, Arn: HealthText.EntityArn(health, entity)))
            .Where(pair => pair.Arn is not null).ToList();
        if (assets is null || arns.Count == 0) return new HealthView(accountNames, new Dictionary<string, string>());
        var found = (await assets.FindAsync([.. arns.Select(pair => pair.Arn!)], cancellationToken)).ToDictionary(
            asset => asset.Arn, asset => asset.Name, StringComparer.Ordinal);
        return new HealthView(
            accountNames, arns.Where(pair => found.ContainsKey(pair.Arn!)).ToDictionary(
                pair => pair.Value, pair => found[pair.Arn!], StringComparer.Ordinal));
    }

    /// <summary>The locale of the person who clicked.</summary>
    public Task<Locale> LocaleOf(InteractionRequest request, CancellationToken cancellationToken) =>
        locales.OfUserAsync(request.UserId, cancellationToken);

    /// <summary>Opens a modal, on top of the one that was clicked in if any.</summary>
    public Task ShowAsync(BlockActionRequest request, ModalView view, CancellationToken cancellationToken) =>
        request.View is { Type: "modal" }
            ? slack.Views.Push(request.TriggerId ?? "", view, cancellationToken)
            : slack.Views.Open(request.TriggerId ?? "", view, cancellationToken);

    /// <summary>Draws a modal anew.</summary>
    public Task UpdateAsync(string viewId, ModalView view, CancellationToken cancellationToken) =>
        slack.Views.Update(viewId, view, cancellationToken: cancellationToken);
}
