using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>'I look after this budget.'</summary>
internal sealed class AcknowledgeBudgetButton(CostActions actions) : IBlockActionHandler
{
    public const string ActionId = "budget.acknowledge";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        actions.AcknowledgeBudgetAsync(request.UserId, request.Value ?? "", cancellationToken);
}

/// <summary>'Quiet until the next threshold.'</summary>
internal sealed class SnoozeButton(CostActions actions) : IBlockActionHandler
{
    public const string ActionId = "budget.snooze";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        actions.SnoozeBudgetAsync(request.UserId, request.Value ?? "", cancellationToken);
}

/// <summary>'I do not look after this budget any more.'</summary>
internal sealed class UnacknowledgeBudgetButton(CostActions actions) : IBlockActionHandler
{
    public const string ActionId = "budget.unacknowledge";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        actions.UnacknowledgeBudgetAsync(request.UserId, request.Value ?? "", cancellationToken);
}

/// <summary>'Quiet no longer.'</summary>
internal sealed class UnsnoozeButton(CostActions actions) : IBlockActionHandler
{
    public const string ActionId = "budget.unsnooze";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        actions.UnsnoozeBudgetAsync(request.UserId, request.Value ?? "", cancellationToken);
}

/// <summary>'I look after this anomaly.'</summary>
internal sealed class AcknowledgeAnomalyButton(CostActions actions) : IBlockActionHandler
{
    public const string ActionId = "anomaly.acknowledge";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        actions.AcknowledgeAnomalyAsync(request.UserId, request.Value ?? "", cancellationToken);
}

/// <summary>Opens an anomaly of a list in a modal.</summary>
internal sealed class OpenAnomalyButton(CostViews views) : IBlockActionHandler
{
    public const string ActionId = "anomaly.open";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var anomaly = await views.AnomalyAsync(request.Value, cancellationToken);
        var locale = await views.LocaleOf(request, cancellationToken);
        await views.ShowAsync(request, Render(anomaly, locale), cancellationToken);
    }

    internal static ModalView Render(Anomaly anomaly, Platform.Localization.Locale locale) => new()
    {
        CallbackId = ActionId,
        Title = locale.Text("anomaly.title"),
        Close = locale.Text("button.close"),
        Blocks = AnomalyMessage.Render(anomaly, AnomalySubject.Currency, locale).Blocks,
    };
}

/// <summary>A link to the console. Slack tells of the click as of any other; the browser does the rest.</summary>
internal sealed class BudgetConsoleButton : IBlockActionHandler
{
    public const string ActionId = "cost.console";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) => Task.CompletedTask;
}
