using ChatOps.Platform.Charts;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs;

/// <summary>A digest's message and chart. Pure.</summary>
internal static class DigestViews
{
    /// <summary>The message.</summary>
    public static Message Render(CostDigest digest, Locale locale)
    {
        var head = Headline(digest, locale);
        if (digest.Failure is not null) return CostMessages.Plain(head);
        var blocks = new List<Block> { Section(Charges(digest, locale) is { Length: > 0 } charges ? $"*{head}*\n{charges}" : $"*{head}*") };
        if (digest.Movers.Count > 0)
            blocks.Add(Section(
                $"*{locale.Text("digest.movers")}*\n" +
                $"{string.Join('\n', digest.Movers.Select(change =>
                    $"{CostText.Change(Mrkdwn.Cut(CostText.Service(change.Key), 80), change, locale)} → {change.Now.Text(locale)}"))}"));
        else if (digest.Totals.Count > 0) blocks.Add(Section(locale.Text("digest.no-movers")));
        if (digest.Pictures.TryGetValue(locale.Language, out var picture)) blocks.Add(CostPictures.Block(picture));
        if (digest.Budgets.Count > 0)
            blocks.Add(Section(
                $"*{BudgetsTitle(digest, locale)}*\n" +
                $"{string.Join('\n', CostMessages.BudgetRows(
                    new BudgetLines(digest.Budgets, []) { Count = digest.BudgetCount }, locale))}"));
        // When every part was refused there is no fact; the notes below say so.
        if (string.Join('\n', Facts(digest, key => Mrkdwn.Cut(key, 60), locale)) is { Length: > 0 } facts) blocks.Add(Section(facts));
        if (digest.Anomalies.Count > 0)
            blocks.Add(Section(string.Join('\n', digest.Anomalies
                .Select(anomaly => AnomalyMessage.Line(anomaly, AnomalySubject.Currency, locale)).Concat(MoreAnomalies(digest, locale)))));
        var buttons = new List<BlockElement>();
        if (!digest.BudgetsEnded && digest.BudgetCount > digest.Budgets.Count)
            buttons.Add(new Button(
                AllBudgetsButton.ActionId, locale.Text("cost.budgets.all", ("count", (long)digest.BudgetCount)), digest.Id));
        if (digest.AnomalyCount > digest.Anomalies.Count)
            buttons.Add(new Button(
                AllAnomaliesButton.ActionId, locale.Text("cost.anomalies.all", ("count", (long)digest.AnomalyCount)), digest.Id));
        if (buttons.Count > 0) blocks.Add(new ActionsBlock(buttons) { BlockId = "digest.buttons" });
        if (Notes(digest, locale) is { Length: > 0 } notes) blocks.Add(new ContextBlock(new Mrkdwn(notes, Verbatim: true)));
        return new Message { Text = head, Blocks = blocks };
    }

    /// <summary>Costs on 3 Mar: $412 · +$12 (+3 %) against the day before.</summary>
    public static string Headline(CostDigest digest, Locale locale)
    {
        var days = CostText.Days(digest.From, digest.To, locale);
        if (digest.Failure is { } failure)
            return locale.Text(
                failure == CostFault.RequestLimit ? "digest.failed.limit" : "digest.failed", ("days", days),
                ("code", Mrkdwn.Cut(failure, 60)));
        if (digest.Totals is not [var total, ..])
            return locale.Text(digest.Charges.Count > 0 ? "cost.nothing-used" : "cost.nothing", ("days", days));
        var compared = (digest.Compared ?? digest.Totals).Of(total.Currency);
        var name = digest.Frequency == DigestFrequency.Monthly && !IsPreliminary(digest) ? DigestFrequency.MonthlyClosed : digest.Frequency;
        var key = $"digest.head.{name.ToString().ToLowerInvariant()}{(digest.ComparedDays is null ? "" : "-days")}";
        return locale.Text(
            key, ("days", days), ("amount", CostText.Sums(digest.Totals, locale)),
            ("against", CostMessages.Against(compared, digest.Before.Of(total.Currency), locale)),
            ("count", (long)(digest.ComparedDays ?? 0)),
            ("average", digest.WeekMean.Count == 0
                ? "–"
                : CostMessages.Against(total, digest.WeekMean.Of(total.Currency), locale)));
    }

    /// <summary>What budgets are listed: the present ones, or those of the digest's month as they ended.</summary>
    public static string BudgetsTitle(CostDigest digest, Locale locale) =>
        digest.BudgetsEnded ? locale.Text("digest.budgets-ended", ("month", CostText.Month(digest.From, locale)))
        : digest.OverCount > 0
        ? locale.Text("digest.budgets-over", ("over", (long)digest.OverCount), ("count", (long)(digest.BudgetCount ?? 0)))
        : locale.Text("cost.budgets");

    /// <summary>The charges beside usage, with what AWS still has to bill; empty when there are none.</summary>
    public static string Charges(CostDigest digest, Locale locale) => CostText.Charges(
        [.. digest.Charges.Select(sum => (sum.Charge, sum.Money))], [.. digest.ChargesBefore.Select(sum => (sum.Charge, sum.Money))],
        digest.NetTotals, digest.Estimated, locale);

    /// <summary>How many anomalies are not listed; nothing when all are.</summary>
    public static IEnumerable<string> MoreAnomalies(CostDigest digest, Locale locale) =>
        digest.AnomalyCount > digest.Anomalies.Count
            ? [locale.Text("list.more", ("count", (long)(digest.AnomalyCount.Value - digest.Anomalies.Count)))]
            : [];

    private static bool IsPreliminary(CostDigest digest) => digest is { IsPreliminary: true, IsFollowed: false, Estimated: true };

    /// <summary>
    /// What else there is to know, a line each. The tag's key comes from outside: <paramref name="escape"/> makes it part of the text.
    /// </summary>
    public static IEnumerable<string> Facts(CostDigest digest, Func<string, string> escape, Locale locale)
    {
        if (digest.MonthForecast is { } forecast) yield return locale.Text("digest.forecast", ("amount", forecast.Text(locale)));
        var untagged = digest.Untagged.FirstOrDefault(money => money.Amount > 0);
        if (untagged.Currency is not null
            && digest.Totals.FirstOrDefault(money => money.Currency == untagged.Currency) is { Amount: > 0 } total)
            yield return locale.Text(
                "digest.untagged", ("key", escape(digest.UntaggedKey)), ("amount", untagged.Text(locale)),
                ("share", Share.Text(untagged.Amount / total.Amount, locale)));
        else if (!digest.Missing.Contains("untagged")) yield return locale.Text("digest.all-tagged", ("key", escape(digest.UntaggedKey)));
        if (!digest.Missing.Contains("anomalies"))
            yield return digest.Anomalies.Count == 0
                ? locale.Text("digest.no-anomalies")
                : locale.Text("digest.anomalies", ("count", (long)(digest.AnomalyCount ?? digest.Anomalies.Count)));
    }

    /// <summary>What to keep in mind about the figures; empty when nothing.</summary>
    public static string Notes(CostDigest digest, Locale locale)
    {
        var notes = new List<string>();
        if (IsPreliminary(digest)) notes.Add(locale.Text("digest.preliminary", ("day", (long)digest.ClosedOn)));
        else if (digest.IsFollowed) notes.Add(locale.Text("digest.followed"));
        else if (digest.Estimated) notes.Add(locale.Text("cost.estimated.all"));
        if (digest.Missing.Count > 0)
            notes.Add(locale.Text(
                "digest.missing", ("parts", string.Join(", ", digest.Missing.Select(part => locale.Text($"digest.part.{part}"))))));
        if (digest.RequestsUsed is { } used) notes.Add(locale.Text("digest.requests", ("share", Share.Text(used, locale))));
        if (digest.UpdatedAt is { } at) notes.Add(locale.Text("digest.updated", ("when", CostText.Moment(at, locale))));
        return string.Join(" · ", notes);
    }

    /// <summary>
    /// The days of the period and before it, by service; of a day, the two weeks that end with it. Null when there is nothing to draw.
    /// </summary>
    public static StackedChart? Chart(CostDigest digest, CostTable table, Locale locale) =>
        CostCharts.Daily(locale.Text("cost.chart.by-day"), table, CostGrouping.Service, CostText.Service, locale);

    private static SectionBlock Section(string text) => new(new Mrkdwn(TextCut.Markup(text, 2900), Verbatim: true));
}

/// <summary>Digests as delivery sees them.</summary>
internal sealed class DigestSubject(IDatabase database) : ILivingSubject
{
    public string Kind => CostDigest.Kind;

    // A digest is never grouped, so that nobody opens it from a list.
    public string OpenActionId => BudgetConsoleButton.ActionId;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await DigestStore.FindAsync(connection, key, cancellationToken) is { } digest ? DigestViews.Render(digest, locale) : null;
    }

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(new Message { Text = Mrkdwn.Literal(reply) });

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var lines = new List<SubjectLine>();
        foreach (var key in keys)
        {
            if (await DigestStore.FindAsync(connection, key, cancellationToken) is { } digest)
                lines.Add(new SubjectLine(key, Severity.Informational, false, DigestViews.Headline(digest, locale), [new("digest", key)]));
        }

        return lines;
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(Mrkdwn.Literal(group));
}
