using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>What buttons and modals of costs share.</summary>
internal sealed class CostViews(IDatabase database, ILocales locales, ISlackApiClient slack)
{
    /// <summary>The budget.</summary>
    /// <exception cref="UserFacingException">There is none with that id.</exception>
    public async Task<Budget> BudgetAsync(string? id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await CostSubjectStore.BudgetAsync(connection, null, CostPosts.Read(id ?? "").Id, cancellationToken)
            ?? throw new UserFacingException("cost.gone");
    }

    /// <summary>The anomaly.</summary>
    /// <exception cref="UserFacingException">There is none with that id.</exception>
    public async Task<Anomaly> AnomalyAsync(string? id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await CostSubjectStore.AnomalyAsync(connection, null, CostPosts.Read(id ?? "").Id, cancellationToken)
            ?? throw new UserFacingException("cost.gone");
    }

    /// <summary>The locale of the person who clicked.</summary>
    public Task<Locale> LocaleOf(InteractionRequest request, CancellationToken cancellationToken) =>
        locales.OfUserAsync(request.UserId, cancellationToken);

    /// <summary>Opens a modal, on top of the one that was clicked in if any.</summary>
    public Task<ViewInfo> ShowAsync(BlockActionRequest request, ModalView view, CancellationToken cancellationToken) =>
        request.View is { Type: "modal" }
            ? slack.Views.Push(request.TriggerId ?? "", view, cancellationToken)
            : slack.Views.Open(request.TriggerId ?? "", view, cancellationToken);

    /// <summary>Draws a modal anew.</summary>
    public Task UpdateAsync(string viewId, ModalView view, CancellationToken cancellationToken) =>
        slack.Views.Update(viewId, view, cancellationToken: cancellationToken);

    /// <summary>Replaces a message that only the asker sees.</summary>
    public Task ReplaceAsync(BlockActionRequest request, Message message, CancellationToken cancellationToken) =>
        request.ResponseUrl is { } url ? slack.Respond(url, InteractionResponse.Replace(message), cancellationToken) : Task.CompletedTask;
}
