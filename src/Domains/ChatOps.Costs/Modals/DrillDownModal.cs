using System.Globalization;
using ChatOps.Aws;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>What a budget's costs consist of: by service, account, region or tag, against the period before, in pages.</summary>
internal sealed class DrillDownModal(
    CostViews views, CostExplorer costs, BudgetDetails details, IAwsAccounts accounts) : IBlockActionHandler
{
    public const string ActionId = "budget.drill";

    private const int TagsOffered = 20;

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var budget = await views.BudgetAsync(request.Value, cancellationToken);
        var locale = await views.LocaleOf(request, cancellationToken);
        // Opened at once, for the trigger lives three seconds and Cost Explorer takes its time.
        var view = await views.ShowAsync(request, Reading(budget, locale), cancellationToken);
        await FillAsync(view.Id, budget, new ViewState(budget.Id, CostGrouping.Service.Word, 0), locale, cancellationToken);
    }

    /// <summary>Another grouping, or another page.</summary>
    public async Task TurnAsync(BlockActionRequest request, Func<ViewState, ViewState> turn, CancellationToken cancellationToken)
    {
        if (request.View is not { } view) return;
        var state = turn(PrivateMetadata.Read<ViewState>(view.PrivateMetadata));
        var budget = await views.BudgetAsync(state.Id, cancellationToken);
        await FillAsync(view.Id, budget, state, await views.LocaleOf(request, cancellationToken), cancellationToken);
    }

    private async Task FillAsync(string viewId, Budget budget, ViewState state, Locale locale, CancellationToken cancellationToken)
    {
        try
        {
            var reading = await ReadAsync(budget, CostGrouping.Parse(state.By) ?? CostGrouping.Service, cancellationToken);
            await views.UpdateAsync(viewId, Render(budget, state, reading, accounts, locale), cancellationToken);
        }
        catch (UserFacingException fault)
        {
            // The modal must not go on saying that it reads.
            await views.UpdateAsync(viewId, Failed(budget, locale.Text(fault.Key, [.. fault.Values]), locale), cancellationToken);
        }
        catch (Exception fault) when (fault is AwsServiceException or TimeoutException or UnknownAwsAccountException)
        {
            await views.UpdateAsync(viewId, Failed(
                budget, locale.Text("cost.drill.failed", ("code", (fault as AwsServiceException)?.ErrorCode ?? fault.GetType().Name)),
                locale), cancellationToken);
        }
    }

    private async Task<DrillReading> ReadAsync(Budget budget, CostGrouping grouping, CancellationToken cancellationToken)
    {
        var period = budget.Period ?? BudgetPeriod.Of("MONTHLY", costs.Today);
        var filter = await details.FilterAsync(budget, cancellationToken);
        var before = BudgetPeriod.Of(budget.TimeUnit, period.From.AddDays(-1));
        var table = await costs.DailyAsync(
            new CostScope(budget.Account, grouping, filter), before.From < costs.Oldest ? period.From : before.From, period.To,
            cancellationToken);
        var until = costs.Today < period.To && costs.Today > period.From ? costs.Today : period.To;
        var now = table.Between(period.From, until);
        // A day that AWS still learns of has no like, nor has the 29th after a February, nor what Cost Explorer no longer remembers.
        var days = before.From < costs.Oldest
            ? 0
            : Math.Clamp(costs.LastSettled.DayNumber + 1 - period.From.DayNumber, 0, Math.Min(now.Days.Count, before.Days));
        IReadOnlyList<string> tags = budget.Account == costs.Payer ? await costs.TagKeysAsync(cancellationToken) : [];
        return new DrillReading(
            now.Against(table.Between(before.From, before.From.AddDays(days)), now.Between(period.From, period.From.AddDays(days))), now,
            period.From, until, tags);
    }

    internal static ModalView Render(Budget budget, ViewState state, DrillReading reading, IAwsAccounts accounts, Locale locale)
    {
        var grouping = CostGrouping.Parse(state.By) ?? CostGrouping.Service;
        var skip = state.Skip >= reading.Changes.Count ? 0 : state.Skip;
        var options = new List<CostGrouping> { CostGrouping.Service, CostGrouping.Account, CostGrouping.Region };
        options.AddRange(reading.TagKeys.Where(key => key.Length is > 0 and <= 128).Take(TagsOffered).Select(CostGrouping.Tag));
        if (!options.Contains(grouping)) options.Add(grouping);
        var choices = options.Select(option => new Option(new PlainText(TextCut.Plain(PlainGrouping(option, locale), 75)), option.Word))
            .ToList();
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn(BudgetMessage.Line(budget, locale), Verbatim: true)),
            new ActionsBlock(new StaticSelect(DrillBySelect.ActionId, choices) { InitialOption = choices[options.IndexOf(grouping)] })
            {
                BlockId = "budget.drill",
            },
        };
        if (reading.Changes.Count == 0)
        {
            blocks.Add(new SectionBlock(
                new Mrkdwn(locale.Text("cost.nothing", ("days", CostText.Days(reading.From, reading.To, locale))), Verbatim: true)));
        }
        else
        {
            blocks.Add(new SectionBlock(new Mrkdwn(
                $"*{CostText.Sums(reading.Table.Totals, locale)}*  {CostText.Days(reading.From, reading.To, locale)} · " +
                $"{locale.Text("cost.against-before")}",
                Verbatim: true)));
            blocks.Add(CostGroupsView.Rows(reading.Changes, skip, grouping, accounts, locale));
            var notes = new List<string> { CostGroupsView.Place(reading.Changes.Count, skip, locale) };
            if (CostText.Estimated(reading.Table, locale) is { Length: > 0 } estimated) notes.Add(estimated);
            blocks.Add(new ContextBlock([.. notes.Select(note => new Mrkdwn(note, Verbatim: true))]));
            var pages = new List<BlockElement>();
            if (skip > 0)
                pages.Add(
                    new Button(DrillPageButton.Previous, locale.Text("list.previous"), Text(Math.Max(0, skip - CostGroupsView.PageSize))));
            if (skip + CostGroupsView.PageSize < reading.Changes.Count)
                pages.Add(new Button(DrillPageButton.Next, locale.Text("list.next"), Text(skip + CostGroupsView.PageSize)));
            if (pages.Count > 0) blocks.Add(new ActionsBlock(pages) { BlockId = "budget.drill-pages" });
        }

        return Modal(budget, blocks, locale) with { PrivateMetadata = PrivateMetadata.Write(state with { Skip = skip }) };
    }

    internal static ModalView Reading(Budget budget, Locale locale) =>
        Modal(budget, [
            new SectionBlock(new Mrkdwn(BudgetMessage.Line(budget, locale), Verbatim: true)),
            new SectionBlock(new Mrkdwn($"⏳ {locale.Text("cost.drill.reading")}"))
        ], locale);

    internal static ModalView Failed(Budget budget, string why, Locale locale) =>
        Modal(budget, [
            new SectionBlock(new Mrkdwn(BudgetMessage.Line(budget, locale), Verbatim: true)),
            new SectionBlock(new Mrkdwn(TextCut.Markup(why, 2900), Verbatim: true))
        ], locale);

    private static ModalView Modal(Budget budget, IReadOnlyList<Block> blocks, Locale locale) => new()
    {
        CallbackId = ActionId,
        Title = TextCut.Plain(budget.Name.Length > 0 ? budget.Name : locale.Text("budget.button.drill"), 24),
        Close = locale.Text("button.close"),
        Blocks = blocks,
    };

    private static string PlainGrouping(CostGrouping grouping, Locale locale) =>
        grouping.Type == "TAG" ? locale.Text("cost.by.tag", ("key", grouping.Key)) : locale.Text($"cost.by.{grouping.Word}");

    private static string Text(int skip) => skip.ToString(CultureInfo.InvariantCulture);

    /// <summary>Where in the drill-down somebody is.</summary>
    internal sealed record ViewState(string Id, string By, int Skip);

    /// <summary>What was read for it.</summary>
    internal sealed record DrillReading(
        IReadOnlyList<CostChange> Changes, CostTable Table, DateOnly From, DateOnly To, IReadOnlyList<string> TagKeys);
}

/// <summary>Chooses what the drill-down groups by.</summary>
internal sealed class DrillBySelect(DrillDownModal modal) : IBlockActionHandler
{
    public const string ActionId = "budget.drill-by";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        modal.TurnAsync(request, state => state with { By = request.SelectedOption?.Value ?? state.By, Skip = 0 }, cancellationToken);
}

/// <summary>Turns the drill-down's page.</summary>
internal abstract class DrillPageButton(DrillDownModal modal)
{
    public const string Previous = "budget.drill-previous";
    public const string Next = "budget.drill-next";

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        modal.TurnAsync(request, state => state with
        {
            Skip = ListPage.Read(request.Value).Skip,
        }, cancellationToken);
}

/// <summary>The page before.</summary>
internal sealed class PreviousDrillPageButton(DrillDownModal modal) : DrillPageButton(modal), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Previous;
}

/// <summary>The page after.</summary>
internal sealed class NextDrillPageButton(DrillDownModal modal) : DrillPageButton(modal), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Next;
}
