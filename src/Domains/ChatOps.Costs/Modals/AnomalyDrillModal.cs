using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>What an anomaly's costs consist of: its days by usage type, account or Region, against as many days before.</summary>
internal sealed class AnomalyDrillModal(CostViews views, CostExplorer costs, IAwsAccounts accounts) : IBlockActionHandler
{
    public const string ActionId = "anomaly.drill";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var anomaly = await views.AnomalyAsync(request.Value, cancellationToken);
        var locale = await views.LocaleOf(request, cancellationToken);
        // Opened at once, for the trigger lives three seconds and Cost Explorer takes its time.
        var view = await views.ShowAsync(request, Message(anomaly, $"⏳ {locale.Text("cost.drill.reading")}", locale), cancellationToken);
        var filled = await CostFault.TryAsync(() => ReadAsync(anomaly, cancellationToken), cancellationToken);
        await views.UpdateAsync(
            view.Id,
            filled.Value is { } reading
                ? Render(anomaly, reading, accounts, locale)
                : Message(anomaly, locale.Text("cost.drill.failed", ("code", Mrkdwn.Cut(filled.Fault, 60))), locale),
            cancellationToken);
    }

    private async Task<DrillReading> ReadAsync(Anomaly anomaly, CancellationToken cancellationToken)
    {
        var from = anomaly.From is { } began ? DateOnly.FromDateTime(began.UtcDateTime) : costs.Today.AddDays(-1);
        var to = anomaly.To is { } ended ? DateOnly.FromDateTime(ended.UtcDateTime).AddDays(1) : costs.Today;
        if (to <= from) to = from.AddDays(1);
        var days = to.DayNumber - from.DayNumber;
        var service = anomaly.Causes.Select(cause => cause.Service).FirstOrDefault(name => name is not null) ?? anomaly.Dimension;
        var filter = service is null ? null : new CostExpression { Dimensions = new CostValues("SERVICE", [service]) };
        async Task<IReadOnlyList<CostChange>> ByAsync(CostGrouping grouping)
        {
            var table = (await costs.DailyAsync(
                new CostScope(costs.Payer, grouping, filter), from.AddDays(-days), to, cancellationToken)).Usage;
            return table.Between(from, to).Against(table.Between(from.AddDays(-days), from));
        }

        var (types, byAccount, byRegion) = (
            ByAsync(CostGrouping.UsageType), ByAsync(CostGrouping.Account), ByAsync(CostGrouping.Region));
        return new DrillReading(from, to, await types, await byAccount, await byRegion)
        {
            Names = await costs.NamesAsync(cancellationToken),
        };
    }

    internal static ModalView Render(Anomaly anomaly, DrillReading reading, IAwsAccounts accounts, Locale locale)
    {
        var blocks = new List<Block>
        {
            Section(AnomalyMessage.Line(anomaly, AnomalySubject.Currency, locale)),
            new ContextBlock(new Mrkdwn(
                $"{CostText.Days(reading.From, reading.To, locale)} · {locale.Text("cost.against-before")}", Verbatim: true)),
        };
        foreach (var (grouping, changes) in new[]
        {
            (CostGrouping.UsageType, reading.UsageTypes), (CostGrouping.Account, reading.Accounts), (CostGrouping.Region, reading.Regions),
        })
        {
            if (changes.Count == 0) continue;
            blocks.Add(Section($"*{CostText.Grouping(grouping, locale)}*"));
            blocks.Add(CostGroupsView.Rows(changes, 0, grouping, accounts, locale, reading.Names));
        }

        if (blocks.Count == 2) blocks.Add(Section(locale.Text("cost.nothing", ("days", CostText.Days(reading.From, reading.To, locale)))));
        return Modal(blocks, locale);
    }

    internal static ModalView Message(Anomaly anomaly, string text, Locale locale) =>
        Modal([Section(AnomalyMessage.Line(anomaly, AnomalySubject.Currency, locale)), Section(text)], locale);

    private static ModalView Modal(IReadOnlyList<Block> blocks, Locale locale) => new()
    {
        CallbackId = ActionId,
        Title = locale.Text("anomaly.title"),
        Close = locale.Text("button.close"),
        Blocks = blocks,
    };

    private static SectionBlock Section(string text) => new(new Mrkdwn(TextCut.Markup(text, 2900), Verbatim: true));

    /// <summary>What was read for it.</summary>
    internal sealed record DrillReading(
        DateOnly From, DateOnly To, IReadOnlyList<CostChange> UsageTypes, IReadOnlyList<CostChange> Accounts,
        IReadOnlyList<CostChange> Regions)
    {
        public IReadOnlyDictionary<string, string>? Names { get; init; }
    }
}
